import OFAFormats
import OFANumerics

/// Predicts a subnet's accuracy from its features, so that a search need not evaluate it on images.
///
///     let predictor = try AccuracyPredictor(space: "mbv3-32", resolutions: [24, 28, 32],
///                                           features: features, accuracies: accuracies, seed: 1)
///     print(predictor.report?.kendallTau ?? "unknown")
///     let accuracy = predictor.accuracies(of: [feature])[0]
///
/// Fitted on subnets that were evaluated with the supernet's weights. Each kind of ``Regression`` is cross-validated.
/// Of those whose error is within 2 % of the least, the fastest is fitted on all samples: searches ask for millions of
/// predictions. Or a network that others trained and published; how well it does is then not known.
///
/// - Note: Once-for-All, 2020, §3.4 and appendix B: there a perceptron on 16,000 samples. With a few hundred, simpler
///   models with features for the whole network may rank better, which is why they compete.
public struct AccuracyPredictor: Hashable, Sendable {
  /// The name of the space whose subnets it was fitted on.
  public let space: String
  /// The resolutions it was fitted on, ascending; it knows nothing about others.
  public let resolutions: [Int]
  /// The names of the groups of one-hot features that it reads, in order, resolutions among ``resolutions``; nil for
  /// the features of the space's own encoding. What a group has in it is the space's matter.
  public let layout: [String]?
  /// How many features a subnet has.
  public let featureCount: Int
  /// How well each kind of model did in cross-validation: that of ``model`` first, the others by their error; none for
  /// a network that was trained elsewhere.
  public let candidates: [Candidate]
  /// Kendall's τ of the accuracies and the multiply-accumulates of the samples: what a predictor is to beat. Nil when
  /// nobody told.
  public let costKendallTau: Double?
  /// The model, fitted on all samples.
  public let model: Regression

  /// A kind of model and its cross-validation.
  public struct Candidate: Hashable, Sendable, Codable {
    /// The kind.
    public let kind: Regression.Kind
    /// How well it predicted samples it had not seen.
    public let report: RankReport
  }

  /// How well the chosen kind of model predicted samples it had not seen; nil when nobody told.
  public var report: RankReport? { candidates.first?.report }

  /// Where nine accuracies of ten lie whose prediction is this, in 0…1; nil when nobody told how well it does.
  public func range(of prediction: Double) -> ClosedRange<Double>? {
    report?.ninetyPercentError.map { max(0, prediction - $0)...min(1, prediction + $0) }
  }

  /// The fewest samples a predictor is fitted on.
  public static let fewestSamples = 8
  /// The most samples that a document may speak of.
  private static let mostSamples = 1_000_000_000
  /// How many times the least error a kind may have that is chosen for its speed.
  private static let asGood = 1.02

  /// Cross-validates the kinds of model and fits the best, or a faster one that is as good.
  ///
  /// - Parameters:
  ///   - features: one row a subnet, all of one length.
  ///   - accuracies: each subnet's accuracy, 0…1.
  ///   - costs: each subnet's multiply-accumulates, to hold the predictor against.
  ///   - seed: equal samples and seed give an equal predictor.
  /// - Throws: `.badData` for fewer than ``fewestSamples`` samples, or an accuracy or feature that is not a number in
  ///   range.
  /// - Precondition: one accuracy a row of features.
  /// - Complexity: a few seconds for 500 samples of 130 features.
  public init(
    space: String, resolutions: [Int], features: [[Float]], accuracies: [Double], costs: [Double]? = nil,
    folds: Int = 5, seed: UInt64, kinds: [Regression.Kind] = Regression.Kind.allCases
  ) throws {
    precondition(features.count == accuracies.count && !kinds.isEmpty)
    precondition(costs.map { $0.count == accuracies.count } ?? true)
    guard accuracies.count >= Self.fewestSamples else {
      throw Failure(
        .badData,
        "\(accuracies.count) samples are too few for an accuracy predictor; evaluate at least \(Self.fewestSamples) subnets"
      )
    }
    for (index, accuracy) in accuracies.enumerated() {
      guard 0...1 ~= accuracy, features[index].allSatisfy({ $0.isFinite }) else {
        throw Failure(
          .badData, "sample \(index) has accuracy \(accuracy); accuracies in 0…1 and finite features are expected")
      }
    }
    let samples = Samples(features: features, targets: accuracies)
    var generator = SeededGenerator(seed: seed, stream: "folds")
    let parts = CrossValidation.folds(min(folds, samples.count), of: samples.count, using: &generator)
    let reports = kinds.map { kind in
      let predictions = CrossValidation.predictions(kind, on: samples, folds: parts, seed: seed)
      return Candidate(kind: kind, report: RankReport(predictions: predictions, targets: accuracies))
    }
    .sorted { $0.report.rootMeanSquareError < $1.report.rootMeanSquareError }
    let limit = Self.asGood * reports[0].report.rootMeanSquareError
    let kind = Regression.fastestFirst(samples: samples.count).first { kind in
      reports.contains { $0.kind == kind && $0.report.rootMeanSquareError <= limit }
    }
    candidates = reports.filter { $0.kind == kind } + reports.filter { $0.kind != kind }
    costKendallTau = costs.map { Statistics.kendallTau($0, accuracies) }
    model = Regression(candidates[0].kind, fitting: samples, seed: seed)
    self.space = space
    self.resolutions = Set(resolutions).sorted()
    layout = nil
    featureCount = samples.features.columns
  }

  /// A predictor by a network that was trained elsewhere.
  ///
  /// - Parameters:
  ///   - resolutions: those it was trained on, in the order of their features.
  ///   - layout: the names of the groups of features that it reads, in order; see ``layout``.
  /// - Precondition: there is a resolution.
  public init(space: String, resolutions: [Int], layout: [String], network: Perceptron) {
    precondition(!resolutions.isEmpty)
    self.space = space
    self.resolutions = resolutions
    self.layout = layout
    featureCount = network.inputs
    candidates = []
    costKendallTau = nil
    model = .network(network)
  }

  /// One predicted accuracy a row, in 0…1.
  ///
  /// - Precondition: rows of ``featureCount`` features.
  /// - Complexity: some microseconds a row when there are many.
  public func accuracies(of features: [[Float]]) -> [Double] {
    guard !features.isEmpty else { return [] }
    return model.predictions(for: matrix(features)).map(Self.share)
  }

  /// How far an accuracy may well be from the one predicted, as a standard deviation in 0…1, one a row: small near
  /// subnets that were evaluated, large far from all. Nil of a kind of model that does not know.
  ///
  /// - Precondition: rows of ``featureCount`` features.
  /// - Complexity: as of the model's own; ask for many at once.
  public func deviations(of features: [[Float]]) -> [Double]? {
    model.model.deviations(for: matrix(features))
  }

  private func matrix(_ features: [[Float]]) -> Matrix {
    Matrix(rows: features.count, columns: featureCount, values: features.flatMap { $0.map(Double.init) })
  }

  /// A prediction as a share, in 0…1.
  package static func share(_ prediction: Double) -> Double { min(1, max(0, prediction)) }
}

extension AccuracyPredictor: VersionedDocument {
  /// The document's name.
  public static var format: String { "ofa-accuracy-predictor" }
  /// The version that this package writes. Version 1 has neither layouts nor networks that were trained elsewhere,
  /// version 2 neither errors of nine in ten nor the costs' τ, version 3 no Gaussian process.
  public static var currentVersion: Int { 4 }

  private enum Key: String, CodingKey {
    case space, resolutions, layout, featureCount, candidates, costKendallTau, model
  }

  /// Reads a predictor.
  ///
  /// - Throws: when the model's numbers do not fit together.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    space = try container.decode(String.self, forKey: .space)
    resolutions = try container.decode([Int].self, forKey: .resolutions)
    layout = try container.decodeIfPresent([String].self, forKey: .layout)
    featureCount = try container.decode(Int.self, forKey: .featureCount)
    candidates = try container.decode([Candidate].self, forKey: .candidates)
    costKendallTau = try container.decodeIfPresent(Double.self, forKey: .costKendallTau)
    model = try container.decode(Regression.self, forKey: .model)
    guard candidates.first?.kind == model.kind else {
      throw DecodingError.dataCorruptedError(
        forKey: .candidates, in: container,
        debugDescription: "the first is expected to be of the model's kind, and none of a network's")
    }
    guard featureCount > 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .featureCount, in: container, debugDescription: "\(featureCount) is not at least 1")
    }
    guard
      candidates.map(\.report).allSatisfy({
        0...Self.mostSamples ~= $0.samples && 0..<Double.infinity ~= $0.ninetyPercentError ?? 0
      })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .candidates, in: container,
        debugDescription: "samples or ninetyPercentError is negative, too large or not finite")
    }
    guard !resolutions.isEmpty else {
      throw DecodingError.dataCorruptedError(
        forKey: .resolutions, in: container, debugDescription: "at least one resolution is expected")
    }
    guard model.model.fits(featureCount: featureCount) else {
      throw DecodingError.dataCorruptedError(
        forKey: .model, in: container, debugDescription: "the model's sizes do not fit \(featureCount) features")
    }
  }

  /// Writes a predictor.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(space, forKey: .space)
    try container.encode(resolutions, forKey: .resolutions)
    try container.encodeIfPresent(layout, forKey: .layout)
    try container.encode(featureCount, forKey: .featureCount)
    try container.encode(candidates, forKey: .candidates)
    try container.encodeIfPresent(costKendallTau, forKey: .costKendallTau)
    try container.encode(model, forKey: .model)
  }
}
