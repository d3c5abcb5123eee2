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
  /// All subnets that differ in one choice: the resolution, one width, one block, or one stage's depth, blocks that a
  /// greater depth brings in being all alike. They need not meet the budgets.
  func neighbours(of subnet: Subnet) -> [Subnet] {
    let (space, choices) = (costs.space, costs.choices)
    var result: [Subnet] = []
    for resolution in choices.resolutions where resolution != subnet.resolution {
      var other = subnet
      other.resolution = resolution
      result.append(other)
    }
    for (width, indices) in choices.widthIndices.enumerated() {
      for index in indices where index != subnet.widthIndices?[width] {
        var other = subnet
        other.widthIndices?[width] = index
        result.append(other)
      }
    }
    for stage in space.stages.indices {
      let depth = subnet.depths[stage]
      let present = space.blocks(ofStage: stage, in: subnet)
      for other in choices.depths[stage] where other != depth {
        var changed = subnet
        changed.depths[stage] = other
        let wanted = space.blocks(ofStage: stage, depth: other)
        guard wanted.count > present.count else {
          for block in wanted.upperBound..<present.upperBound {
            changed.kernelSizes[block] = space.smallest.kernelSizes[block]
            changed.expandRatios[block] = space.smallest.expandRatios[block]
          }
          result.append(changed)
          continue
        }
        let added = present.upperBound..<wanted.upperBound
        for kernelSize in choices.kernelSizes[added.startIndex] {
          for expandRatio in choices.expandRatios[added.startIndex] {
            for block in added {
              changed.kernelSizes[block] = kernelSize
              changed.expandRatios[block] = expandRatio
            }
            result.append(changed)
          }
        }
      }
      for block in present { result += variants(of: subnet, block: block) }
    }
    return result
  }

  /// All subnets that differ in two blocks. They need not meet the budgets.
  func pairNeighbours(of subnet: Subnet) -> [Subnet] {
    let present = costs.space.stages.indices.flatMap { costs.space.blocks(ofStage: $0, in: subnet) }
    var result: [Subnet] = []
    for (index, first) in present.enumerated() {
      for variant in variants(of: subnet, block: first) {
        for second in present[(index + 1)...] { result += variants(of: variant, block: second) }
      }
    }
    return result
  }

  /// The subnet with every other choice for one present block.
  private func variants(of subnet: Subnet, block: Int) -> [Subnet] {
    costs.choices.kernelSizes[block].flatMap { kernelSize in
      costs.choices.expandRatios[block].compactMap { expandRatio in
        guard kernelSize != subnet.kernelSizes[block] || expandRatio != subnet.expandRatios[block] else { return nil }
        var changed = subnet
        changed.kernelSizes[block] = kernelSize
        changed.expandRatios[block] = expandRatio
        return changed
      }
    }
  }
}
