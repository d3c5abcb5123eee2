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
    try require(epochs > 0, "epochs", epochs, "positive")
    try require(batchSize > 1, "batchSize", batchSize, "at least 2")
    if let augmentation {
      try require(augmentation.padding >= 0, "augmentation.padding", augmentation.padding, "0 or more")
      try require(augmentation.erasing >= 0, "augmentation.erasing", augmentation.erasing, "0 or more")
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
    try require(evaluation.everyEpochs > 0, "evaluation.everyEpochs", evaluation.everyEpochs, "positive")
    try require((0..<1).contains(evaluation.share), "evaluation.share", evaluation.share, "from 0 to below 1")
    try require(!phases.isEmpty, "phases", "an empty list", "one phase or more")
    for (index, phase) in phases.enumerated() {
      let path = "phases[\(index)]."
      try require(phase.share > 0, path + "share", phase.share, "positive")
      let elasticity = phase.elasticity
      let least = min(elasticity.kernelSizes, elasticity.depths, elasticity.expandRatios, elasticity.widths ?? 1)
      try require(least > 0, path + "elasticity", least, "positive")
      let subnets = phase.subnets
      try require(subnets.others >= 0, path + "subnets.others", subnets.others, "0 or more")
      try require(subnets.smallestEvery > 0, path + "subnets.smallestEvery", subnets.smallestEvery, "positive")
    }
  }
}
