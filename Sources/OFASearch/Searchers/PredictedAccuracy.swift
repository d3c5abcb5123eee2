import OFAFormats
import OFARegression
import OFASpace

/// The accuracies that a fitted predictor gives a space's subnets.
public struct PredictedAccuracy: AccuracyEstimator {
  /// The predictor.
  public let predictor: AccuracyPredictor
  private let features: SubnetFeatures

  /// A predictor for the space whose subnets it was fitted on.
  ///
  /// - Throws: `.badData` when it was fitted on another space, or on features that are not known.
  public init(_ predictor: AccuracyPredictor, space: SearchSpace) throws {
    features = try SubnetFeatures(space, for: predictor)
    guard predictor.space == space.name, predictor.featureCount == features.count else {
      throw Failure(
        .badData,
        "the predictor is for \"\(predictor.space)\" with \(predictor.featureCount) features, the space is \"\(space.name)\" "
          + "with \(features.count); train a predictor for this space")
    }
    self.predictor = predictor
  }

  /// One predicted accuracy a subnet, 0…1.
  public func accuracies(of subnets: [Subnet]) -> [Double] {
    predictor.accuracies(of: subnets.map(features.features))
  }
}
