import OFASpace

/// Everything that a search has tried, each network once.
public struct Archive: Sendable {
  /// After a round how many networks had been tried, and the best value of the first objective so far.
  public struct Progress: Hashable, Sendable {
    /// How many networks had been tried.
    public var evaluations: Int
    /// The least of the first objective among those that keep all bounds; infinite where none does.
    public var best: Double
  }

  /// What was tried, in order.
  public var trials: [Trial] { entries.compactMap(\.self) }
  /// How many networks were tried, failed ones included, and not those that an earlier search had tried.
  public private(set) var evaluations = 0
  /// How many could not be tried.
  public private(set) var failures = 0
  /// The few with the least of the first objective that keep all bounds, the best first; of equal ones those with less
  /// of the next, or those that were found earlier.
  public private(set) var leading: [Trial] = []
  /// The front of those that keep all bounds, where there are several objectives.
  public private(set) var front = ParetoFront()
  /// The course of the search.
  public private(set) var progress: [Progress] = []
  /// How long the search took.
  public internal(set) var duration = Duration.zero

  /// What came of each network; nil for one that could not be tried.
  private var entries: [Trial?] = []
  /// What an earlier search found out, which is as good as trying again.
  private let known: [Subnet: Trial]
  private var places: [Subnet: Int] = [:]
  private static let leadingCount = 5

  /// An empty archive.
  ///
  /// - Parameter known: what an earlier search found out.
  init(knowing known: [Trial] = []) {
    self.known = Dictionary(known.map { ($0.subnet, $0) }) { first, _ in first }
    // A large search would else hash what it has again and again.
    places.reserveCapacity(1 << 15)
  }

  /// How many networks were asked for, those that an earlier search had tried among them.
  var count: Int { entries.count }

  /// Whether a network was tried.
  public func contains(_ subnet: Subnet) -> Bool { places[subnet] != nil }

  /// What came of networks, in order; those that are new are tried, in parts, as long as there may be more.
  ///
  /// - Parameter rest: how many more may be tried now; asked before each part.
  mutating func trials(
    of subnets: [Subnet], in domain: some Domain, part: Int, rest: (Int) throws -> Int
  ) throws -> [Trial?] {
    var fresh: [Subnet] = []
    let wanted = subnets.map { subnet in
      let next = entries.count + fresh.count
      let place = places[subnet, default: next]
      if place == next {
        places[subnet] = next
        fresh.append(subnet)
      }
      return place
    }
    var tried = 0
    while tried < fresh.count {
      if let trial = known[fresh[tried]] {
        note(trial)
        tried += 1
        continue
      }
      let next = fresh[tried...].prefix { known[$0] == nil }
      let count = min(part, next.count, try rest(evaluations))
      if count <= 0 { break }
      for trial in domain.trials(of: Array(next.prefix(count))) {
        evaluations += 1
        note(trial)
      }
      tried += count
    }
    for subnet in fresh[tried...] { places[subnet] = nil }
    if tried > 0 {
      progress.append(Progress(evaluations: count, best: leading.first?.objectives[0] ?? .infinity))
    }
    return wanted.map { $0 < entries.count ? entries[$0] : nil }
  }

  private mutating func note(_ trial: Trial?) {
    entries.append(trial)
    guard let trial else { return failures += 1 }
    guard trial.isAdmitted else { return }
    if trial.objectives.count > 1 { front.insert(trial) }
    let place = leading.firstIndex { trial.objectives.lexicographicallyPrecedes($0.objectives) } ?? leading.count
    guard place < Self.leadingCount else { return }
    leading.insert(trial, at: place)
    if leading.count > Self.leadingCount { leading.removeLast() }
  }
}
