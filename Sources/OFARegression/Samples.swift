import OFANumerics

/// What a regression is fitted on: rows of features, and the number that belongs to each row.
public struct Samples: Hashable, Sendable {
  /// One row a sample.
  public let features: Matrix
  /// One number a sample.
  public let targets: [Double]

  /// Samples of features and targets.
  ///
  /// - Precondition: one target a row, at least one row, rows of one length.
  public init(features: [[Float]], targets: [Double]) {
    self.init(features: Matrix(features.map { $0.map(Double.init) }), targets: targets)
  }

  /// Samples whose features lie in a matrix.
  public init(features: Matrix, targets: [Double]) {
    precondition(features.rows == targets.count && !targets.isEmpty, "One target a row, at least one row.")
    self.features = features
    self.targets = targets
  }

  /// The number of samples.
  public var count: Int { targets.count }

  /// The samples at some indices, in the order of these.
  public func subset(_ indices: [Int]) -> Samples {
    Samples(
      features: Matrix(
        rows: indices.count, columns: features.columns, values: indices.flatMap { features[row: $0] }),
      targets: indices.map { targets[$0] })
  }
}

/// The shift and scale that give each column of a matrix mean 0 and standard deviation 1.
struct Standardization: Hashable, Sendable, Codable {
  var means: [Float]
  var scales: [Float]

  /// A constant column is left at 0: it tells nothing.
  init(_ matrix: Matrix) {
    means = []
    scales = []
    for column in 0..<matrix.columns {
      let values = (0..<matrix.rows).map { matrix[$0, column] }
      let deviation = Statistics.standardDeviation(values)
      means.append(Float(Statistics.mean(values)))
      scales.append(deviation > 1e-9 ? Float(1 / deviation) : 0)
    }
  }

  /// Whether it is for rows of so many features.
  func fits(featureCount: Int) -> Bool { means.count == featureCount && scales.count == featureCount }

  /// The matrix shifted and scaled.
  func applied(to matrix: Matrix) -> Matrix {
    var result = matrix
    let columns = matrix.columns
    precondition(columns == means.count, "\(columns) features, \(means.count) expected.")
    let (means, scales) = (means.map(Double.init), scales.map(Double.init))
    for row in 0..<matrix.rows {
      for column in 0..<columns {
        result.values[row * columns + column] = (result.values[row * columns + column] - means[column]) * scales[column]
      }
    }
    return result
  }
}
