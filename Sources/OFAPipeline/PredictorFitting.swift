import OFACluster
import OFAFormats
import OFARegression
import OFAReport
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
  /// The ranks that evaluate together, of which this is the leader or a helper.
  public var cluster = Cluster.alone
  /// A file that keeps each evaluation; what it has is not evaluated again.
  public var archive: String?

  /// Where to write a page with the learning curve.
  public var report: Output?
  /// The command that fits, for the page.
  public var origin: Origin?

  /// What a fitting came to.
  public struct Result: Sendable, Encodable {
    /// How well the predictor does.
    public var quality: PredictorQuality
    /// How well predictors do that are fitted to fewer of the subnets, and at the end to all.
    public var learningCurve: [PredictorQuality]

    private enum CodingKeys: String, CodingKey { case learningCurve }

    /// Writes the quality's object with `learningCurve` in it.
    public func encode(to encoder: any Encoder) throws {
      try quality.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(learningCurve, forKey: .learningCurve)
    }
  }

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
  public func run(output: Output, monitor: Monitor = Monitor()) throws -> Result {
    try output.check(for: AccuracyPredictor.fileKind)
    try Page.check(report, beside: output)
    let space = try Model.space(in: model)
    try AccuracyPredictor.check(space)
    let images = try HeldOutEvaluations(
      model: model, data: data, archive: archive, cluster: cluster, threads: threads, monitor: monitor)
    let subnets = space.stratifiedSubnets(samples, seed: seed)
    let evaluations = try images.evaluations(of: subnets) { count in
      try monitor.check("evaluating subnets", Double(count) / Double(subnets.count))
    }
    func predictor(of count: Int) throws -> AccuracyPredictor {
      try AccuracyPredictor(fitting: Array(evaluations.prefix(count)), in: space, seed: seed)
    }
    let whole = try predictor(of: evaluations.count)
    try output.write(whole)
    let fewer = sequence(first: Self.fewestOfCurve) { 2 * $0 }.prefix { $0 < evaluations.count }
    let curve = try
      (fewer.map { count in
        try monitor.check("fitting", Double(count) / Double(evaluations.count))
        return try predictor(of: count)
      } + [whole]).compactMap(PredictorQuality.init)
    guard let quality = curve.last else { preconditionFailure("It was cross-validated.") }
    if let warning = quality.warning(model: model, data: data, output: output.path, in: space) {
      monitor.warn(warning)
    }
    let result = Result(quality: quality, learningCurve: curve)
    if let report {
      var page = Page.predictor(result, space: space)
      page.conditions = [
        Page.Fact("model", model), Page.Fact("images", "\(data), held out"), Page.Fact("seed", "\(seed)"),
      ]
      page.origins = [origin].compactMap(\.self)
      try report.write(page.html, as: Page.fileKind)
    }
    return result
  }

  /// Evaluates what the leader's fitting gives to this rank.
  ///
  /// - Throws: what reading the model and the images throws.
  public func help() throws {
    try HeldOutEvaluations.serve(cluster) {
      try HeldOutEvaluations(model: model, data: data, threads: threads, monitor: Monitor())
    }
  }

  /// The fewest subnets of a learning curve; each further point has twice as many.
  private static let fewestOfCurve = 16
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
