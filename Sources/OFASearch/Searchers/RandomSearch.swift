import OFASpace

/// Tries random networks within the bounds: what any other searcher has to beat.
public struct RandomSearch: Searcher {
  /// How many are drawn at a time.
  public var batch = 256
  /// After how many trials it is done where nobody says how many there shall be.
  public var evaluations = 10_000

  /// A search.
  public init() {}

  /// The networks to try next; none when there is nothing more to propose.
  public mutating func ask(
    _ domain: some Domain, knowing archive: Archive, using generator: inout some RandomNumberGenerator
  ) -> [Subnet] {
    domain.randomSubnets(batch, using: &generator)
  }

  /// Takes what came of all that was asked for.
  public mutating func tell(_ trials: [Trial?]) {}
}
