import OFANumerics

/// A Gaussian process: every sample says what it knows about rows like it, and how sure of it one can be follows.
///
///     prediction = mean + deviation · k(x, X) · weights,        weights = (k(X, X) + noise² · I)⁻¹ · y
///     deviation of the target = deviation · √( k(x, x) + noise² − k(x, X) (k(X, X) + noise² · I)⁻¹ k(X, x) )
///
/// X are the samples' rows and y their targets, standardized; k is ``GaussianKernel``. Features that are 0 or 1 in
/// every sample are choices and are centred, all others are measures and are standardized: the two have lengths and
/// slopes of their own. The kernel is the likeliest by samples and prior; of more than 400 samples, a random 400 choose
/// it.
///
/// - Note: Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, equations 2.25 and 2.26, §5.4.1, and
///   §8.3.3 for samples beyond ``mostSupports``.
public struct GaussianProcess: FittedModel {
  /// The most samples that are kept; of more, a random part is.
  public static let mostSupports = 2000
  /// The most samples that choose the kernel.
  private static let mostForKernel = 400
  /// The rows of one product. A row's prediction does not depend on the others where all products have as many.
  private static let batch = 128

  let standardization: Standardization
  let mean: Double
  let deviation: Double
  package let kernel: GaussianKernel
  /// The places of the features that are measures, ascending.
  package let measures: [Int]
  /// The samples' features as they are, row by row.
  let supports: [Float]
  /// One number a sample.
  package let weights: [Double]
  /// What predictions are made of, worked out once.
  private let prepared: Prepared

  /// What follows from the parts that are kept.
  private struct Prepared: Hashable, Sendable {
    let design: GaussianDesign
    /// The samples' standardized features, [samples, features].
    let rows: Matrix
    /// Those, by the kernel's lengths.
    let scaled: Matrix
    /// 1 + half the sum of squares of each scaled row.
    let bases: [Double]
    /// The samples' weights by the signal's variance.
    let shares: [Double]
    /// The linear law's slope along each feature.
    let slopes: [Double]
  }

  /// Fits the kernel and the weights.
  ///
  /// - Parameters:
  ///   - samples: rows of features and their targets.
  ///   - seed: which samples are kept, and which choose the kernel, where there are too many.
  /// - Complexity: some thirty times samples³ and 4 · samples² · features for the kernel, with at most 400 samples, and
  ///   samples³ / 6 for the weights, with at most ``mostSupports``.
  public init(fitting samples: Samples, seed: UInt64) {
    var generator = SeededGenerator(seed: seed, stream: "gaussian process")
    let order = samples.targets.indices.shuffled(using: &generator)
    let samples =
      samples.count > Self.mostSupports ? samples.subset(order.prefix(Self.mostSupports).sorted()) : samples
    let features = samples.features
    let measures = (0..<features.columns).filter { feature in
      (0..<features.rows).contains { features[$0, feature] != 0 && features[$0, feature] != 1 }
    }
    var standardization = Standardization(features)
    for feature in Set(0..<features.columns).subtracting(measures) { standardization.scales[feature] = 1 }
    let mean = Statistics.mean(samples.targets)
    let spread = Statistics.standardDeviation(samples.targets)
    let deviation = spread > 1e-12 ? spread : 1
    let x = standardization.applied(to: features)
    let y = samples.targets.map { ($0 - mean) / deviation }

    let design = GaussianDesign(featureCount: features.columns, measures: measures)
    let few = Array(samples.targets.indices.shuffled(using: &generator).prefix(Self.mostForKernel).sorted())
    let chosen = Matrix(rows: few.count, columns: x.columns, values: few.flatMap { x[row: $0] })
    let chosenTargets = few.map { y[$0] }
    var kernel = GaussianKernel(
      logarithms: Minimization.minimum(from: GaussianKernel.start.logarithms) {
        design.doubt($0, x: chosen, y: chosenTargets)
      })
    var factor = Self.factor(design, x, kernel)
    for _ in 0..<40 where factor == nil {
      // More samples than chose the kernel may lie too close together for its noise.
      kernel.noise *= 2
      factor = Self.factor(design, x, kernel)
    }
    self.init(
      standardization: standardization, mean: mean, deviation: deviation, kernel: kernel, measures: measures,
      supports: features.values.map(Float.init),
      weights: factor?.solution(of: Matrix(column: y)).values ?? y.map { _ in 0 })
  }

  private init(
    standardization: Standardization, mean: Double, deviation: Double, kernel: GaussianKernel, measures: [Int],
    supports: [Float], weights: [Double]
  ) {
    self.standardization = standardization
    (self.mean, self.deviation) = (mean, deviation)
    self.kernel = kernel
    self.measures = measures
    self.supports = supports
    self.weights = weights
    let columns = standardization.means.count
    let design = GaussianDesign(featureCount: columns, measures: measures)
    let rows = standardization.applied(
      to: Matrix(rows: weights.count, columns: columns, values: supports.map(Double.init)))
    let scaled = rows.scalingColumns(design.scales(kernel))
    let pulls = Matrix.product(rows, Matrix(column: weights), leftTransposed: true).values
    prepared = Prepared(
      design: design, rows: rows, scaled: scaled, bases: scaled.halvedSquares.map { 1 + $0 },
      shares: weights.map { kernel.signal * kernel.signal * $0 },
      slopes: zip(design.slopeVariances(kernel), pulls).map(*))
  }

  /// One prediction a row.
  ///
  /// - Complexity: samples · (features + a division) a row; the first as a matrix product.
  public func predictions(for features: Matrix) -> [Double] {
    let scales = prepared.design.scales(kernel)
    var predictions: [Double] = []
    predictions.reserveCapacity(features.rows)
    for start in stride(from: 0, to: features.rows, by: Self.batch) {
      let rows = min(Self.batch, features.rows - start)
      let batch = standardization.applied(to: features.rows(start..<start + rows).padded(toRows: Self.batch))
      let linear = (batch * Matrix(column: prepared.slopes)).values
      let scaled = batch.scalingColumns(scales)
      let products = Matrix.product(scaled, prepared.scaled, rightTransposed: true)
      let halves = scaled.halvedSquares
      for row in 0..<rows {
        let sum = Self.sum(products[row: row], halves[row], prepared.bases, prepared.shares)
        predictions.append(mean + deviation * (sum + linear[row]))
      }
    }
    return predictions
  }

  /// Σ j shares[j] / max(1, bases[j] + half − products[j]), in eight running sums.
  private static func sum(
    _ products: ArraySlice<Double>, _ half: Double, _ bases: [Double], _ shares: [Double]
  ) -> Double {
    products.withUnsafeBufferPointer { products in
      bases.withUnsafeBufferPointer { bases in
        shares.withUnsafeBufferPointer { shares in
          var sums = SIMD8<Double>.zero
          let whole = products.count / 8 * 8
          for first in stride(from: 0, to: whole, by: 8) {
            func eight(_ values: UnsafeBufferPointer<Double>) -> SIMD8<Double> {
              UnsafeRawPointer(values.baseAddress.unsafelyUnwrapped + first).loadUnaligned(as: SIMD8<Double>.self)
            }
            let below = eight(bases) + half - eight(products)
            sums += eight(shares) / below.replacing(with: 1, where: below .< 1)
          }
          var sum = sums.sum()
          for j in whole..<products.count { sum += shares[j] / max(1, bases[j] + half - products[j]) }
          return sum
        }
      }
    }
  }

  /// How far a target may well be from its prediction: the standard deviation, noise included, one a row.
  ///
  /// - Complexity: samples³ / 6 once a call, then samples · (samples / 2 + 2 · features) a row: ask for many at once.
  public func deviations(for features: Matrix) -> [Double]? {
    guard let factor = Self.factor(prepared.design, prepared.rows, kernel) else { return nil }
    let variances = prepared.design.slopeVariances(kernel)
    var deviations: [Double] = []
    for start in stride(from: 0, to: features.rows, by: Self.batch) {
      let x = standardization.applied(to: features.rows(start..<min(start + Self.batch, features.rows)))
      let known = factor.halfSolution(of: prepared.design.covariances(prepared.rows, x, kernel))
      for row in 0..<x.rows {
        var variance = zip(x[row: row], variances).reduce(kernel.signal * kernel.signal) { $0 + $1.0 * $1.0 * $1.1 }
        for support in 0..<known.rows { variance -= known[support, row] * known[support, row] }
        deviations.append(deviation * (max(0, variance) + kernel.noise * kernel.noise).squareRoot())
      }
    }
    return deviations
  }

  /// The factor of k(X, X) + noise² · I.
  private static func factor(_ design: GaussianDesign, _ x: Matrix, _ kernel: GaussianKernel) -> CholeskyFactor? {
    var covariances = design.covariances(x, x, kernel)
    for i in 0..<x.rows { covariances[i, i] += kernel.noise * kernel.noise }
    return CholeskyFactor(covariances)
  }

  /// Whether it can predict rows of so many features.
  public func fits(featureCount: Int) -> Bool { standardization.fits(featureCount: featureCount) }
}

extension GaussianProcess: Codable {
  private enum Key: String, CodingKey {
    case standardization, mean, deviation, kernel, measures, supports, weights
  }

  /// Reads a process.
  ///
  /// - Throws: when its sizes do not fit together, or its kernel or deviation cannot be reckoned with.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    func check(_ holds: Bool, _ key: Key, _ expected: String) throws {
      guard holds else {
        throw DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: expected)
      }
    }
    let standardization = try container.decode(Standardization.self, forKey: .standardization)
    let columns = standardization.means.count
    try check(standardization.fits(featureCount: columns), .standardization, "as many scales as means are expected")
    let deviation = try container.decode(Double.self, forKey: .deviation)
    try check(deviation > 0, .deviation, "a number above 0 is expected")
    let kernel = try container.decode(GaussianKernel.self, forKey: .kernel)
    try check(kernel.isWhole, .kernel, "two lengths and slopes, a signal and a noise above 0 are expected")
    let measures = try container.decode([Int].self, forKey: .measures)
    try check(measures.allSatisfy { 0..<columns ~= $0 }, .measures, "places among \(columns) features are expected")
    let weights = try container.decode([Double].self, forKey: .weights)
    try check(1...Self.mostSupports ~= weights.count, .weights, "1 to \(Self.mostSupports) numbers are expected")
    let supports = try container.decode([Float].self, forKey: .supports)
    try check(
      supports.count == columns * weights.count, .supports, "\(columns) numbers for each weight are expected")
    self.init(
      standardization: standardization, mean: try container.decode(Double.self, forKey: .mean), deviation: deviation,
      kernel: kernel, measures: measures, supports: supports, weights: weights)
  }

  /// Writes a process.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(standardization, forKey: .standardization)
    try container.encode(mean, forKey: .mean)
    try container.encode(deviation, forKey: .deviation)
    try container.encode(kernel, forKey: .kernel)
    try container.encode(measures, forKey: .measures)
    try container.encode(supports, forKey: .supports)
    try container.encode(weights, forKey: .weights)
  }
}
