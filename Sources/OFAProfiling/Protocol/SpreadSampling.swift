import OFANumerics
import OFASpace

extension SearchSpace {
  /// Random subnets that take turns through some resolutions, each drawn by ``spreadSubnet(resolution:using:)``.
  func spreadSubnets(
    _ count: Int, resolutions: [Int], using generator: inout some RandomNumberGenerator
  ) -> [Subnet] {
    (0..<count).map { spreadSubnet(resolution: resolutions[$0 % resolutions.count], using: &generator) }
  }

  /// A random subnet from a draw that spreads over the whole range of costs.
  ///
  /// Independent uniform choices crowd around the mean: among twenty blocks the sum hardly varies. Here one level from
  /// 0 (all choices small) to 1 (all large) is drawn first, and each choice scatters around it by a normal draw of
  /// deviation 0.3.
  package func spreadSubnet(resolution: Int, using generator: inout some RandomNumberGenerator) -> Subnet {
    let level = generator.uniform()
    func pick<Choice: Comparable>(_ choices: [Choice]) -> Choice {
      let position = (level + 0.3 * generator.gaussian()) * Double(choices.count)
      return choices.sorted()[min(max(Int(position.rounded(.down)), 0), choices.count - 1)]
    }
    var subnet = randomSubnet(resolution: resolution, using: &generator)
    subnet.depths = choices.depths.map(pick)
    subnet.kernelSizes = choices.kernelSizes.map(pick)
    subnet.expandRatios = choices.expandRatios.map(pick)
    if subnet.widthIndices != nil { subnet.widthIndices = choices.widthIndices.map(pick) }
    do {
      return try canonical(subnet)
    } catch {
      preconditionFailure("The space's own choices lie outside it: \(error)")
    }
  }
}
