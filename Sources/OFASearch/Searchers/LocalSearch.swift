import OFANumerics
import OFASpace

/// Finds the network with the least of one objective by improving random ones, each until nothing better is near it.
///
/// See ``Climb`` for the way.
public struct LocalSearch: Searcher {
  /// How many random networks are improved side by side.
  public var starts = 4
  /// How often that is done.
  public var rounds = 8
  private var climb = Climb()
  private var round = 0

  /// A search with the usual numbers.
  public init() {}

  /// The networks to try next; none when there is nothing more to propose.
  public mutating func ask(
    _ domain: some Domain, knowing archive: Archive, using generator: inout some RandomNumberGenerator
  ) -> [Subnet] {
    let next = climb.ask(domain)
    if !next.isEmpty { return next }
    guard round < rounds else { return [] }
    defer { round += 1 }
    climb = Climb()
    return (round == 0 ? domain.seeds : []) + (0..<starts).map { _ in domain.randomSubnet(using: &generator) }
  }

  /// Takes what came of all that was asked for.
  public mutating func tell(_ trials: [Trial?]) { climb.tell(trials) }
}

/// Improves networks, each until nothing better is near it: what searchers of one objective end with.
///
/// What each choice alone would change, in the objective and in what is bounded, is looked at for all choices, whether
/// the bounds allow them or not. Two choices together change about the sum of both: of the pairs that should keep the
/// bounds those with the greatest sums are tried, and the best takes the network's place. So one block gives up what
/// another takes, at the price of the choices, not of their pairs.
struct Climb: Sendable {
  /// After how many steps it stops.
  var steps = 40
  /// How many pairs are tried for each network and step.
  var pairs = 160
  /// How many single choices are looked at for each network and step; of more, evenly some.
  var singles = 2048
  /// How many networks are improved of those that it is told first: the best.
  var mostStarts = Int.max

  /// What became of the networks, each once.
  private(set) var optima: [Trial] = []
  /// Nil until it is told of any.
  private var living: [Trial]?
  /// How many were asked for on behalf of each living network.
  private var counts: [Int] = []
  /// What came of single choices, of each living network; empty while they are asked for.
  private var near: [[Trial?]] = []

  /// A climb from where it is told first.
  init() {}

  /// A climb from some networks.
  init(_ starts: [Trial]) { living = starts }

  /// The networks to try next; none at the end, and before it is told of any.
  mutating func ask(_ domain: some Domain) -> [Subnet] {
    while let starts = living, !starts.isEmpty, steps > 0 {
      let (near, pairs, singles) = (near, pairs, singles)
      let asked = Tasks.map(starts.count, threads: domain.threads) { index in
        if !near.isEmpty { return Moves(starts[index], near[index], domain).proposals(pairs, in: domain) }
        let all = domain.neighbours(of: starts[index].subnet)
        let step = (all.count + singles - 1) / singles
        return step <= 1 ? all : stride(from: 0, to: all.count, by: step).map { all[$0] }
      }
      counts = asked.map(\.count)
      if counts.contains(where: { $0 > 0 }) { return Array(asked.joined()) }
      tell([])
    }
    if let living {
      optima += living
      self.living = []
    }
    return []
  }

  /// Takes what came of what was asked for; the first time, where to begin.
  mutating func tell(_ trials: [Trial?]) {
    guard let starts = living else {
      let all = trials.compactMap(\.self)
      living = mostStarts < all.count ? Array(all.sorted { $0.isPreferred(to: $1) }.prefix(mostStarts)) : all
      return
    }
    var groups: [[Trial?]] = []
    var end = 0
    for count in counts {
      groups.append(Array(trials[end..<end + count]))
      end += count
    }
    if near.isEmpty {
      near = groups
      return
    }
    var better: [Trial] = []
    for (start, found) in zip(starts, groups) {
      // Of equal ones the first.
      let best = found.compactMap(\.self).reduce(start) { $1.isPreferred(to: $0) ? $1 : $0 }
      if best == start {
        optima.append(start)
      } else if !better.contains(best) {
        // What another has come upon too is gone over once.
        better.append(best)
      }
    }
    (living, near) = (better, [])
    steps -= 1
  }
}

/// What single choices change about a network, and what pairs of them should.
private struct Moves {
  private let start: Trial
  private let near: [Trial]
  private let gains: [Double]
  /// Of each bounded sum what may be added to it, and what each choice adds, row by row, as shares of the limit.
  private let room: [Double]
  private let additions: [Double]
  /// The most choices of which pairs are made.
  private static let most = 512

  init(_ start: Trial, _ near: [Trial?], _ domain: some Domain) {
    self.start = start
    let near = near.compactMap(\.self)
    self.near = near
    gains = near.map { start.objectives[0] - $0.objectives[0] }
    let places = domain.additivePlaces
    room = places.map { -start.excesses[$0] }
    additions = near.flatMap { trial in places.map { trial.excesses[$0] - start.excesses[$0] } }
  }

  /// What promises most within the bounds: single choices, pairs, and as many of the pairs as go together.
  func proposals(_ count: Int, in domain: some Domain) -> [Subnet] {
    let paired = paired
    var promising: [(gain: Double, first: Int, second: Int)] = []
    let width = room.count
    for (index, first) in paired.enumerated() {
      for second in paired[(index + 1)...] where gains[first] + gains[second] > 0 {
        var fits = true
        for place in 0..<width {
          fits = fits && additions[first * width + place] + additions[second * width + place] <= room[place]
        }
        if fits { promising.append((gains[first] + gains[second], first, second)) }
      }
    }
    promising.sort { $0.gain > $1.gain }
    func both(_ first: Subnet, _ second: Int) -> Subnet? {
      domain.combined(first, near[second].subnet, from: start.subnet)
    }
    var proposals = near.filter { $0.isPreferred(to: start) }.map(\.subnet)
    proposals += promising.lazy.compactMap { both(near[$0.first].subnet, $0.second) }
      .filter { domain.admits($0) }.prefix(count)
    // Far from the best many changes pay at once.
    var joined = start.subnet
    for pair in promising.prefix(count) {
      guard let more = both(joined, pair.first).flatMap({ both($0, pair.second) }), domain.admits(more) else {
        continue
      }
      joined = more
      proposals.append(joined)
    }
    return proposals
  }

  /// The choices of which pairs are made: all, or those that gain most and those that lose least for what they save of
  /// the sum that has the least room.
  private var paired: [Int] {
    guard near.count > Self.most else { return Array(near.indices) }
    let byGain = near.indices.sorted { gains[$0] > gains[$1] }
    guard let tight = room.indices.min(by: { room[$0] < room[$1] }) else { return Array(byGain.prefix(Self.most)) }
    func loss(_ index: Int) -> Double { gains[index] / additions[index * room.count + tight] }
    let savers = near.indices.filter { additions[$0 * room.count + tight] < 0 }.sorted { loss($0) < loss($1) }
    return Set(byGain.prefix(Self.most / 2) + savers.prefix(Self.most / 2)).sorted()
  }
}
