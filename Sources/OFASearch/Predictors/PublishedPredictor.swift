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
  let resolutions: [Int]

  static let all = [
    // MobileNetV3
    PublishedPredictor(
      inputs: 128, hasBaseAccuracy: false, resolutions: Array(stride(from: 112, through: 224, by: 16))),
    // ResNet-50D
    PublishedPredictor(inputs: 82, hasBaseAccuracy: true, resolutions: [128, 144, 160, 176, 192, 224, 240, 256]),
  ]

  /// The groups of features that such predictors read of the subnets of a space, in order.
  static func layout(of space: SearchSpace) -> [SearchSpace.FeatureGroup] {
    space.choices.widthIndices.isEmpty
      ? [.kernelSizes, .expandRatios, .resolution] : [.resolution, .stem, .widthIndices, .expandRatios]
  }
}

extension AccuracyPredictor {
  /// A predictor that was published, for the subnets of a space: of MobileNetV3 (128 features) or of ResNet-50D (82),
  /// or, where the resolutions are given, any of their form, with or without a base accuracy.
  ///
  /// The last features of a mobile network, or the first of a ResNet, are one for each resolution.
  ///
  /// - Parameters:
  ///   - resolutions: those that its features are of, in the order of the features.
  ///   - place: what the tensors are called in errors, usually a file's path.
  /// - Throws: `.badData` for tensors that are no such network, or when the space has other features or none of the
  ///   resolutions; `.usage` for resolutions that are not as many as the network reads.
  public init(
    published tensors: [Safetensors.Tensor], space: SearchSpace, resolutions given: [Int]? = nil, at place: String
  )
    throws
  {
    let network = try Perceptron(tensors: tensors, at: place)
    let hasBaseAccuracy = tensors.contains { $0.name == "base_acc" }
    let layout = PublishedPredictor.layout(of: space)
    let rest = space.encoding(of: space.smallest, layout.filter { $0 != .resolution }, resolutions: []).count
    let left = network.inputs - rest
    guard left >= 1 else {
      throw Failure(
        .badData,
        "the predictor reads \(network.inputs) features; subnets of \(space.name) have \(rest) without their "
          + "resolution",
        at: place)
    }
    let sizes =
      "of the \(network.inputs) features that the predictor reads, \(rest) are of a subnet's other choices in "
      + "\(space.name) and "
      + "\(left) of resolutions"
    let published = PublishedPredictor.all.first {
      $0.inputs == network.inputs && $0.hasBaseAccuracy == hasBaseAccuracy && $0.resolutions.count == left
    }
    guard let resolutions = given ?? published?.resolutions else {
      throw Failure(.badData, "\(sizes); name these in order with `resolutions`", at: place)
    }
    guard resolutions.count == left, Set(resolutions).count == left else {
      throw Failure(.usage, "\(sizes), but \(Set(resolutions).count) are named with `resolutions`", at: place)
    }
    guard resolutions.contains(where: space.resolutions.contains) else {
      throw Failure(
        .badData, "the predictor's resolutions are \(resolutions), none of \(space.name)'s \(space.resolutions)",
        at: place)
    }
    self.init(
      space: space.name, resolutions: resolutions, layout: layout.map(\.rawValue), network: network)
  }
}
