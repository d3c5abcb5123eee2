import OFAData
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
    let model = try TrainedModel(reading: model, threads: threads)
    try AccuracyPredictor.check(model.space)
    let data = try model.dataset(data, monitor: monitor)
    let images = try model.images(.heldOut, of: data, at: self.data)
    let subnets = model.space.leaningSubnets(samples, seed: seed)
    let evaluations = try model.evaluator(on: data).evaluate(
      subnets, of: model.model.supernet, on: images,
      progress: { monitor.show(StageProgress("evaluating subnets", Double($0) / Double(subnets.count))) },
      isInterrupted: monitor.isInterrupted)
    let predictor = try AccuracyPredictor(fitting: evaluations, in: model.space, seed: seed)
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
