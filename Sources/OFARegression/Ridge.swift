import Foundation
import OFANumerics

/// Linear regression on standardized features under a penalty on the size of its coefficients.
///
///     prediction = intercept + Σ coefficients[i] · (features[i] − mean[i]) / deviation[i]
///
/// The penalty is the one of a fixed grid with the least leave-one-out error, which has a closed form:
///
///     Σ ( residual[i] / (1 − hat[i, i]) )²,   hat = X (XᵀX + penalty · I)⁻¹ Xᵀ
///
/// - Note: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2009, §3.4.1 and §7.10.
public struct Ridge: FittedModel {
  /// The penalty that was chosen.
  public let penalty: Double
  let intercept: Double
  let coefficients: [Double]
  let standardization: Standardization

  /// Fits coefficients and chooses the penalty.
  ///
  /// - Parameters:
  ///   - samples: rows of features and their targets.
  ///   - seed: decides nothing: nothing is drawn.
  /// - Complexity: for each of 17 penalties a factorization of features³ and a solution of samples · features².
  public init(fitting samples: Samples, seed: UInt64 = 0) {
    let standardization = Standardization(samples.features)
    let design = standardization.applied(to: samples.features)
    let mean = Statistics.mean(samples.targets)
    let centred = samples.targets.map { $0 - mean }
    let gram = Matrix.product(design, design, leftTransposed: true)
    let correlations = Matrix.product(design, Matrix(column: centred), leftTransposed: true)

    var best: (error: Double, penalty: Double, coefficients: [Double])?
    for exponent in -8...8 {
      // The columns have deviation 1, so the penalty is stated a sample.
      let penalty = Double(samples.count) * pow(10, Double(exponent) / 2)
      var penalized = gram
      for i in 0..<gram.rows { penalized[i, i] += penalty }
      let right = design.transposed
      guard let coefficients = penalized.solvedByCholesky(correlations),
        let influence = penalized.solvedByCholesky(right)
      else { continue }
      let fitted = (design * coefficients).values
      var error = 0.0
      for i in 0..<samples.count {
        var leverage = 1 / Double(samples.count)  // the mean's
        for j in 0..<gram.rows { leverage += design[i, j] * influence[j, i] }
        let left = (centred[i] - fitted[i]) / max(1 - leverage, 1e-9)
        error += left * left
      }
      if error < best?.error ?? .infinity { best = (error, penalty, coefficients.values) }
    }
    penalty = best?.penalty ?? .infinity
    coefficients = best?.coefficients ?? [Double](repeating: 0, count: gram.rows)
    intercept = mean
    self.standardization = standardization
  }

  /// One prediction a row.
  public func predictions(for features: Matrix) -> [Double] {
    let products = standardization.applied(to: features) * Matrix(column: coefficients)
    return products.values.map { intercept + $0 }
  }

  /// Whether there is a coefficient for each of so many features.
  public func fits(featureCount: Int) -> Bool {
    standardization.fits(featureCount: featureCount) && coefficients.count == featureCount
  }
}
