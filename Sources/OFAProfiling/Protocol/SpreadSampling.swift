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
    var subnet = randomSubnet(resolution: resolution, using: &generator)
    for decision in decisionsByList {
      let count = decisions[decision].options.count
      let position = (level + 0.3 * generator.gaussian()) * Double(count)
      subnet[decision] = min(max(Int(position.rounded(.down)), 0), count - 1)
    }
    return canonical(subnet)
  }
}
