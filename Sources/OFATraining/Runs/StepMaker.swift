import OFACluster
import OFAData
import OFAEngine
import OFAFormats
import OFANumerics
import OFASpace
import OFASupernet

/// What every rank of a run does alike: its shards of each step, the same move of the same weights, and evaluations.
final class StepMaker {
  let plans: [PhasePlan]
  let batches: TrainingBatches
  let trainer: SubnetTrainer
  let evaluator: Evaluator
  private let seed: UInt64
  private let exchange: GradientExchange
  private let cluster: Cluster
  private let team: ThreadTeam

  /// Makes ready for the first step; weights are drawn. All ranks do this at once.
  ///
  /// - Throws: `Failure(.badData)` where ranks have other images; `Failure` when one is lost.
  init(_ configuration: RunConfiguration, data: Dataset, cluster: Cluster, team: ThreadTeam) throws {
    let (recipe, space) = (configuration.recipe, configuration.space)
    let shards = configuration.shardCount
    try cluster.agree(
      on: "the images of \(configuration.data)", try data.digest, else: .badData, "copy the same to all machines")
    seed = configuration.seed
    batches = TrainingBatches(data, recipe: recipe, shards: shards, seed: seed)
    plans = PhasePlan.plans(for: recipe, in: space, totalSteps: configuration.totalSteps)
    let supernet = Supernet(space: space)
    var generator = SeededGenerator(seed: seed, stream: "initialization")
    supernet.initialize(zeroingResidualScales: recipe.zeroesResidualScales, using: &generator)
    exchange = GradientExchange(shards: shards, cluster: cluster)
    trainer = SubnetTrainer(
      supernet: supernet, objective: recipe.objective, optimizer: recipe.makeOptimizer(for: space),
      averaging: recipe.averaging, exchange: exchange, team: team)
    evaluator = Evaluator(
      calibration: CalibrationImages(
        drawing: recipe.evaluation.calibrationImages, from: data.train, side: space.largest.resolution, seed: seed),
      normalization: data.normalization, team: team)
    self.cluster = cluster
    self.team = team
  }

  /// Gives all ranks the leader's state.
  ///
  /// - Throws: `Failure` when a rank is lost.
  func shareState() throws {
    for (_, arena) in trainer.state { try cluster.share(arena.values) }
  }

  /// The steps between looks whether all ranks have the same weights.
  private static let stepsOfLook = 100

  /// Makes a step.
  ///
  /// - Throws: `Failure` when a rank is lost, has come to other weights, or can no longer read an image.
  func make(_ order: StepOrder) throws -> SubnetTrainer.Result {
    let start = ContinuousClock.now
    let plan = plans[order.phase]
    if order.stepInPhase == 0 { trainer.enter(plan) }
    var generator = SeededGenerator(seed: seed, stream: "subnets", order.steps)
    let subnets = plan.sampler.subnets(ofStep: order.stepInPhase, using: &generator)
    let shards = try exchange.own.map {
      try batches.shard($0, step: order.steps, of: plan.phase, resolution: subnets[0].resolution, team: team)
    }
    let imageSeconds = (ContinuousClock.now - start).seconds
    var result = try trainer.step(
      subnets: subnets, shards: shards, learningRate: order.learningRate, after: order.steps)
    result.seconds.images = imageSeconds
    if cluster.ranks > 1, order.steps % Self.stepsOfLook == 0, result.loss.isFinite {
      try cluster.agree(
        on: "the weights after step \(order.steps + 1)", trainer.supernet.weights.digest, else: .badData,
        "one of them computes otherwise, by its processor or its libraries")
    }
    return result
  }
}

extension SubnetTrainer {
  /// What is done before a phase's first step: channels are sorted where the phase opens narrower widths, and what
  /// belongs to a channel moves with it.
  func enter(_ plan: PhasePlan) {
    guard let supports = plan.sortingSupports else { return }
    let others = state.dropFirst().map(\.arena)
    supernet.sortChannels(supporting: supports, alsoPermuting: others)
  }
}

extension Recipe {
  /// The optimizer of a space's weights.
  func makeOptimizer(for space: SearchSpace) -> any Optimizer {
    switch optimizer.kind {
    case .sgd:
      MomentumOptimizer(
        space: space, momentum: optimizer.momentum, weightDecay: optimizer.weightDecay,
        maximumGradientNorm: optimizer.maximumGradientNorm)
    case .adamW:
      AdamW(
        space: space, beta1: optimizer.momentum, beta2: optimizer.secondMomentum ?? 0.999,
        weightDecay: optimizer.weightDecay, maximumGradientNorm: optimizer.maximumGradientNorm)
    case .muon:
      Muon(
        space: space, beta1: optimizer.momentum, beta2: optimizer.secondMomentum ?? 0.999,
        weightDecay: optimizer.weightDecay, maximumGradientNorm: optimizer.maximumGradientNorm)
    }
  }
}
