import OFAFormats

extension Recipe {
  /// The recipe for batches of another size: the learning rate is in proportion to it, and so is its warm-up, up to a
  /// quarter of the run, so that the rate rises by as much an image as before.
  ///
  /// - Throws: `Failure(.usage)` for a size that cannot be.
  /// - Note: the linear scaling rule and gradual warm-up of Goyal et al., Accurate, Large Minibatch SGD: Training
  ///   ImageNet in 1 Hour, 2017, §2.1 and §2.2.
  public func scaled(toBatch size: Int) throws -> Recipe {
    guard Self.possibleBatchSizes ~= size else {
      throw Failure(
        .usage,
        "\(size) is no batch; \(Self.possibleBatchSizes.lowerBound) to \(Self.possibleBatchSizes.upperBound) are "
          + "possible", at: "`batchSize`")
    }
    let factor = Double(size) / Double(batchSize)
    var recipe = self
    recipe.batchSize = size
    recipe.learningRate.peak *= factor
    guard recipe.learningRate.peak.isFinite else {
      throw Failure(.badData, "a peak of \(learningRate.peak) is too great for \(size) images", at: "`recipe`")
    }
    recipe.learningRate.warmUp = min(factor * learningRate.warmUp, max(learningRate.warmUp, 0.25))
    return recipe
  }

  private static let possibleBatchSizes = 2...1 << 20
}
