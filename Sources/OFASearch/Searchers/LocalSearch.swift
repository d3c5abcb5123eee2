import OFANumerics
import OFASpace

/// Improves subnets that a search found, each until nothing better is near it.
///
/// What each choice alone would change, in accuracy and in costs, is looked at for all choices, whether the budgets
/// allow them or not. Two choices together change about the sum of both: of the pairs that should keep the budgets
/// those with the greatest sums are estimated, and the best takes the subnet's place. So one block gives up what
/// another takes, at the price of the choices, not of their pairs.
struct LocalSearch {
  /// After how many steps it stops.
  var steps = 40
  /// How many pairs are estimated for each subnet and step.
  var pairs = 160
  /// How many single choices are looked at for each subnet and step; of more, evenly some.
  var singles = 2048
  /// How many threads look around; what they find does not depend on it.
  var threads = 1

  /// Improves candidates, and returns what became of them, each once.
  @discardableResult
  func improve(_ candidates: [Candidate], _ evaluator: inout Evaluator) -> [Candidate] {
    var (living, done) = (candidates, [Candidate]())
    for _ in 0..<steps {
      if living.isEmpty || evaluator.isLate { break }
      let problem = evaluator.problem
      let starts = living
      let near = Tasks.map(starts.count, threads: threads) { index in
        let all = problem.neighbours(of: starts[index].subnet)
        let step = (all.count + singles - 1) / singles
        return step <= 1 ? all : stride(from: 0, to: all.count, by: step).map { all[$0] }
      }
      let accuracies = evaluator.estimates(of: Array(near.joined()))
      let ends = near.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
      let proposals = Tasks.map(starts.count, threads: threads) { index in
        Moves(starts[index], near[index], accuracies[ends[index]..<ends[index + 1]], problem).proposals(pairs)
      }
      let found = Dictionary(evaluator.evaluate(Array(proposals.joined())).map { ($0.subnet, $0) }) { first, _ in first
      }
      var better: [Candidate] = []
      for (candidate, proposals) in zip(living, proposals) {
        let best = proposals.compactMap { found[$0] }.max { $0.accuracy < $1.accuracy }
        if let best, best.accuracy > candidate.accuracy {
          // What another has come upon too is gone over once.
          if !better.contains(best) { better.append(best) }
        } else {
          done.append(candidate)
        }
      }
      living = better
    }
    return done + living
  }
}

/// What single choices change about a subnet, and what pairs of them should.
private struct Moves {
  private let problem: Problem
  private let start: Subnet
  private let near: [Subnet]
  private let gains: [Double]
  /// Of each bounded sum what may be added to it, and what each choice adds, row by row, as shares of the limit.
  private let room: [Double]
  private let additions: [Double]
  /// The most choices of which pairs are made.
  private static let most = 512

  init(_ start: Candidate, _ near: [Subnet], _ accuracies: ArraySlice<Double>, _ problem: Problem) {
    (self.problem, self.start, self.near) = (problem, start.subnet, near)
    gains = accuracies.map { $0 - start.accuracy }
    let values = problem.costs.values(of: start.subnet)
    let bounded = values.indices.filter { $0 != Column.peakActivationBytes && problem.limits[$0] < .infinity }
    room = bounded.map { (problem.limits[$0] - values[$0]) / problem.limits[$0] }
    additions = near.flatMap { subnet in
      let own = problem.costs.values(of: subnet)
      return bounded.map { (own[$0] - values[$0]) / problem.limits[$0] }
    }
  }

  /// What promises most within the budgets: single choices, pairs, and as many of the pairs as go together.
  func proposals(_ count: Int) -> [Subnet] {
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
    var proposals = near.indices.filter { gains[$0] > 0 && problem.admits(near[$0]) }.map { near[$0] }
    proposals += promising.lazy.compactMap { both(near[$0.first], near[$0.second]) }
      .filter { problem.admits($0) }.prefix(count)
    // Far from the best many changes pay at once.
    var joined = start
    for pair in promising.prefix(count) {
      guard let more = both(joined, near[pair.first]).flatMap({ both($0, near[pair.second]) }), problem.admits(more)
      else { continue }
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

  /// The subnet with the changes of two others; nil where both change the same.
  private func both(_ first: Subnet, _ second: Subnet) -> Subnet? {
    var result = first
    if second.resolution != start.resolution {
      guard first.resolution == start.resolution else { return nil }
      result.resolution = second.resolution
    }
    for decision in start.options.indices where second.options[decision] != start.options[decision] {
      guard first.options[decision] == start.options[decision] else { return nil }
      result.options[decision] = second.options[decision]
    }
    return problem.costs.space.canonical(result)
  }
}

extension Problem {
  /// All subnets that differ in one choice: the resolution, what is about one thing such as a block or a width, or what
  /// others depend on, such as a stage's depth, the blocks that it brings in being all alike. They need not meet the
  /// budgets.
  func neighbours(of subnet: Subnet) -> [Subnet] {
    let (space, choices) = (costs.space, costs.choices)
    let sizes = choices.resolutions.filter { $0 != subnet.resolution }.map { resolution in
      var other = subnet
      other.resolution = resolution
      return other
    }
    return space.decisionGroups.reduce(into: sizes) { result, group in
      for variant in variants(of: subnet, group) {
        let other = space.canonical(variant)
        let added = space.decisionGroups.filter {
          space.has($0.lowerBound, other) && !space.has($0.lowerBound, subnet)
        }
        guard let first = added.first else {
          result.append(other)
          continue
        }
        for pattern in combinations(of: other, first) {
          var grown = pattern
          for group in added.dropFirst() {
            for (decision, leader) in zip(group, first) {
              let options = choices.options[decision]
              let place = choices.options[leader].firstIndex(of: pattern[leader]) ?? 0
              grown[decision] = options[min(place, options.count - 1)]
            }
          }
          result.append(grown)
        }
      }
    }
  }

  /// The subnet with every other choice for what is about one thing; none where it is not there.
  private func variants(of subnet: Subnet, _ group: Range<Int>) -> [Subnet] {
    costs.space.has(group.lowerBound, subnet) ? combinations(of: subnet, group).filter { $0 != subnet } : []
  }

  /// The subnet with every choice for what is about one thing.
  private func combinations(of subnet: Subnet, _ group: Range<Int>) -> [Subnet] {
    group.reduce([subnet]) { subnets, decision in
      subnets.flatMap { subnet in
        costs.choices.options[decision].map { option in
          var other = subnet
          other[decision] = option
          return other
        }
      }
    }
  }
}
