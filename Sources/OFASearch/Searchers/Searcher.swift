import OFASpace

/// Proposes networks and learns what they come to.
///
/// A searcher knows nothing of budgets of time, of accuracies or of devices: it sees choices, and a vector of values of
/// which less is better. ``Search`` runs it.
public protocol Searcher: Sendable {
  /// After how many trials it is done where nobody says how many there shall be.
  var evaluations: Int { get }

  /// The networks to try next; none when there is nothing more to propose.
  ///
  /// What was tried before costs nothing when it is asked for again.
  ///
  /// - Parameters:
  ///   - domain: the networks.
  ///   - archive: what was tried so far.
  ///   - generator: what draws.
  mutating func ask(
    _ domain: some Domain, knowing archive: Archive, using generator: inout some RandomNumberGenerator
  ) -> [Subnet]

  /// Takes what came of all that was asked for, in order; nil where it was not tried, or could not be.
  mutating func tell(_ trials: [Trial?])
}

extension Searcher {
  /// As many as it takes.
  public var evaluations: Int { .max }
}

extension Domain {
  /// What a searcher begins with: the seeds, and so many random networks.
  func start(_ count: Int, using generator: inout some RandomNumberGenerator) -> [Subnet] {
    seeds + randomSubnets(count, using: &generator)
  }

  /// So many random networks.
  func randomSubnets(_ count: Int, using generator: inout some RandomNumberGenerator) -> [Subnet] {
    (0..<count).map { _ in randomSubnet(using: &generator) }
  }
}
