import OFAFormats
import OFARegression
import OFASpace

/// The accuracy predictors that were published with Once-for-All: what they read, which their files do not say.
///
/// - Note: Once-for-All, 2020, §3.4 and appendix B.
private struct PublishedPredictor {
  /// How many features it reads.
  let inputs: Int
  /// Whether the samples' mean accuracy is a number of its own.
  let hasBaseAccuracy: Bool
  let layout: [SearchSpace.FeatureGroup]
  let resolutions: [Int]

  static let all = [
    // MobileNetV3
    PublishedPredictor(
      inputs: 128, hasBaseAccuracy: false, layout: [.kernelSizes, .expandRatios, .resolution],
      resolutions: Array(stride(from: 112, through: 224, by: 16))),
    // ResNet-50D
    PublishedPredictor(
      inputs: 82, hasBaseAccuracy: true, layout: [.resolution, .stem, .widthIndices, .expandRatios],
      resolutions: [128, 144, 160, 176, 192, 224, 240, 256]),
  ]
}

extension AccuracyPredictor {
  /// One of the published predictors, for the subnets of a space: of MobileNetV3 (128 features) or of ResNet-50D (82).
  ///
  /// - Parameter place: what the tensors are called in errors, usually a file's path.
  /// - Throws: `.badData` for tensors that are neither's network, or when the space has other features or none of the
  ///   resolutions.
  public init(published tensors: [Safetensors.Tensor], space: SearchSpace, at place: String) throws {
    let network = try Perceptron(tensors: tensors, at: place)
    let hasBaseAccuracy = tensors.contains { $0.name == "base_acc" }
    guard
      let published = PublishedPredictor.all.first(where: {
        $0.inputs == network.inputs && $0.hasBaseAccuracy == hasBaseAccuracy
      })
    else {
      throw Failure(
        .badData,
        "\(network.inputs) inputs \(hasBaseAccuracy ? "and" : "without") a base accuracy; the published predictors read 128 "
          + "without (MobileNetV3) or 82 with one (ResNet-50D)", at: place)
    }
    self.init(
      space: space.name, resolutions: published.resolutions, layout: published.layout.map(\.rawValue), network: network)
    let count = try SubnetFeatures(space, for: self).count
    guard count == network.inputs, resolutions.contains(where: space.resolutions.contains) else {
      throw Failure(
        .badData,
        "the predictor reads \(network.inputs) features at resolutions \(resolutions), subnets of \(space.name) have \(count) "
          + "of them at \(space.resolutions)", at: place)
    }
  }
}
