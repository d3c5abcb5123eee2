import OFAData
import OFAFormats
import OFASupernet

extension Recipe {
  /// Refuses a recipe that cannot be followed.
  ///
  /// - Parameter place: the file's path, for messages.
  /// - Throws: `Failure(.badData)` with the path of the value inside the document.
  public func check(at place: String) throws {
    func require(_ holds: Bool, _ key: String, _ value: Any, _ rule: String) throws {
      if !holds { throw Failure(.badData, "\(value) is not \(rule)", at: "\(place): \(key)") }
    }
    try require(name != TrainingResults.imported, "name", "\"\(name)\"", "a recipe's; it stands for none")
    let possible = TrainingBudget.possibleEpochs
    try require(possible.contains(epochs), "epochs", epochs, "from 1 to \(possible.upperBound)")
    try require(batchSize > 1, "batchSize", batchSize, "at least 2")
    try augmentation?.check(require)
    try require(learningRate.peak > 0, "learningRate.peak", learningRate.peak, "positive")
    try require((0..<1).contains(learningRate.warmUp), "learningRate.warmUp", learningRate.warmUp, "from 0 to below 1")
    try optimizer.check(require)
    try require(0...1 ~= objective.distillation, "objective.distillation", objective.distillation, "from 0 to 1")
    try require(
      0..<1 ~= objective.labelSmoothing, "objective.labelSmoothing", objective.labelSmoothing, "from 0 to below 1")
    if let averaging { try require(0..<1 ~= averaging, "averaging", averaging, "from 0 to below 1") }
    let evaluation = evaluation
    try require(
      evaluation.calibrationImages > 1, "evaluation.calibrationImages", evaluation.calibrationImages, "at least 2"
    )
    try require(evaluation.heldOutImages > 0, "evaluation.heldOutImages", evaluation.heldOutImages, "positive")
    try require(
      possible.contains(evaluation.everyEpochs), "evaluation.everyEpochs", evaluation.everyEpochs,
      "from 1 to \(possible.upperBound)")
    try require((0..<1).contains(evaluation.share), "evaluation.share", evaluation.share, "from 0 to below 1")
    try require(!phases.isEmpty, "phases", "an empty list", "one phase or more")
    for (index, phase) in phases.enumerated() {
      let path = "phases[\(index)]."
      try require(1e-6...1e6 ~= phase.share, path + "share", phase.share, "from 0.000001 to 1000000")
      let elasticity = phase.elasticity
      let least = min(elasticity.kernelSizes, elasticity.depths, elasticity.expandRatios, elasticity.widths ?? 1)
      try require(least > 0, path + "elasticity", least, "positive")
      let subnets = phase.subnets
      try require(
        0...Self.mostOthers ~= subnets.others, path + "subnets.others", subnets.others, "from 0 to \(Self.mostOthers)")
      try require(subnets.smallestEvery > 0, path + "subnets.smallestEvery", subnets.smallestEvery, "positive")
      try phase.augmentation?.check { try require($0, path + $1, $2, $3) }
    }
  }

  /// The most subnets beside the largest that a step trains.
  private static let mostOthers = 1_000
}

/// Refuses what does not hold of the value at a key by a rule.
private typealias Require = (_ holds: Bool, _ key: String, _ value: Any, _ rule: String) throws -> Void

extension Augmentation {
  fileprivate func check(_ require: Require) throws {
    for (key, side) in [("padding", padding), ("erasing", erasing)] {
      try require(0...Self.largestSide ~= side, "augmentation." + key, side, "from 0 to \(Self.largestSide)")
    }
    if let crop {
      try require(0.01...1 ~= crop.leastArea, "augmentation.crop.leastArea", crop.leastArea, "from 0.01 to 1")
      try require(
        1...10 ~= crop.greatestAspect, "augmentation.crop.greatestAspect", crop.greatestAspect, "from 1 to 10")
    }
    if let jitter {
      let factors = [
        ("brightness", jitter.brightness), ("contrast", jitter.contrast), ("saturation", jitter.saturation),
      ]
      for (key, factor) in factors {
        try require(0...1 ~= factor, "augmentation.jitter." + key, factor, "from 0 to 1")
      }
    }
    if let mixing { try require(0.001...1_000 ~= mixing, "augmentation.mixing", mixing, "from 0.001 to 1000") }
  }

  /// The largest shift and the largest square of an augmentation, for images of 32 pixels.
  private static let largestSide = 1_024
}

extension Recipe.OptimizerSettings {
  fileprivate func check(_ require: Require) throws {
    try require(0..<1 ~= momentum, "optimizer.momentum", momentum, "from 0 to below 1")
    if let secondMomentum {
      try require(0..<1 ~= secondMomentum, "optimizer.secondMomentum", secondMomentum, "from 0 to below 1")
    }
    try require(weightDecay >= 0, "optimizer.weightDecay", weightDecay, "0 or more")
    if let maximumGradientNorm {
      try require(maximumGradientNorm > 0, "optimizer.maximumGradientNorm", maximumGradientNorm, "positive")
    }
  }
}
