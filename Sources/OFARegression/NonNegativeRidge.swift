import OFANumerics

/// Linear regression without an intercept whose coefficients are zero or more, as those of a sum of costs are.
///
///     argmin over c ≥ 0 of  Σ i  weight[i] · (features[i] · c − target[i])²  +  penalty · Σ j (size[j] · c[j])²
///     size[j]² = Σ i weight[i] · features[i, j]²
///
/// The penalty does not depend on the features' units. Weights of 1 / target² make the errors relative ones.
public struct NonNegativeRidge: Hashable, Sendable {
  /// One a feature; 0 of a feature that is 0 in all samples.
  public let coefficients: [Double]

  /// Fits the coefficients.
  ///
  /// - Precondition: one weight a sample, none below zero; `penalty` is above zero.
  /// - Complexity: samples · features², and a factorization for each coefficient above zero.
  public init(fitting samples: Samples, weights: [Double], penalty: Double) {
    precondition(weights.count == samples.count && penalty > 0)
    let features = samples.features
    let columns = features.columns
    var design = features
    for row in 0..<features.rows {
      let root = weights[row].squareRoot()
      for column in 0..<columns { design.values[row * columns + column] *= root }
    }
    let targets = zip(samples.targets, weights).map { $0 * $1.squareRoot() }
    var gram = Matrix.product(design, design, leftTransposed: true)
    let right = Matrix.product(design, Matrix(column: targets), leftTransposed: true).values
    let scales = (0..<columns).map { gram[$0, $0] > 0 ? 1 / gram[$0, $0].squareRoot() : 0 }
    for i in 0..<columns {
      for j in 0..<columns { gram[i, j] *= scales[i] * scales[j] }
      gram[i, i] = 1 + penalty
    }
    coefficients = zip(gram.nonNegativeSolution(zip(right, scales).map(*)), scales).map(*)
  }

  /// One prediction a row.
  public func predictions(for features: Matrix) -> [Double] { (features * Matrix(column: coefficients)).values }
}
