import OFANumerics

/// How well a regression orders and hits what it was not fitted on.
public struct RankReport: Hashable, Sendable, Codable {
  /// How many samples were predicted.
  public var samples: Int
  /// Kendall's τ-b of predictions and targets.
  public var kendallTau: Double
  /// The root of the mean squared error, in the targets' unit.
  public var rootMeanSquareError: Double
  /// What nine errors of ten do not exceed, in the targets' unit; nil in a report that was written before it was told.
  public var ninetyPercentError: Double?

  /// The report of predictions against what they should have been.
  public init(predictions: [Double], targets: [Double]) {
    samples = targets.count
    kendallTau = Statistics.kendallTau(predictions, targets)
    rootMeanSquareError = Statistics.rootMeanSquareError(predictions, targets)
    ninetyPercentError = Statistics.quantile(zip(predictions, targets).map { abs($0 - $1) }, 0.9)
  }
}

/// Predicts each sample by a model that did not see it.
public enum CrossValidation {
  /// Deals shuffled indices into `folds` parts whose sizes differ by at most one.
  ///
  /// - Precondition: 1 ≤ `folds` ≤ `count`.
  public static func folds(_ folds: Int, of count: Int, using generator: inout some RandomNumberGenerator) -> [[Int]] {
    precondition(1...max(1, count) ~= folds)
    let order = (0..<count).shuffled(using: &generator)
    return (0..<folds).map { fold in stride(from: fold, to: count, by: folds).map { order[$0] } }
  }

  /// One prediction a sample, made by a model fitted on the other folds.
  ///
  /// - Precondition: at least two folds that partition the samples' indices.
  public static func predictions(
    _ kind: Regression.Kind, on samples: Samples, folds: [[Int]], seed: UInt64
  ) -> [Double] {
    precondition(folds.count >= 2)
    var predictions = [Double](repeating: 0, count: samples.count)
    for (index, fold) in folds.enumerated() {
      let others = folds.enumerated().filter { $0.offset != index }.flatMap(\.element).sorted()
      let model = Regression(kind, fitting: samples.subset(others), seed: seed)
      for (i, prediction) in zip(fold, model.predictions(for: samples.subset(fold).features)) {
        predictions[i] = prediction
      }
    }
    return predictions
  }
}
