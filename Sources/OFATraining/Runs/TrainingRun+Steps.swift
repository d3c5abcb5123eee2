import OFAEngine
import OFAFormats
import OFANumerics
import OFASpace
import OFASupernet

/// What steps did since the last line of metrics.
struct MetricsWindow {
  private(set) var loss = 0.0
  private(set) var seconds = 0.0
  private(set) var latest: StepResult?
  private(set) var steps = 0

  mutating func add(_ result: StepResult) {
    loss += result.loss
    seconds += result.seconds
    steps += 1
    latest = result
  }

  var meanLoss: Double { steps > 0 ? loss / Double(steps) : 0 }
}

/// What one step did.
struct StepResult {
  var loss: Double
  var gradientNorm: Double
  var learningRate: Double
  var seconds: Double
}

extension TrainingRun {
  /// The steps between lines of metrics.
  static var stepsOfLine: Int { 20 }

  /// The share of the work that is done, 0…1: of the time for training where a time is given, else of the steps by
  /// their cost.
  var fraction: Double {
    if let limit = configuration.trainingSeconds { return min(1, clock.seconds / limit) }
    return workDone / work
  }

  /// What the steps of all phases cost.
  var work: Double { plans.reduce(0) { $0 + Double($1.steps) * $1.stepCost } }

  /// What the steps done so far cost.
  var workDone: Double {
    let before = plans.prefix(position.phase).reduce(0) { $0 + Double($1.steps) * $1.stepCost }
    return position.phase < plans.count
      ? before + Double(position.stepInPhase) * plans[position.phase].stepCost : before
  }

  /// The share of the work that a step makes.
  private func fraction(ofStepOf plan: PhasePlan) -> Double {
    if let limit = configuration.trainingSeconds { return speed.seconds(forCost: plan.stepCost) / limit }
    return plan.stepCost / work
  }

  /// Whether the phase's last step is done.
  func hasEnded(_ plan: PhasePlan) -> Bool {
    configuration.trainingSeconds == nil ? position.stepInPhase >= plan.steps : fraction >= plan.end
  }

  /// What is done before a phase's first step.
  func enter(_ plan: PhasePlan) {
    guard let supports = plan.sortingSupports else { return }
    supernet.sortChannels(supporting: supports)
    // The velocity belongs to the old order of channels.
    trainer.optimizer.reset()
  }

  /// Makes one step.
  ///
  /// - Throws: `Failure(.diverged)` when the loss is not a number.
  func step(_ plan: PhasePlan) throws -> StepResult {
    let start = ContinuousClock.now
    let seed = configuration.seed
    var generator = SeededGenerator(seed: seed, stream: "subnets", position.steps)
    let subnets = self.subnets(of: plan, using: &generator)
    let resolution = subnets[0].resolution
    let batch = batches.batch(step: position.steps, resolution: resolution, team: team)
    let recipe = configuration.recipe
    let targets = Loss.targets(
      labels: batch.labels, classes: configuration.space.classes, smoothing: recipe.labelSmoothing)
    let schedule = LearningRateSchedule(peak: recipe.learningRate, warmUp: recipe.warmUp)
    let rate = schedule.rate(at: fraction, step: fraction(ofStepOf: plan))
    let result = trainer.step(
      subnets: subnets, images: batch.images, targets: targets, distillation: recipe.distillation, learningRate: rate)
    guard result.loss.isFinite, result.gradientNorm.isFinite else {
      throw diverged("the loss is \(result.loss)", "of phase \(plan.phase.name), learning rate \(rate)")
    }
    position.steps += 1
    position.stepInPhase += 1
    let seconds = (ContinuousClock.now - start).seconds
    position.stepSeconds += seconds
    position.seconds = clock.seconds
    speed.add(seconds: seconds, images: batch.labels.count, cost: plan.stepCost)
    return StepResult(loss: result.loss, gradientNorm: result.gradientNorm, learningRate: rate, seconds: seconds)
  }

  /// The subnets of the next step, all at one resolution, the largest first.
  private func subnets(of plan: PhasePlan, using generator: inout SeededGenerator) -> [Subnet] {
    let space = configuration.space
    let sandwich = plan.phase.subnets
    let resolutions = plan.choices.resolutions
    let resolution = resolutions[Int.random(in: resolutions.indices, using: &generator)]
    let smallest = position.stepInPhase % sandwich.smallestEvery == 0 ? 0 : nil
    let others = (0..<sandwich.others).map { index in
      index == smallest
        ? space.smallest(in: plan.choices, resolution: resolution)
        : space.randomSubnet(in: plan.choices, resolution: resolution, using: &generator)
    }
    return [space.largest(in: plan.choices, resolution: resolution)] + others
  }
}
