import OFASpace

/// Improves the best subnet of a search by trying all that differ little from it, until none is better.
///
/// First those that differ in one choice; when none of these is better, those that differ in two blocks, which trades
/// what one block gives up against what another takes within the budgets.
struct LocalSearch {
  /// After how many steps it stops.
  var steps = 50
  /// How many of these may look at pairs of blocks.
  var pairSteps = 3

  func improve(_ evaluator: inout Evaluator) {
    var pairs = 0
    for _ in 0..<steps {
      guard let best = evaluator.best, !evaluator.isLate else { return }
      tryAll(evaluator.problem.neighbours(of: best.subnet), &evaluator)
      if evaluator.best != best { continue }
      guard pairs < pairSteps else { return }
      pairs += 1
      tryAll(evaluator.problem.pairNeighbours(of: best.subnet), &evaluator)
      if evaluator.best == best { return }
    }
  }

  private func tryAll(_ subnets: [Subnet], _ evaluator: inout Evaluator) {
    let problem = evaluator.problem
    for start in stride(from: 0, to: subnets.count, by: 512) where !evaluator.isLate {
      _ = evaluator.evaluate(subnets[start..<min(start + 512, subnets.count)].filter { problem.admits($0) })
    }
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

  /// All subnets that differ in two things that nothing depends on, such as two blocks. They need not meet the budgets.
  func pairNeighbours(of subnet: Subnet) -> [Subnet] {
    let space = costs.space
    let groups = space.decisionGroups.filter { group in
      space.has(group.lowerBound, subnet) && group.allSatisfy { space.dependents(on: $0).isEmpty }
    }
    return groups.indices.flatMap { index in
      variants(of: subnet, groups[index]).flatMap { variant in
        groups[(index + 1)...].flatMap { variants(of: variant, $0) }
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
