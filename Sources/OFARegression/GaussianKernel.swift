import Foundation
import OFANumerics

/// How alike a Gaussian process takes the targets of two rows to be.
///
///     k(x, z) = signal² / (1 + ½ Σ f (x[f] − z[f])² / (n_g · length_g²))  +  Σ f slope_g² / n_g · x[f] · z[f]
///
/// g is the group of feature f, choices or measures, and n_g the number of features in it. The first term is a rational
/// quadratic kernel: it sees smooth effects of all features together, of several sizes at once, and takes a division
/// where the usual one takes an exponential. The second is a linear law. A sample's own target has noise² more.
///
/// - Note: Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, equation 4.19 with α = 1, §4.2.2 and
///   §4.2.4.
package struct GaussianKernel: Hashable, Sendable, Codable {
  /// How far two rows may be apart in a group's features and still be alike: of choices, of measures.
  package var lengths: [Double]
  /// The standard deviation of the slope along a group's features: of choices, of measures.
  package var slopes: [Double]
  /// The standard deviation of what is not linear.
  package var signal: Double
  /// The standard deviation of a target about what its features say.
  package var noise: Double

  /// What a fit begins at, for targets of standard deviation 1: each logarithm's mean before any sample was seen.
  package static let start = GaussianKernel(
    lengths: [1.4, 1.4], slopes: [0.4, 0.4], signal: 1, noise: 0.15)

  /// The logarithms: of the lengths, the slopes, the signal and the noise.
  package var logarithms: [Double] { (lengths + slopes + [signal, noise]).map { log($0) } }

  init(lengths: [Double], slopes: [Double], signal: Double, noise: Double) {
    (self.lengths, self.slopes, self.signal, self.noise) = (lengths, slopes, signal, noise)
  }

  /// The kernel of six ``logarithms``. The noise is at least 10⁻³, which keeps products from being lost in rounding.
  package init(logarithms: [Double]) {
    let values = logarithms.map { exp($0) }
    lengths = Array(values[0..<2])
    slopes = Array(values[2..<4])
    signal = values[4]
    noise = max(values[5], 1e-3)
  }

  /// Whether every number is there and can be reckoned with.
  var isWhole: Bool {
    let all = lengths + slopes + [signal, noise]
    return lengths.count == 2 && slopes.count == 2 && all.allSatisfy { 1e-30...1e30 ~= $0 }
  }
}

/// The features that a kernel sees, and what it makes of pairs of rows.
package struct GaussianDesign: Hashable, Sendable {
  /// For each feature the place of its group among the kernel's: 0 for choices, 1 for measures.
  let groups: [Int]
  /// The number of features of each group, 1 for one that has none.
  let counts: [Double]

  /// The design of so many features, of which some are measures and the others choices.
  package init(featureCount: Int, measures: [Int]) {
    var groups = [Int](repeating: 0, count: featureCount)
    for feature in measures { groups[feature] = 1 }
    self.groups = groups
    counts = (0..<2).map { group in Double(max(1, groups.count { $0 == group })) }
  }

  /// By what each feature is multiplied so that squared distances are those that the kernel divides by.
  func scales(_ kernel: GaussianKernel) -> [Double] {
    groups.map { 1 / (kernel.lengths[$0] * counts[$0].squareRoot()) }
  }

  /// The variance of the slope along each feature.
  func slopeVariances(_ kernel: GaussianKernel) -> [Double] {
    groups.map { kernel.slopes[$0] * kernel.slopes[$0] / counts[$0] }
  }

  /// k(x, z) for all rows x and z of two matrices, [x.rows, z.rows]; without noise.
  package func covariances(_ x: Matrix, _ z: Matrix, _ kernel: GaussianKernel) -> Matrix {
    var result = quadratic(x, z, kernel)
    let square = kernel.signal * kernel.signal
    for i in result.values.indices { result.values[i] *= square }
    let linear = Matrix.product(x.scalingColumns(slopeVariances(kernel)), z, rightTransposed: true)
    for i in result.values.indices { result.values[i] += linear.values[i] }
    return result
  }

  /// 1 / (1 + ½ · squared distance) for all rows of two matrices.
  func quadratic(_ x: Matrix, _ z: Matrix, _ kernel: GaussianKernel) -> Matrix {
    let scales = scales(kernel)
    let (left, right) = (x.scalingColumns(scales), z.scalingColumns(scales))
    let (leftHalves, rightHalves) = (left.halvedSquares, right.halvedSquares)
    var result = Matrix.product(left, right, rightTransposed: true)
    result.values.withUnsafeMutableBufferPointer { values in
      for row in 0..<left.rows {
        let base = 1 + leftHalves[row]
        for column in 0..<right.rows {
          let place = row * right.rows + column
          values[place] = 1 / max(1, base + rightHalves[column] - values[place])
        }
      }
    }
    return result
  }

  /// The negative logarithm of what samples and prior together say for a kernel, up to a constant,
  ///
  ///     ½ yᵀ K⁻¹ y + ½ ln |K| + ½ Σ ((p − p₀) / 2)²,   K = k(X, X) + noise² · I
  ///
  /// and its derivative by each of the kernel's logarithms p; p₀ are those of ``GaussianKernel/start``. Infinite where
  /// K is not positive definite.
  ///
  /// - Parameters:
  ///   - logarithms: six; see ``GaussianKernel/logarithms``.
  ///   - x: [samples, features].
  ///   - y: one target a sample, of mean 0 and standard deviation 1.
  /// - Complexity: samples³ and 4 · samples² · features multiply-accumulates.
  /// - Note: Rasmussen and Williams, 2006, equations 5.8 and 5.9.
  package func doubt(_ logarithms: [Double], x: Matrix, y: [Double]) -> (value: Double, gradient: [Double]) {
    let kernel = GaussianKernel(logarithms: logarithms)
    let nowhere = (Double.infinity, [Double](repeating: 0, count: logarithms.count))
    guard logarithms.allSatisfy({ abs($0) < 50 }) else { return nowhere }
    let count = x.rows
    let quadratic = quadratic(x, x, kernel)
    let variances = slopeVariances(kernel)
    let square = kernel.signal * kernel.signal
    var covariances = Matrix.product(x.scalingColumns(variances), x, rightTransposed: true)
    for i in covariances.values.indices { covariances.values[i] += square * quadratic.values[i] }
    for i in 0..<count { covariances[i, i] += kernel.noise * kernel.noise }
    guard let factor = CholeskyFactor(covariances) else { return nowhere }
    var inverse = Matrix(rows: count, columns: count)
    for i in 0..<count { inverse[i, i] = 1 }
    inverse = factor.solution(of: inverse)
    let weights = (inverse * Matrix(column: y)).values

    // The derivative by each covariance, ½ (K⁻¹ − K⁻¹y yᵀK⁻¹), and by each squared distance.
    var slope = inverse
    var pull = inverse
    var (byDistance, signalSum, noiseSum) = ([Double](repeating: 0, count: count), 0.0, 0.0)
    for i in 0..<count {
      for place in i * count..<(i + 1) * count {
        let derivative = 0.5 * (inverse.values[place] - weights[i] * weights[place - i * count])
        let alike = quadratic.values[place]
        slope.values[place] = derivative
        pull.values[place] = -0.5 * square * derivative * alike * alike
        byDistance[i] += pull.values[place]
        signalSum += derivative * alike
      }
      noiseSum += slope.values[i * count + i]
    }
    let (slopes, pulls) = (slope * x, pull * x)
    let scales = scales(kernel)
    var gradient = [Double](repeating: 0, count: logarithms.count)
    for row in 0..<count {
      for feature in 0..<x.columns {
        let value = x[row, feature]
        // Σ ij pull[i, j] (x[i] − x[j])² = 2 Σ i x[i] (byDistance[i] x[i] − Σ j pull[i, j] x[j])
        let distance = 2 * value * (byDistance[row] * value - pulls[row, feature])
        gradient[groups[feature]] -= 2 * scales[feature] * scales[feature] * distance
        gradient[2 + groups[feature]] += 2 * variances[feature] * value * slopes[row, feature]
      }
    }
    gradient[4] = 2 * square * signalSum
    gradient[5] = log(kernel.noise) > logarithms[5] ? 0 : 2 * kernel.noise * kernel.noise * noiseSum

    var value = 0.5 * zip(y, weights).reduce(0) { $0 + $1.0 * $1.1 } + 0.5 * factor.logDeterminant
    for (index, mean) in GaussianKernel.start.logarithms.enumerated() {
      let far = (logarithms[index] - mean) / Self.priorDeviation
      value += 0.5 * far * far
      gradient[index] += far / Self.priorDeviation
    }
    return (value, gradient)
  }

  /// How far a logarithm may well be from where a fit begins: wide enough to decide only what samples do not.
  private static let priorDeviation = 2.0
}

extension Matrix {
  /// Each column multiplied by a number of its own.
  func scalingColumns(_ scales: [Double]) -> Matrix {
    var result = self
    result.values.withUnsafeMutableBufferPointer { values in
      for row in 0..<rows { for column in 0..<columns { values[row * columns + column] *= scales[column] } }
    }
    return result
  }

  /// Some of the rows.
  func rows(_ range: Range<Int>) -> Matrix {
    Matrix(
      rows: range.count, columns: columns,
      values: Array(values[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// The matrix with rows of zeros behind its own, `count` in all.
  func padded(toRows count: Int) -> Matrix {
    Matrix(rows: count, columns: columns, values: values + [Double](repeating: 0, count: (count - rows) * columns))
  }

  /// Half the sum of squares of each row.
  var halvedSquares: [Double] {
    (0..<rows).map { row in 0.5 * self[row: row].reduce(0) { $0 + $1 * $1 } }
  }
}
