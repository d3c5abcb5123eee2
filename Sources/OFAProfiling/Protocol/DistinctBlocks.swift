import OFAGraph
import OFANumerics
import OFASpace

extension SearchSpace {
  /// Every distinct block of the space at the given resolutions, by signature, each with a subnet that contains it.
  ///
  /// A block's signature follows from its own choices and the shape that enters it, so the subnets in which all blocks make like choices
  /// (the i-th kernel size with the j-th expand ratio, at the greatest depth) already contain every block, as long as the space's
  /// widths are fixed; some random subnets are looked at as well.
  package func distinctBlocks(resolutions: [Int]) -> [String: Subnet] {
    let choices = self.choices
    let kernelCount = choices.kernelSizes.map(\.count).max() ?? 0
    let expandCount = choices.expandRatios.map(\.count).max() ?? 0
    var generator = SeededGenerator(seed: 0, stream: "distinct blocks")
    var witnesses: [String: Subnet] = [:]
    for resolution in resolutions {
      var subnets: [Subnet] = []
      for kernel in 0..<max(1, kernelCount) {
        for expand in 0..<max(1, expandCount) {
          var subnet = largest
          subnet.resolution = resolution
          subnet.kernelSizes = choices.kernelSizes.map { $0[kernel % $0.count] }
          subnet.expandRatios = choices.expandRatios.map { $0[expand % $0.count] }
          subnets.append(subnet)
        }
      }
      subnets += (0..<100).map { _ in randomSubnet(resolution: resolution, using: &generator) }
      for subnet in subnets {
        for signature in graph(of: subnet).signatures where witnesses[signature] == nil {
          witnesses[signature] = subnet
        }
      }
    }
    return witnesses
  }
}
