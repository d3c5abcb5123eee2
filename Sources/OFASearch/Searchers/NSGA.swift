import OFASpace

/// Finds the front of any number of objectives by evolution: NSGA-II, or NSGA-III.
///
/// Parents are won by tournaments of two; children are crossed and mutated, none that was tried before while others are
/// to be had. Some are neighbours of the front instead: where choices are few, much of it lies one step away. Of
/// parents and children those survive that are dominated least, rank by rank; of the rank that fits only in part, those
/// that crowd each other least, which is where the two differ: NSGA-II goes by the distance of the neighbours along
/// each objective, NSGA-III by directions spread evenly over the objectives, which serves three to five of them better.
///
/// - Note: Deb et al., A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II, 2002; Deb and Jain, An
///   Evolutionary Many-Objective Optimization Algorithm Using Reference-Point-Based Nondominated Sorting Approach,
///   2014. Deviations: nothing is tried twice, the neighbours, and a child that breaks a bound is moved toward its
///   parent.
public struct NSGA: Searcher {
  /// By what those survive that are dominated equally.
  public enum Survival: Sendable {
    /// NSGA-II.
    case crowding
    /// NSGA-III.
    case directions
  }

  /// By what those survive that are dominated equally.
  public let survival: Survival
  /// How many live in a generation, and how many children they have.
  public var population = 50
  /// After how many generations it stops.
  public var generations = 200
  /// The probability with which a child has two parents.
  public var crossingProbability = 0.9
  /// The probability with which a mutation draws a choice anew.
  public var mutationProbability = 0.1
  /// The fraction of children that are neighbours of the front.
  public var neighbourFraction = 0.3

  private var living: [Ranked] = []
  private var generation = 0

  /// A trial with its rank, 0 where nothing dominates it, and how little others crowd it.
  private struct Ranked: Sendable {
    var trial: Trial
    var rank: Int
    var distance: Double
  }

  /// A search with the usual numbers.
  public init(_ survival: Survival = .crowding) { self.survival = survival }

  /// The networks to try next; none when there is nothing more to propose.
  public mutating func ask(
    _ domain: some Domain, knowing archive: Archive, using generator: inout some RandomNumberGenerator
  ) -> [Subnet] {
    precondition(population >= 2)
    defer { generation += 1 }
    if generation == 0 { return domain.start(population - 1, using: &generator) }
    guard generation <= generations, !living.isEmpty else { return [] }
    var asked: [Subnet] = []
    for index in 0..<population {
      let isNeighbour = Double(index) < neighbourFraction * Double(population)
      let near = isNeighbour ? domain.neighbour(of: archive.front, knowing: archive, asked, using: &generator) : nil
      if let child = near ?? child(domain, knowing: archive, asked, using: &generator) { asked.append(child) }
    }
    return asked
  }

  /// Takes what came of all that was asked for.
  public mutating func tell(_ trials: [Trial?]) {
    var known = Set(living.map(\.trial.subnet))
    let all = living.map(\.trial) + trials.compactMap(\.self).filter { known.insert($0.subnet).inserted }
    living = survivors(of: all)
  }

  /// A new network; what is near a parent where crossing and mutating brought only what is known; nil where all that
  /// is known too.
  private func child(
    _ domain: some Domain, knowing archive: Archive, _ asked: [Subnet],
    using generator: inout some RandomNumberGenerator
  ) -> Subnet? {
    func isNew(_ subnet: Subnet) -> Bool { !archive.contains(subnet) && !asked.contains(subnet) }
    for _ in 0..<10 {
      let parent = winner(using: &generator)
      var child = parent
      if Double.random(in: 0..<1, using: &generator) < crossingProbability {
        child = domain.crossed(parent, winner(using: &generator), using: &generator)
      }
      child = domain.mutated(child, probability: mutationProbability, using: &generator)
      child = domain.admitted(child, toward: parent, using: &generator)
      if isNew(child) { return child }
    }
    return domain.neighbour(of: ParetoFront(living.map(\.trial)), knowing: archive, asked, using: &generator)
  }

  private func winner(using generator: inout some RandomNumberGenerator) -> Subnet {
    let two = (0..<2).map { _ in living[Int.random(in: 0..<living.count, using: &generator)] }
    let isFirst = two[0].rank == two[1].rank ? two[0].distance >= two[1].distance : two[0].rank < two[1].rank
    return two[isFirst ? 0 : 1].trial.subnet
  }

  private func survivors(of trials: [Trial]) -> [Ranked] {
    var result: [Ranked] = []
    for (rank, members) in Self.ranks(of: trials).enumerated() {
      let room = population - result.count
      if room <= 0 { break }
      switch survival {
      case .crowding:
        let distances = Self.crowdingDistances(members)
        let ranked = zip(members, distances).map { Ranked(trial: $0, rank: rank, distance: $1) }
        result += ranked.count <= room ? ranked : Array(ranked.sorted { $0.distance > $1.distance }.prefix(room))
      case .directions:
        let chosen = members.count <= room ? members : Directions(of: members, beside: result.map(\.trial)).pick(room)
        result += chosen.map { Ranked(trial: $0, rank: rank, distance: 0) }
      }
    }
    return result
  }

  /// The trials that nothing is preferred to, those that only these are preferred to, and so on.
  ///
  /// - Complexity: O(n²).
  static func ranks(of trials: [Trial]) -> [[Trial]] {
    var beaten = trials.map { _ in [Int]() }
    var betters = [Int](repeating: 0, count: trials.count)
    for first in trials.indices {
      for second in trials.indices where trials[first].isPreferred(to: trials[second]) {
        beaten[first].append(second)
        betters[second] += 1
      }
    }
    var ranks: [[Trial]] = []
    var current = trials.indices.filter { betters[$0] == 0 }
    while !current.isEmpty {
      ranks.append(current.map { trials[$0] })
      var next: [Int] = []
      for index in current {
        for other in beaten[index] {
          betters[other] -= 1
          if betters[other] == 0 { next.append(other) }
        }
      }
      current = next.sorted()
    }
    return ranks
  }

  /// How far apart the neighbours of each are, in all objectives together; infinite at the ends.
  static func crowdingDistances(_ trials: [Trial]) -> [Double] {
    var distances = [Double](repeating: 0, count: trials.count)
    for place in trials.first?.objectives.indices ?? 0..<0 {
      let order = trials.indices.sorted { trials[$0].objectives[place] < trials[$1].objectives[place] }
      guard let first = order.first, let last = order.last else { continue }
      distances[first] = .infinity
      distances[last] = .infinity
      let range = trials[last].objectives[place] - trials[first].objectives[place]
      guard range > 0, order.count > 2 else { continue }
      for index in 1..<order.count - 1 {
        let gap = trials[order[index + 1]].objectives[place] - trials[order[index - 1]].objectives[place]
        distances[order[index]] += gap / range
      }
    }
    return distances
  }
}

extension Domain {
  /// A new neighbour of a network of a front; nil where none is easily found.
  func neighbour(
    of front: ParetoFront, knowing archive: Archive, _ asked: [Subnet],
    using generator: inout some RandomNumberGenerator
  ) -> Subnet? {
    guard !front.trials.isEmpty else { return nil }
    for _ in 0..<10 {
      let member = front.trials[Int.random(in: 0..<front.trials.count, using: &generator)]
      let near = neighbours(of: member.subnet).filter { !archive.contains($0) && !asked.contains($0) && admits($0) }
      if !near.isEmpty { return near[Int.random(in: 0..<near.count, using: &generator)] }
    }
    return nil
  }
}

/// Directions spread evenly over the objectives, and who is nearest to each.
private struct Directions {
  private let members: [Trial]
  private let directions: [[Double]]
  /// For each of those that are there already, and then of the members, the nearest direction and the distance from it.
  private let nearest: [(direction: Int, distance: Double)]
  private let settled: Int

  init(of members: [Trial], beside others: [Trial]) {
    self.members = members
    settled = others.count
    let all = others + members
    let width = members[0].objectives.count
    // A range of zero tells nothing apart.
    let lows = (0..<width).map { place in all.map { $0.objectives[place] }.min() ?? 0 }
    let highs = (0..<width).map { place in all.map { $0.objectives[place] }.max() ?? 0 }
    let directions = Self.directions(width, count: all.count)
    self.directions = directions
    nearest = all.map { trial in
      let point = (0..<width).map { place in
        let range = highs[place] - lows[place]
        return range > 0 ? (trial.objectives[place] - lows[place]) / range : 0
      }
      let distances = directions.map { Self.distance(from: point, to: $0) }
      let best = distances.indices.min { distances[$0] < distances[$1] } ?? 0
      return (best, distances[best])
    }
  }

  /// So many of the members: always the one that is nearest to a direction that has the fewest.
  func pick(_ count: Int) -> [Trial] {
    var crowds = [Int](repeating: 0, count: directions.count)
    for place in nearest.prefix(settled) { crowds[place.direction] += 1 }
    var left = Array(members.indices)
    var picked: [Trial] = []
    while picked.count < count, !left.isEmpty {
      let best = left.indices.min { first, second in
        let (one, other) = (nearest[settled + left[first]], nearest[settled + left[second]])
        return (crowds[one.direction], one.distance) < (crowds[other.direction], other.distance)
      }
      guard let best else { break }
      let member = left.remove(at: best)
      crowds[nearest[settled + member].direction] += 1
      picked.append(members[member])
    }
    return picked
  }

  /// The distance of a point from the line through 0 in a direction.
  private static func distance(from point: [Double], to direction: [Double]) -> Double {
    let length = direction.reduce(0) { $0 + $1 * $1 }
    let along = zip(point, direction).reduce(0) { $0 + $1.0 * $1.1 } / length
    return zip(point, direction).reduce(0) { $0 + ($1.0 - along * $1.1) * ($1.0 - along * $1.1) }.squareRoot()
  }

  /// All ways to share so many parts among the objectives, with as many parts as give about half as many directions as
  /// there are points.
  ///
  /// - Note: Das and Dennis, Normal-Boundary Intersection, 1998.
  private static func directions(_ width: Int, count: Int) -> [[Double]] {
    func shares(_ parts: Int, among width: Int) -> [[Int]] {
      if width == 1 { return [[parts]] }
      return (0...parts).flatMap { first in shares(parts - first, among: width - 1).map { [first] + $0 } }
    }
    var parts = 1
    var result = shares(parts, among: width)
    while width > 1 {
      let more = shares(parts + 1, among: width)
      if more.count > max(count / 2, width) { break }
      parts += 1
      result = more
    }
    return result.map { $0.map { Double($0) / Double(parts) } }
  }
}
