import OFAGraph
import OFASpace

extension SearchSpace {
  /// Every distinct block of the space at the given resolutions, by signature, each with a subnet that contains it.
  package func distinctBlocks(resolutions: [Int]) -> [String: Subnet] {
    var witnesses: [String: Subnet] = [:]
    for subnet in resolutions.flatMap(coveringSubnets) {
      for signature in graph(of: subnet).signatures where witnesses[signature] == nil {
        witnesses[signature] = subnet
      }
    }
    return witnesses
  }
}
