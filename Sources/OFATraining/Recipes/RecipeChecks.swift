import OFAFormats

extension Recipe {
  /// Refuses a recipe that cannot be followed.
  ///
  /// - Parameter place: the file's path, for messages.
  /// - Throws: `Failure(.badData)` with the path of the value inside the document.
  public func check(at place: String) throws {
    func require(_ holds: Bool, _ key: String, _ value: Any, _ rule: String) throws {
      if !holds { throw Failure(.badData, "\(value) is not \(rule)", at: "\(place): \(key)") }
    }
    let possible = TrainingBudget.possibleEpochs
    try require(possible.contains(epochs), "epochs", epochs, "from 1 to \(possible.upperBound)")
    try require(batchSize > 1, "batchSize", batchSize, "at least 2")
    if let augmentation {
      for (key, side) in [("padding", augmentation.padding), ("erasing", augmentation.erasing)] {
        try require(0...Self.largestSide ~= side, "augmentation." + key, side, "from 0 to \(Self.largestSide)")
      }
    }
    try require(learningRate > 0, "learningRate", learningRate, "positive")
    try require((0..<1).contains(warmUp), "warmUp", warmUp, "from 0 to below 1")
    try require((0...1).contains(distillation), "distillation", distillation, "from 0 to 1")
    try require((0..<1).contains(labelSmoothing), "labelSmoothing", labelSmoothing, "from 0 to below 1")
    try require((0..<1).contains(momentum), "momentum", momentum, "from 0 to below 1")
    try require(weightDecay >= 0, "weightDecay", weightDecay, "0 or more")
    try require(maximumGradientNorm > 0, "maximumGradientNorm", maximumGradientNorm, "positive")
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
    }
  }

  /// The largest shift and the largest square of an augmentation, for images of 32 pixels.
  private static let largestSide = 1_024

  /// The most subnets beside the largest that a step trains.
  private static let mostOthers = 1_000
}
