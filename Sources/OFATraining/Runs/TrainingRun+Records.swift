import OFAData
import OFAFormats
import OFASpace
import OFASupernet

extension TrainingRun {
  /// The corners that a phase opens, on some of the held-out images at the greatest resolution.
  ///
  /// - Throws: `Failure(.diverged)` when their logits are not numbers; `Failure` where an image can no longer be read.
  func evaluateCorners(of plan: PhasePlan) throws -> [Evaluation] {
    let start = ContinuousClock.now
    defer { evaluationSeconds += (ContinuousClock.now - start).seconds }
    let extent = EvaluationExtent(images: configuration.recipe.evaluation.heldOutImages)
    heldOut = try evaluate(corners(of: plan), extent)
    return heldOut
  }

  private func evaluate(
    _ subnets: [Subnet], _ extent: EvaluationExtent, isInterrupted: () -> Bool = { false }
  ) throws -> [Evaluation] {
    let evaluations = try together {
      try evaluator.evaluate(
        subnets, of: supernet, on: data.heldOut, extent: extent, cluster: cluster, isInterrupted: isInterrupted)
    }
    if let bad = evaluations.first(where: { !$0.loss.isFinite }) {
      throw diverged("a logit of \(bad.id) is no longer a number")
    }
    return evaluations
  }

  /// Has all ranks take part in evaluations.
  func together<Result>(_ evaluations: () throws -> Result) throws -> Result {
    try cluster.tell(Order.evaluate)
    do {
      let result = try evaluations()
      try cluster.dismiss()
      return result
    } catch let failure as Failure where failure.kind == .interrupted {
      try cluster.dismiss()
      throw failure
    }
  }

  /// The failure of a run whose numbers are none any more.
  func diverged(_ what: String, _ when: String? = nil) -> Failure {
    Failure(
      .diverged,
      "\(what) at step \(position.steps)\(when.map { " " + $0 } ?? ""); lower the recipe's learning rate"
        + (folder.checkpointSteps.isEmpty ? "" : "; the last checkpoint is kept"), at: folder.path)
  }

  /// Writes a line of metrics.
  func write(_ window: MetricsWindow, plan: PhasePlan, heldOut: [Evaluation]?) throws {
    note(clock)
    try metrics.append(
      Metrics(
        phase: plan.phase.name, step: position.steps, epoch: epoch, seconds: position.seconds, loss: window.meanLoss,
        learningRate: window.latest?.learningRate, gradientNorm: window.latest?.trained.gradientNorm,
        imagesPerSecond: Double(window.steps * batches.batchSize) / window.seconds.total, parts: window.seconds,
        processorSeconds: position.processorSeconds,
        peakBytes: ProcessUsage.peakBytes, heldOut: heldOut))
  }

  /// Writes a checkpoint.
  ///
  /// - Throws: `Failure(.diverged)` when a weight is not a number; `Failure(.inputOutput)`.
  func save() throws {
    guard trainer.supernet.weights.values.allSatisfy(\.isFinite) else {
      throw diverged("a weight is no longer a number")
    }
    note(clock)
    try folder.write(trainer.state, at: position, of: configuration)
  }

  /// Takes note of the time spent so far.
  func note(_ clock: RunClock) {
    position.seconds = clock.seconds
    position.processorSeconds = clock.processorSeconds
  }

  /// How far the run is.
  func progress(_ plan: PhasePlan, loss: Double) -> TrainingProgress {
    let timeLeft: Double
    if let limit = configuration.trainingSeconds {
      timeLeft = max(0, limit - clock.seconds)
    } else {
      timeLeft = speed.seconds(forCost: work - workDone)
    }
    return TrainingProgress(
      phase: plan.phase.name, step: position.steps, epoch: epoch, epochs: configuration.epochs, fraction: fraction,
      loss: loss, heldOut: heldOut, imagesPerSecond: speed.imagesPerSecond, timeLeft: .seconds(timeLeft))
  }

  /// Saves what is there of a run that is asked to stop: a checkpoint, and a model as far as it is trained, which was
  /// not evaluated on all held-out images. Where something else is in the model's folder, the checkpoint alone.
  func stop() throws -> Failure {
    try save()
    guard position.steps > 0 else { return interruption }
    do {
      try writeModel(heldOut: [])
      return interruption
    } catch let failure as Failure where failure.kind == .usage {
      return interruption(of: "no model was written to \(failure.place ?? folder.modelPath): \(failure.message)")
    }
  }

  /// Evaluates the corners on all held-out images and writes the model; one of these weights that is there stays, with
  /// all that it was given since.
  ///
  /// - Throws: `Failure(.interrupted)`, `Failure(.inputOutput)`.
  func finish(isInterrupted: () -> Bool) throws -> TrainingOutcome {
    let evaluations: [Evaluation]
    if let model = try? Model(reading: folder.modelPath), !model.results.heldOut.isEmpty,
      model.supernet.weights.digest == supernet.weights.digest
    {
      evaluations = model.results.heldOut
    } else {
      do {
        evaluations = try evaluate(corners, extentOfCorners, isInterrupted: isInterrupted)
      } catch let failure as Failure where failure.kind == .interrupted {
        throw try stop()
      }
      try writeModel(heldOut: evaluations)
    }
    note(clock)
    return TrainingOutcome(
      steps: position.steps, seconds: position.seconds,
      imagesPerSecond: Double(position.steps) * Double(batches.batchSize) / position.stepSeconds, corners: evaluations,
      modelPath: folder.modelPath)
  }

  private func writeModel(heldOut: [Evaluation]) throws {
    let model = Model(
      supernet: supernet, statistics: evaluator.statistics(of: configuration.space.largest, in: supernet),
      calibration: evaluator.calibration, input: InputDescription(data),
      results: TrainingResults(
        recipe: configuration.recipe.name, seed: configuration.seed, steps: position.steps, heldOut: heldOut))
    try model.write(to: folder.modelPath)
  }

  /// What a run ends with that was asked to stop, once its last checkpoint is written.
  var interruption: Failure {
    interruption(of: position.steps > 0 ? "the model so far is in \(folder.modelPath)" : nil)
  }

  private func interruption(of model: String?) -> Failure {
    Failure(
      .interrupted,
      "\(model.map { $0 + "; " } ?? "")stopped at step \(position.steps); go on with: \(folder.resumeCommand)",
      at: folder.path)
  }

  /// Whether all phases are done.
  public var isWhole: Bool { position.phase >= plans.count }

  /// Where the run stands, for people; nil where no step is done.
  public var standing: String? {
    guard position.steps > 0 else { return nil }
    guard !isWhole else { return "at step \(position.steps), where all phases are done" }
    let epoch = (epoch * 10).rounded() / 10
    return "at step \(position.steps), epoch \(epoch), in phase \"\(plans[position.phase].phase.name)\""
  }

  private var epoch: Double { Double(position.steps) / Double(batches.stepsPerEpoch) }
}
