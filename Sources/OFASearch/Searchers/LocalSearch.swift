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
    return (round == 0 ? domain.seeds : []) + domain.randomSubnets(starts, using: &generator)
  }

  /// Takes what came of all that was asked for.
  public mutating func tell(_ trials: [Trial?]) { climb.tell(trials) }
}

/// Improves networks, each until nothing better is near it: what searchers of one objective end with.
///
/// What each choice alone would change, in the objective and in what is bounded, is looked at for all choices, whether
/// the bounds allow them or not. Two choices together change about the sum of both: of the pairs that should keep the
/// bounds those with the greatest sums are tried, and the best takes the network's place. So one block gives up what
/// another takes, at the price of the choices, not of their pairs. From there too the other choices are expected to
/// change what they did; only where nothing comes of that are they looked at anew.
struct Climb: Sendable {
  /// A network on its way.
  private struct Climber: Sendable {
    /// Where it stands.
    var trial: Trial
    /// Where single choices were looked at last, and what came of them; nil while they are asked for.
    var view: (origin: Trial, near: [Trial])?
  }

  /// After how many steps it stops.
  var steps = 120
  /// How many pairs, and at most how many single choices, are tried for each network and step.
  var pairs = 40
  /// How many single choices are looked at for each network and step; of more, evenly some.
  var singles = 2048
  /// How many networks are improved of those that it is told first: the best.
  var mostStarts = Int.max

  /// What became of the networks, each once.
  private(set) var optima: [Trial] = []
  /// Nil until it is told of any.
  private var living: [Climber]?
  /// How many were asked for on behalf of each living network.
  private var counts: [Int] = []

  /// A climb from where it is told first.
  init() {}

  /// A climb from some networks.
  init(_ starts: [Trial]) { living = starts.map { Climber(trial: $0) } }

  /// The networks to try next; none at the end, and before it is told of any.
  mutating func ask(_ domain: some Domain) -> [Subnet] {
    while let climbers = living, !climbers.isEmpty, steps > 0 {
      let (pairs, singles) = (pairs, singles)
      let asked = Tasks.map(climbers.count, threads: domain.threads) { index in
        let trial = climbers[index].trial
        if let (origin, near) = climbers[index].view {
          let carried = near.compactMap { $0.carried(from: origin, to: trial, in: domain) }
          return Moves(trial, carried, domain).proposals(pairs, in: domain)
        }
        let all = domain.neighbours(of: trial.subnet)
        let step = (all.count + singles - 1) / singles
        return step <= 1 ? all : stride(from: 0, to: all.count, by: step).map { all[$0] }
      }
      counts = asked.map(\.count)
      if counts.contains(where: { $0 > 0 }) { return Array(asked.joined()) }
      tell([])
    }
    if let living {
      optima += living.map(\.trial)
      self.living = []
    }
    return []
  }

  /// Takes what came of what was asked for; the first time, where to begin.
  mutating func tell(_ trials: [Trial?]) {
    guard let climbers = living else {
      var all = trials.compactMap(\.self)
      if mostStarts < all.count { all = Array(all.sorted { $0.isPreferred(to: $1) }.prefix(mostStarts)) }
      living = all.map { Climber(trial: $0) }
      return
    }
    var next: [Climber] = []
    var end = 0
    for (climber, count) in zip(climbers, counts) {
      let found = trials[end..<end + count].compactMap(\.self)
      end += count
      guard let view = climber.view else {
        next.append(Climber(trial: climber.trial, view: (climber.trial, found)))
        continue
      }
      // Of equal ones the first.
      let best = found.reduce(climber.trial) { $1.isPreferred(to: $0) ? $1 : $0 }
      if best == climber.trial, best == view.origin {
        if !optima.contains(best) { optima.append(best) }
      } else if !next.contains(where: { $0.trial == best }) {
        // What another has come upon too is gone over once.
        next.append(Climber(trial: best, view: best == climber.trial ? nil : view))
      }
    }
    living = next
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

  init(_ start: Trial, _ near: [Trial], _ domain: some Domain) {
    (self.start, self.near) = (start, near)
    gains = near.map { start.objectives[0] - $0.objectives[0] }
    let places = domain.additivePlaces
    room = places.map { -start.excesses[$0] }
    additions = near.flatMap { trial in places.map { trial.excesses[$0] - start.excesses[$0] } }
  }

  /// What promises most within the bounds: single choices, pairs, and as many of the pairs as go together.
  func proposals(_ count: Int, in domain: some Domain) -> [Subnet] {
    precondition(count > 0)
    let pairs = pairs(count, in: domain)
    let singles = near.filter { $0.isPreferred(to: start) }.sorted { $0.isPreferred(to: $1) }.prefix(count)
    var proposals = singles.map(\.subnet) + pairs.map(\.subnet)
    // Far from the best many changes pay at once.
    var joined = start.subnet
    for pair in pairs {
      guard let more = domain.combined(joined, pair.subnet, from: start.subnet), domain.admits(more) else { continue }
      joined = more
      proposals.append(joined)
    }
    return proposals
  }

  /// The pairs that should gain most and keep the bounds, the best first.
  private func pairs(_ count: Int, in domain: some Domain) -> [(gain: Double, subnet: Subnet)] {
    let order = paired.sorted { gains[$0] > gains[$1] }
    let width = room.count
    var best: [(gain: Double, subnet: Subnet)] = []
    var least = 0.0
    for (index, first) in order.enumerated() {
      for second in order[(index + 1)...] {
        let gain = gains[first] + gains[second]
        // What follows gains no more.
        guard gain > least else { break }
        let fits = (0..<width).allSatisfy {
          additions[first * width + $0] + additions[second * width + $0] <= room[$0]
        }
        guard fits, let subnet = domain.combined(near[first].subnet, near[second].subnet, from: start.subnet),
          domain.admits(subnet)
        else { continue }
        let place = best.firstIndex { $0.gain < gain } ?? best.count
        best.insert((gain, subnet), at: place)
        if best.count > count { best.removeLast() }
        if best.count == count { least = best[count - 1].gain }
      }
    }
    return best
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

extension Trial {
  /// What is to be expected where another network is changed as this differs from an origin: what both changes came to,
  /// added up; nil where they do not combine.
  fileprivate func carried(from origin: Trial, to other: Trial, in domain: some Domain) -> Trial? {
    func sums(_ others: [Double], _ own: [Double], _ before: [Double]) -> [Double] {
      others.indices.map { others[$0] + (own[$0] - before[$0]) }
    }
    guard let subnet = domain.combined(other.subnet, subnet, from: origin.subnet) else { return nil }
    return Trial(
      subnet, objectives: sums(other.objectives, objectives, origin.objectives),
      excesses: sums(other.excesses, excesses, origin.excesses))
  }
}
