import OFANumerics
import OFASpace

/// A phase of a recipe worked out for a space and a budget.
package struct PhasePlan {
  package var phase: Recipe.Phase
  /// Which subnets its steps train.
  package var sampler: SubnetSampler
  /// The widths that are trained already, as subnets that use them, when channels are sorted before the phase; nil: no
  /// sorting.
  package var sortingSupports: [Subnet]?
  /// What its subnets are drawn from.
  package var choices: SearchSpace.Choices { sampler.choices }
  /// Multiply-accumulates of the forward passes of a step for one image, on average.
  package var stepCost: Double
  /// The share of the run's work at which it ends.
  package var end: Double
  /// The steps that it takes where epochs are counted.
  package var steps: Int
}

extension PhasePlan {
  /// The phases of a recipe that change something in a space, with their parts of `totalSteps`: what may be chosen, the
  /// images, or, where there is more than one subnet, which are trained.
  ///
  /// A phase's share is of the run's work; the steps follow from what a step of each phase costs.
  package static func plans(for recipe: Recipe, in space: SearchSpace, totalSteps: Int) -> [PhasePlan] {
    var plans: [PhasePlan] = []
    for phase in recipe.phases {
      let choices = space.choices(phase.elasticity)
      let previous = plans.last
      let hasOneSubnet = choices.options.allSatisfy { $0.count == 1 }
      if let previous, previous.choices == choices, previous.phase.augmentation == phase.augmentation,
        hasOneSubnet || previous.phase.subnets == phase.subnets
      {
        continue
      }
      var supports: [Subnet]?
      if let previous, space.widths(in: previous.choices) != space.widths(in: choices) {
        supports = plans.reversed().map(\.choices).flatMap(space.subnets(coveringWidthsOf:)).uniqued
      }
      let sampler = SubnetSampler(space: space, choices: choices, sandwich: phase.subnets)
      plans.append(
        PhasePlan(
          phase: phase, sampler: sampler, sortingSupports: supports, stepCost: sampler.meanCost, end: 0, steps: 0))
    }

    let work = plans.reduce(0) { $0 + $1.phase.share }
    let length = plans.reduce(0) { $0 + $1.phase.share / $1.stepCost }
    var done = 0.0
    var passed = 0.0
    var first = 0
    for index in plans.indices {
      done += plans[index].phase.share
      passed += plans[index].phase.share / plans[index].stepCost
      let last = max(first + 1, Int((passed / length * Double(totalSteps)).rounded()))
      plans[index].end = done / work
      plans[index].steps = last - first
      first = last
    }
    return plans
  }
}

extension SearchSpace {
  /// The choices that a phase opens.
  func choices(_ elasticity: Recipe.Elasticity) -> Choices {
    choices.largest(
      depths: elasticity.depths, kernelSizes: elasticity.kernelSizes, expandRatios: elasticity.expandRatios,
      widthIndices: elasticity.widths ?? 1)
  }

  /// The places of the decisions of a kind.
  private func places(of kind: Decision.Kind) -> [Int] { decisions.indices.filter { decisions[$0].kind == kind } }

  /// What the choices have of ratios and widths.
  fileprivate func widths(in choices: Choices) -> [[Int]] {
    (places(of: .expandRatio) + places(of: .width)).map { choices.options[$0] }
  }

  /// Subnets of full depth that together use every width that the choices have.
  func subnets(coveringWidthsOf choices: Choices) -> [Subnet] {
    func levels(_ places: [Int]) -> Int { places.map { choices.options[$0].count }.max() ?? 1 }
    let (ratios, widths) = (places(of: .expandRatio), places(of: .width))
    // An expanded width is a ratio of the width before it, so each is met with each.
    return (0..<levels(widths)).flatMap { width in
      (0..<levels(ratios)).map { ratio in
        var narrowed = self.choices.largestOnly
        for (places, level) in [(ratios, ratio), (widths, width)] {
          for place in places {
            let options = choices.options[place]
            narrowed.options[place] = [options[min(level, options.count - 1)]]
          }
        }
        return largest(in: narrowed, resolution: self.largest.resolution)
      }
    }
  }
}
