import OFASpace

/// Tries all networks in order: the truth, where they are few.
public struct ExhaustiveSearch: Searcher {
  /// How many are tried at a time.
  public var batch = 4096
  private var next = 0

  /// A search.
  public init() {}

  /// The networks to try next; none when there is nothing more to propose.
  ///
  /// - Precondition: the domain's networks can be counted off.
  public mutating func ask(
    _ domain: some Domain, knowing archive: Archive, using generator: inout some RandomNumberGenerator
  ) -> [Subnet] {
    guard let all = domain.all else { preconditionFailure("The networks are too many to be looked at each.") }
    return Self.slice(of: all, from: &next, count: batch)
  }

  private static func slice(
    of all: some RandomAccessCollection<Subnet>, from next: inout Int, count: Int
  ) -> [Subnet] {
    let start = all.index(all.startIndex, offsetBy: next)
    let end = all.index(start, offsetBy: count, limitedBy: all.endIndex) ?? all.endIndex
    defer { next += all.distance(from: start, to: end) }
    return Array(all[start..<end])
  }

  /// Takes what came of all that was asked for.
  public mutating func tell(_ trials: [Trial?]) {}
}
