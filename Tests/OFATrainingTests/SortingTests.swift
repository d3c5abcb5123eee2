import OFAEngine
import OFANumerics
import OFASpace
import OFASupernet
import OFATraining
import Testing

@Suite("Sorting between steps")
struct SortingTests {
  private let team = ThreadTeam(threads: 1)
  private let targets = Loss.targets(labels: [0, 1, 2, 0, 1, 2, 0, 1], classes: 3, smoothing: 0.1)
  private let images: [Float]

  init() {
    var generator = SeededGenerator(seed: 1, stream: "images")
    images = (0..<8 * 10 * 10).map { _ in Float(generator.gaussian()) }
  }

  private func supernet(_ space: SearchSpace) -> Supernet {
    let supernet = Supernet(space: space)
    var generator = SeededGenerator(seed: 1, stream: "initialization")
    supernet.initialize(using: &generator)
    return supernet
  }

  /// A subnet's answers with batch statistics; where there are gradients, its own are added.
  private func logits(_ subnet: Subnet, _ supernet: Supernet, gradients: TensorArena? = nil) -> [Float] {
    let plan = TrainingPlan(
      graph: supernet.space.graph(of: subnet), batch: targets.count, layout: supernet.weights.layout)
    return images.withUnsafeBufferPointer { images in
      let logits = Array(plan.forward(weights: supernet.weights, images: images, team: team))
      if let gradients {
        let loss = Loss.crossEntropy(Rows(width: 3, values: logits), targets: targets)
        loss.gradient.values.withUnsafeBufferPointer {
          plan.backward(
            weights: supernet.weights, gradients: gradients, images: images, logitGradients: $0, team: team)
        }
      }
      return logits
    }
  }

  private func difference(_ left: [Float], _ right: [Float]) -> Float {
    (zip(left, right).map { abs($0 - $1) }.max() ?? 0) / (right.map(abs).max() ?? 1)
  }

  @Test(
    "When the optimizer's state and the average are sorted along, training goes on as it would have without sorting",
    arguments: OptimizerTests.Kind.allCases)
  func goesOn(_ kind: OptimizerTests.Kind) throws {
    /// What weights and average answer after steps before and after a sorting.
    func trained(
      _ sort: (Supernet, any Optimizer, WeightAverage) -> Void
    ) throws -> (weights: [Float], average: [Float]) {
      let supernet = supernet(try tinySpace())
      let largest = supernet.space.largest
      let optimizer: any Optimizer =
        switch kind {
        case .momentum: MomentumOptimizer(space: supernet.space, momentum: 0.9, weightDecay: 0.01)
        // What has next to no gradient would be moved by how sums are rounded.
        case .adamW: AdamW(space: supernet.space, epsilon: 1e-3, weightDecay: 0.01)
        case .muon: Muon(space: supernet.space, epsilon: 1e-3, weightDecay: 0.01)
        }
      let average = WeightAverage(of: supernet.weights, decay: 0.9)
      for step in 0..<8 {
        if step == 4 { sort(supernet, optimizer, average) }
        let gradients = TensorArena(supernet.weights.layout)
        _ = logits(largest, supernet, gradients: gradients)
        optimizer.step(weights: supernet.weights, gradients: gradients, learningRate: 0.01, team: team)
        average.update(with: supernet.weights, after: step, team: team)
      }
      return (
        logits(largest, supernet), logits(largest, Supernet(space: supernet.space, weights: average.weights))
      )
    }
    let unsorted = try trained { _, _, _ in }
    let along = try trained { supernet, optimizer, average in
      supernet.sortChannels(alsoPermuting: optimizer.state.map(\.arena) + average.state.map(\.arena))
    }
    #expect(difference(along.weights, unsorted.weights) < 1e-3)
    #expect(difference(along.average, unsorted.average) < 1e-3)
    let apart = try trained { supernet, _, _ in supernet.sortChannels() }
    #expect(difference(apart.weights, unsorted.weights) > 1e-2)
    #expect(difference(apart.average, unsorted.average) > 1e-2)
  }

  /// Recipes that open widths in another order than the built-in ones.
  enum Order: CaseIterable {
    case progressive
    /// All, the largest, and all again.
    case back
    /// The widths of stages before the ratios of their blocks.
    case widths
  }

  @Test(
    "What any phase before has trained answers the same after each sorting, whatever mixture of its choices",
    arguments: Order.allCases)
  func phases(_ order: Order) throws {
    var recipe = try Recipe.named("progressive")
    func follow(_ numbers: [(ratios: Int, widths: Int)]) {
      recipe.phases = numbers.map { ratios, widths in
        var phase = recipe.phases[0]
        (phase.elasticity.expandRatios, phase.elasticity.widths) = (ratios, widths)
        return phase
      }
    }
    var space = try tinySpace()
    switch order {
    case .progressive: break
    case .back: follow([(9, 1), (1, 1), (9, 1)])
    case .widths:
      space = try wideSpace()
      follow([(1, 1), (1, 9), (9, 9)])
    }
    let supernet = supernet(space)
    let plans = PhasePlan.plans(for: recipe, in: space, totalSteps: 100)
    var generator = SeededGenerator(seed: 1, stream: "subnets")
    var sortings = 0
    for (index, plan) in plans.enumerated() {
      guard let supports = plan.sortingSupports else { continue }
      // What a phase of training would do.
      for index in supernet.weights.values.indices {
        supernet.weights.values[index] += Float(0.02 * generator.gaussian())
      }
      let subnets = plans[..<index].flatMap { before in
        (0..<8).map { _ in space.randomSubnet(in: before.choices, resolution: 10, using: &generator) }
      }
      let answers = subnets.map { logits($0, supernet) }
      let weights = Array(supernet.weights.values)
      supernet.sortChannels(supporting: supports)
      #expect(Array(supernet.weights.values) != weights, "\(plan.phase.name)")
      for (subnet, answer) in zip(subnets, answers) {
        #expect(difference(logits(subnet, supernet), answer) < 1e-4, "\(plan.phase.name): \(space.id(of: subnet))")
      }
      sortings += 1
    }
    #expect(sortings == 2)
  }
}
