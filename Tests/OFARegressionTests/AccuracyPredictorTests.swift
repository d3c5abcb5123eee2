import Foundation
import OFAFormats
import OFANumerics
import OFARegression
import TestSupport
import Testing

@Suite struct AccuracyPredictorTests {
  private static func predictor(_ kinds: [Regression.Kind] = Regression.Kind.allCases) throws -> AccuracyPredictor {
    let data = SyntheticSamples(count: 120, seed: 1)
    return try AccuracyPredictor(
      space: "synthetic", resolutions: [32, 24], features: data.features, accuracies: data.accuracies, seed: 1,
      kinds: kinds)
  }

  /// The document of a predictor by perceptrons.
  private static let document = Result { try Documents.encode(try predictor([.perceptrons])) }

  @Test("The fastest kind whose cross-validated error is within 2 % of the least is chosen and reported first")
  func choice() throws {
    let predictor = try Self.predictor()
    let errors = predictor.candidates.map(\.report.rootMeanSquareError)
    let least = try #require(errors.min())
    #expect(Array(errors.dropFirst()) == errors.dropFirst().sorted() && errors.count == 4)
    #expect(errors[0] <= 1.02 * least)
    // A ridge and a Gaussian process are faster than what else there is.
    let rivals = predictor.candidates.filter { [.ridge, .gaussianProcess].contains($0.kind) }
    let isGood = rivals.contains { $0.report.rootMeanSquareError <= 1.02 * least }
    #expect(!isGood || rivals.contains(predictor.candidates[0]))
    #expect(predictor.model.kind == predictor.candidates[0].kind)
    #expect(predictor.report?.samples == 120 && predictor.report?.kendallTau ?? 0 > 0.6)
    #expect(predictor.resolutions == [24, 32] && predictor.featureCount == 124)
  }

  @Test("A predictor that was written and read predicts the same", arguments: Regression.Kind.allCases)
  func roundTrip(kind: Regression.Kind) throws {
    let predictor = try Self.predictor([kind])
    let text = try Documents.encode(predictor)
    let read = try Documents.decode(AccuracyPredictor.self, from: text, at: "predictor.json")
    #expect(read == predictor)
    let features = SyntheticSamples(count: 50, seed: 2).features
    #expect(read.accuracies(of: features) == predictor.accuracies(of: features))
    #expect(try Documents.encode(read) == text)
  }

  @Test("Predictions are accuracies, in 0…1, one a row")
  func range() throws {
    let data = SyntheticSamples(count: 40, seed: 1)
    let predictor = try AccuracyPredictor(
      space: "synthetic", resolutions: [24], features: data.features,
      accuracies: (0..<40).map { $0 % 2 == 0 ? 0 : 1 }, seed: 1, kinds: [.ridge])
    let far = data.features.map { $0.map { $0 * 1e6 } }
    let accuracies = predictor.accuracies(of: far)
    #expect(accuracies.count == 40 && accuracies.allSatisfy { 0...1 ~= $0 })
    #expect(predictor.accuracies(of: []).isEmpty)
  }

  @Test("Nine of ten errors of cross-validation are within the range it gives, and that is within 0…1")
  func errors() throws {
    let data = SyntheticSamples(count: 60, seed: 2)
    let costs = data.accuracies.enumerated().map { $1 + ($0 % 3 == 0 ? 0.05 : 0) }
    let predictor = try AccuracyPredictor(
      space: "synthetic", resolutions: [24], features: data.features, accuracies: data.accuracies, costs: costs,
      seed: 1, kinds: [.ridge])
    #expect(predictor.costKendallTau == Statistics.kendallTau(costs, data.accuracies))
    let samples = Samples(features: data.features, targets: data.accuracies)
    var generator = SeededGenerator(seed: 1, stream: "folds")
    let folds = CrossValidation.folds(5, of: 60, using: &generator)
    let errors = zip(CrossValidation.predictions(.ridge, on: samples, folds: folds, seed: 1), data.accuracies)
      .map { abs($0 - $1) }
    let range = try #require(predictor.range(of: 0.5))
    #expect(errors.count { $0 <= 0.5 - range.lowerBound } == 54)
    #expect(predictor.range(of: 1)?.upperBound == 1 && predictor.range(of: 0)?.lowerBound == 0)
    let text = try Documents.encode(predictor)
    #expect(try Documents.decode(AccuracyPredictor.self, from: text, at: "predictor.json") == predictor)
  }

  @Test("A predictor of the first version is read, and has the space's own features")
  func firstVersion() throws {
    let text = try Self.document.get().replacingOccurrences(of: "\"version\": 4", with: "\"version\": 1")
    #expect(try Documents.decode(AccuracyPredictor.self, from: text, at: "predictor.json").layout == nil)
    let models = try FileManager.default.contentsOfDirectory(atPath: packageRoot + "/Models")
      .map { "\(packageRoot)/Models/\($0)/predictor.json" }.filter(FileManager.default.fileExists)
    #expect(!models.isEmpty)
    for path in models { #expect(try Documents.read(AccuracyPredictor.self, path).report != nil) }
  }

  @Test("Too few samples and impossible accuracies are refused")
  func refusedSamples() {
    let data = SyntheticSamples(count: 20, seed: 1)
    let few = failure {
      _ = try AccuracyPredictor(
        space: "s", resolutions: [24], features: Array(data.features.prefix(7)),
        accuracies: Array(data.accuracies.prefix(7)), seed: 1)
    }
    #expect(few?.kind == .badData && few?.message.contains("7 samples") == true)
    for accuracy in [1.5, -0.1, Double.nan] {
      var accuracies = data.accuracies
      accuracies[3] = accuracy
      let failure = failure {
        _ = try AccuracyPredictor(
          space: "s", resolutions: [24], features: data.features, accuracies: accuracies, seed: 1)
      }
      #expect(failure?.kind == .badData && failure?.message.contains("sample 3") == true)
    }
  }

  @Test("An error of nine in ten that is negative is refused, of any candidate")
  func refusedErrors() throws {
    let text = try Documents.encode(try Self.predictor([.ridge, .perceptrons]))
    let errors = text.ranges(of: "\"ninetyPercentError\": ")
    #expect(errors.count == 2)
    for error in errors {
      var changed = text
      changed.insert("-", at: error.upperBound)
      let failure = failure { _ = try Documents.decode(AccuracyPredictor.self, from: changed, at: "predictor.json") }
      #expect(failure?.kind == .badData && failure?.place?.contains("candidates") == true)
    }
  }

  @Test(
    "A document whose parts do not fit together is refused with its path",
    arguments: [
      ("\"featureCount\": 124", "\"featureCount\": 123", "model"),
      ("\"featureCount\": 124", "\"featureCount\": -1", "featureCount"),
      ("\"samples\": ", "\"samples\": 4611686018427387904", "candidates"),
      ("\"kind\": \"perceptrons\"", "\"kind\": \"oracle\"", "candidates[0].kind"),
      ("\"version\": 4", "\"version\": 5", "version"), ("\"outputs\": 32", "\"outputs\": 31", "model"),
      ("\"outputs\": 32", "\"outputs\": 4611686018427387904", "model"),
      ("\"outputs\": 32", "\"outputs\": -32", "model"),
      ("\"resolutions\": [ 24, 32 ]", "\"resolutions\": [ ]", "resolutions"),
    ])
  func refusedDocuments(original: String, replacement: String, path: String) throws {
    let text = try Self.document.get()
    guard let range = text.firstRange(of: original) else {
      Issue.record("The document has no \(original).")
      return
    }
    let changed = text.replacingCharacters(in: range, with: replacement)
    let failure = failure { _ = try Documents.decode(AccuracyPredictor.self, from: changed, at: "predictor.json") }
    #expect(failure?.kind == .badData && failure?.place?.contains(path) == true, "\(String(describing: failure))")
  }
}
