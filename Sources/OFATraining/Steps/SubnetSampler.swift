import OFANumerics
import OFASpace

/// Which subnets the steps of a phase train.
package struct SubnetSampler: Sendable {
  package let space: SearchSpace
  /// What subnets are drawn from.
  package let choices: SearchSpace.Choices
  package let sandwich: Recipe.Sandwich

  /// The subnets of a step, all at one resolution, the largest first.
  package func subnets(ofStep step: Int, using generator: inout some RandomNumberGenerator) -> [Subnet] {
    let resolution = choices.resolutions[Int.random(in: choices.resolutions.indices, using: &generator)]
    let smallest = step % sandwich.smallestEvery == 0 ? 0 : nil
    let others = (0..<sandwich.others).map { index in
      index == smallest
        ? space.smallest(in: choices, resolution: resolution) : drawn(resolution: resolution, using: &generator)
    }
    return [space.largest(in: choices, resolution: resolution)] + others
  }

  private func drawn(resolution: Int, using generator: inout some RandomNumberGenerator) -> Subnet {
    switch sandwich.drawing ?? .uniform {
    case .uniform: space.randomSubnet(in: choices, resolution: resolution, using: &generator)
    case .even: space.evenSubnet(in: choices, resolution: resolution, using: &generator)
    }
  }

  /// Multiply-accumulates of the forward passes of a step for one image: the mean over drawn steps, the same for every
  /// run.
  package var meanCost: Double {
    var generator = SeededGenerator(seed: 0, stream: "costs of a phase")
    let steps = 32
    let costs = (0..<steps).map { step in
      subnets(ofStep: step, using: &generator).reduce(0) { $0 + space.multiplyAccumulates(of: $1) }
    }
    return costs.reduce(0, +) / Double(steps)
  }
}

extension SearchSpace {
  /// As a number that sums of many stay in.
  package func multiplyAccumulates(of subnet: Subnet) -> Double { Double(graph(of: subnet).costs.multiplyAccumulates) }

  /// A subnet whose multiply-accumulates are near a number that is drawn evenly between the least and the most.
  ///
  /// Of a few subnets the nearest is taken.
  func evenSubnet(
    in choices: Choices, resolution: Int, using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    let least = multiplyAccumulates(of: smallest(in: choices, resolution: resolution))
    let most = multiplyAccumulates(of: largest(in: choices, resolution: resolution))
    let wanted = Double.random(in: least...max(least, most), using: &generator)
    return leaningSubnet(nearest: wanted, of: 6, in: choices, resolution: resolution, using: &generator)
      ?? smallest(in: choices, resolution: resolution)
  }

  /// Of some subnets that lean towards small or large choices, and are wanted, the one whose multiply-accumulates are
  /// nearest to a number; nil where none is wanted.
  package func leaningSubnet(
    nearest number: Double, of count: Int, in choices: Choices, resolution: Int? = nil,
    using generator: inout some RandomNumberGenerator, where isWanted: (Subnet) -> Bool = { _ in true }
  ) -> Subnet? {
    let candidates = (0..<count).map { _ in leaningSubnet(in: choices, resolution: resolution, using: &generator) }
      .filter(isWanted)
    let distances = candidates.map { abs(multiplyAccumulates(of: $0) - number) }
    return zip(candidates, distances).min { $0.1 < $1.1 }?.0
  }

  /// A subnet whose every choice is drawn by as many coins as there are larger ones, all with one bias that is drawn
  /// first, evenly from 0…1.
  func leaningSubnet(
    in choices: Choices, resolution: Int? = nil, using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    let bias = generator.uniform()
    var leaning = choices
    for decision in decisionsByList {
      let options = choices.options[decision]
      let heads = (0..<options.count - 1).count { _ in generator.uniform() < bias }
      leaning.options[decision] = [options[heads]]
    }
    return randomSubnet(in: leaning, resolution: resolution, using: &generator)
  }
}
