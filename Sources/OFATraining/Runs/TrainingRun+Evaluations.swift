import OFAFormats
import OFASpace
import OFASupernet

// How a run that was given a time keeps it: evaluations get the share of it that the recipe says, on the way and after
// the last step, and take fewer images where all would take longer.

extension RunConfiguration {
  /// The time for steps and for evaluations between them where a time is given, in seconds; nil where epochs are
  /// counted.
  ///
  /// The rest is for the evaluations after the last step: the recipe's share, of less than a quarter of an hour more.
  var trainingSeconds: Double? {
    guard case .time(let duration) = budget else { return nil }
    let time = duration.seconds
    return time - max(time * recipe.evaluation.share, min(time / 5, 60))
  }
}

extension TrainingRun {
  /// Whether there is time for an evaluation of the corners of a phase between two steps.
  func hasTimeToEvaluate(_ plan: PhasePlan) -> Bool {
    guard configuration.trainingSeconds != nil else { return true }
    let evaluation = configuration.recipe.evaluation
    let expected = seconds(
      evaluating: corners(of: plan),
      images: min(evaluation.heldOutImages, data.heldOut.count) + evaluator.calibration.count)
    return evaluationSeconds + expected <= evaluation.share * clock.seconds
  }

  /// The corners that a phase opens, at the greatest resolution: one where these are the same.
  func corners(of plan: PhasePlan) -> [Subnet] {
    let space = configuration.space
    let resolution = space.largest.resolution
    return [space.largest, space.smallest(in: plan.choices, resolution: resolution)].uniqued
  }

  /// The largest and the smallest subnet, at the greatest and at the least resolution.
  var corners: [Subnet] {
    let space = configuration.space
    return [space.largest.resolution, space.smallest.resolution].flatMap { resolution in
      [
        space.largest(in: space.choices, resolution: resolution),
        space.smallest(in: space.choices, resolution: resolution),
      ]
    }.uniqued
  }

  /// The seconds that are left of the time that was given; nil where epochs are counted.
  private var secondsLeft: Double? {
    guard case .time(let duration) = configuration.budget else { return nil }
    return max(0, duration.seconds - clock.seconds)
  }

  /// What the corners are evaluated on after the last step: all held-out images if there is time, of which the samples
  /// have the larger part.
  var extentOfCorners: EvaluationExtent {
    extent(evaluating: corners, images: data.heldOut.count, within: secondsLeft.map { 0.4 * $0 })
  }

  /// The seconds that passes of subnets over so many images take, by the speed of the last steps; 0 before any.
  ///
  /// A step passes over its images once forward and, at twice the cost, back.
  private func seconds(evaluating subnets: [Subnet], images: Int) -> Double {
    let cost = subnets.reduce(0) { $0 + configuration.space.multiplyAccumulates(of: $1) }
    return speed.seconds(forCost: cost * Double(images) / Double(3 * batches.batchSize))
  }

  /// So many images, or as many fewer as subnets can be evaluated on in a time if one is given, but some.
  private func extent(evaluating subnets: [Subnet], images: Int, within seconds: Double?) -> EvaluationExtent {
    guard let seconds else { return EvaluationExtent(images: images) }
    let calibrationImages = evaluator.calibration.count
    let needed = self.seconds(evaluating: subnets, images: images + calibrationImages)
    let share = needed > seconds ? seconds / needed : 1
    return EvaluationExtent(
      images: max(min(200, images), Int(share * Double(images))),
      calibrationImages: max(min(100, calibrationImages), Int(share * Double(calibrationImages))))
  }

  /// Draws subnets and measures them on held-out images: what the model's predictor is fitted to.
  ///
  /// Where epochs are counted their number is fixed, so that equal runs give equal bytes; where a time is given they
  /// take what is left of it, and there are a few in any case.
  ///
  /// - Parameters:
  ///   - fewest: how many there are whatever the time.
  ///   - progress: called with the share that is done.
  /// - Throws: `Failure(.interrupted)`.
  package func samples(
    atLeast fewest: Int, progress: (Double) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
  ) throws -> [Evaluation] {
    let images = min(configuration.recipe.evaluation.heldOutImages, data.heldOut.count)
    // To fit a predictor takes a part of the time too.
    let seconds = secondsLeft.map { 0.9 * $0 }
    let subnets = configuration.space.stratifiedSubnets(
      seconds == nil ? Self.countedSamples : Self.mostSamples, seed: configuration.seed)
    let start = ContinuousClock.now
    do {
      return try together {
        try evaluator.evaluate(
          subnets, of: supernet, on: data.heldOut,
          extent: extent(evaluating: Array(subnets.prefix(Self.wantedSamples)), images: images, within: seconds),
          atLeast: fewest, timeLimit: seconds.map { .seconds($0) }, cluster: cluster,
          progress: { done in
            let spent = seconds.map { (ContinuousClock.now - start).seconds / $0 } ?? 0
            progress(max(Double(done) / Double(subnets.count), spent))
          }, isInterrupted: isInterrupted)
      }
    } catch let failure as Failure where failure.kind == .interrupted {
      throw interruption
    }
  }

  /// The subnets that a predictor is fitted to where epochs are counted.
  private static let countedSamples = 150
  /// The most where a time is given.
  private static let mostSamples = 500
  /// As many as a predictor can use before they are evaluated on more images each.
  private static let wantedSamples = 100
}

extension [Subnet] {
  /// The first of equal ones alone.
  var uniqued: [Subnet] {
    var seen: Set<Subnet> = []
    return filter { seen.insert($0).inserted }
  }
}
