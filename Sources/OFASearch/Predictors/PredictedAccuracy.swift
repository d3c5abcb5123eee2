import OFAFormats
import OFANumerics
import OFARegression
import OFASpace

/// The accuracies that a fitted predictor gives a space's subnets.
public struct PredictedAccuracy: AccuracyEstimator {
  /// The predictor.
  public let predictor: AccuracyPredictor
  private let features: SubnetFeatures
  /// The predictor's network where all that it reads is one-hot.
  private let network: OneHotNetwork?
  private let threads: Int

  /// A predictor for the space whose subnets it was fitted on.
  ///
  /// - Parameter threads: how many predict at once; what they predict does not depend on it.
  /// - Throws: `.badData` when it was fitted on another space, or on features that are not known.
  public init(_ predictor: AccuracyPredictor, space: SearchSpace, threads: Int = 1) throws {
    features = try SubnetFeatures(space, for: predictor)
    guard predictor.space == space.name, predictor.featureCount == features.count else {
      throw Failure(
        .badData,
        "the predictor is for \"\(predictor.space)\" with \(predictor.featureCount) features, the space is \"\(space.name)\" "
          + "with \(features.count); train a predictor for this space")
    }
    self.predictor = predictor
    self.threads = threads
    if case .network(let network) = predictor.model, features.count == features.encoding.count {
      self.network = OneHotNetwork(network)
    } else {
      network = nil
    }
  }

  /// One predicted accuracy a subnet, 0…1.
  public func accuracies(of subnets: [Subnet]) -> [Double] {
    guard let network else {
      // The parts do not depend on the threads, so that the predictions do not.
      return Tasks.map(subnets.count, inPartsOf: 512, threads: threads) { part in
        predictor.accuracies(of: subnets[part].map(features.features))
      }
    }
    return network.outputs(rows: subnets.count, threads: threads) { row, one in
      features.encoding.forEachOne(of: subnets[row], one)
    }.map(AccuracyPredictor.share)
  }
}
