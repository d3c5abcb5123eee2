import OFAFormats
import OFARegression
import OFASearch
import OFASpace
import OFASupernet
import OFATraining

/// Fits what predicts a subnet's accuracy to subnets that were evaluated.
public struct PredictorFitting {
  /// The model's folder.
  public var model: String
  /// A folder with images, or the name of a built-in set.
  public var data: String
  /// How many subnets to draw and evaluate.
  public var samples: Int
  /// The seed of the draws.
  public var seed: UInt64
  /// How many threads to use.
  public var threads: Int
  /// A file that keeps each evaluation; what it has is not evaluated again.
  public var archive: String?

  /// A fitting to a model's subnets on held-out images.
  public init(model: String, data: String, samples: Int, seed: UInt64 = 0, threads: Int) {
    self.model = model
    self.data = data
    self.samples = samples
    self.seed = seed
    self.threads = threads
  }

  /// Draws and evaluates subnets, fits the predictor, and writes it.
  ///
  /// - Throws: `.badData` when the images do not fit the model or none is held out.
  public func run(output: Output, monitor: Monitor = Monitor()) throws -> PredictorQuality {
    try output.check(for: AccuracyPredictor.fileKind)
    let space = try Model.space(in: model)
    try AccuracyPredictor.check(space)
    let images = try HeldOutEvaluations(model: model, data: data, archive: archive, threads: threads, monitor: monitor)
    let subnets = space.leaningSubnets(samples, seed: seed)
    let evaluations = try subnets.enumerated().map { index, subnet in
      try monitor.check("evaluating subnets", Double(index) / Double(subnets.count))
      return try images.evaluation(of: subnet)
    }
    let predictor = try AccuracyPredictor(fitting: evaluations, in: space, seed: seed)
    try output.write(predictor)
    guard let quality = PredictorQuality(predictor) else { preconditionFailure("It was cross-validated.") }
    if let warning = quality.warning(model: self.model, data: self.data) { monitor.warn(warning) }
    return quality
  }
}

extension AccuracyPredictor {
  /// Refuses a space that has too few subnets for a predictor.
  ///
  /// - Throws: `.badData`.
  static func check(_ space: SearchSpace) throws {
    guard space.subnetCount >= fewestSamples else {
      throw Failure(
        .badData,
        "it has \(space.subnetCount) subnets, an accuracy predictor needs \(fewestSamples); give it more choices",
        at: space.name)
    }
  }

  /// A predictor of the accuracies of a space's subnets.
  init(fitting evaluations: [Evaluation], in space: SearchSpace, seed: UInt64) throws {
    let features = try SubnetFeatures(space)
    let subnets = try evaluations.map { try space.subnet($0.subnet) }
    try self.init(
      space: space.name, resolutions: space.resolutions, features: subnets.map(features.features),
      accuracies: evaluations.map(\.topOneAccuracy), costs: subnets.map(space.multiplyAccumulates), seed: seed)
  }
}
