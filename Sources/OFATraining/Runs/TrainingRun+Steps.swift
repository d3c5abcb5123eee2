import OFAEngine
import OFAFormats
import OFANumerics
import OFASpace
import OFASupernet

/// What steps did since the last line of metrics.
struct MetricsWindow {
  private(set) var loss = 0.0
  private(set) var seconds = StepSeconds()
  private(set) var latest: StepResult?
  private(set) var steps = 0

  mutating func add(_ result: StepResult) {
    loss += result.trained.loss
    seconds += result.trained.seconds
    steps += 1
    latest = result
  }

  var meanLoss: Double { steps > 0 ? loss / Double(steps) : 0 }
}

/// What one step did.
struct StepResult {
  var trained: SubnetTrainer.Result
  var learningRate: Double
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

  /// Makes one step, with all ranks.
  ///
  /// - Throws: `Failure(.diverged)` when the loss is not a number; `Failure` when a rank is lost.
  func step(_ plan: PhasePlan) throws -> StepResult {
    let start = ContinuousClock.now
    let rate = configuration.recipe.learningRate.schedule.rate(at: fraction, step: fraction(ofStepOf: plan))
    let order = StepOrder(
      phase: position.phase, stepInPhase: position.stepInPhase, steps: position.steps, learningRate: rate)
    try cluster.tell(Order.step(order))
    let result = try maker.make(order)
    guard result.loss.isFinite, result.gradientNorm.isFinite else {
      let what = result.loss.isFinite ? "the gradient is no number" : "the loss is \(result.loss)"
      let place = result.divergence.map { "; " + $0 } ?? ""
      throw diverged(what, "of phase \(plan.phase.name)\(place), learning rate \(rate)")
    }
    position.steps += 1
    position.stepInPhase += 1
    let seconds = (ContinuousClock.now - start).seconds
    position.stepSeconds += seconds
    note(clock)
    speed.add(seconds: seconds, images: batches.batchSize, cost: plan.stepCost)
    return StepResult(trained: result, learningRate: rate)
  }
}

extension Recipe.LearningRate {
  /// The rate as a function of the run's progress.
  var schedule: LearningRateSchedule { LearningRateSchedule(peak: peak, warmUp: warmUp, decay: decay ?? Decay()) }
}
