import COpenBLAS

/// A rectangle of numbers in rows.
///
///     let a = Matrix([[2, 1], [1, 3]])
///     a * a                    // [[5, 5], [5, 10]]
///     a.solvedByCholesky(b)    // x with a · x = b
///
/// Invariant: `values.count == rows * columns`; the element at (i, j) is `values[i * columns + j]`.
public struct Matrix: Hashable, Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The elements row by row.
  public var values: [Double]

  /// A matrix of the given elements, row by row.
  ///
  /// - Precondition: there are `rows * columns` of them.
  public init(rows: Int, columns: Int, values: [Double]) {
    precondition(values.count == rows * columns, "\(values.count) values for \(rows) rows of \(columns).")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// A matrix filled with one number.
  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    self.init(rows: rows, columns: columns, values: [Double](repeating: value, count: rows * columns))
  }

  /// A matrix of the given rows, all of one length.
  public init(_ rows: [[Double]]) {
    let columns = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columns }, "The rows differ in length.")
    self.init(rows: rows.count, columns: columns, values: rows.flatMap { $0 })
  }

  /// A matrix of one column.
  public init(column: [Double]) {
    self.init(rows: column.count, columns: 1, values: column)
  }

  /// The element at a row and a column.
  public subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// One row's elements.
  public subscript(row row: Int) -> ArraySlice<Double> { values[row * columns..<(row + 1) * columns] }

  /// The matrix with rows and columns exchanged.
  public var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
    return result
  }

  /// The product of two matrices.
  ///
  /// - Precondition: as many columns on the left as rows on the right.
  /// - Complexity: `left.rows · left.columns · right.columns` multiply-accumulates.
  public static func * (left: Matrix, right: Matrix) -> Matrix { product(left, right) }

  /// The product of two matrices, either of them read as its transpose.
  ///
  /// - Precondition: the inner dimensions agree after transposing.
  public static func product(
    _ left: Matrix, _ right: Matrix, leftTransposed: Bool = false, rightTransposed: Bool = false
  ) -> Matrix {
    let rows = leftTransposed ? left.columns : left.rows
    let inner = leftTransposed ? left.rows : left.columns
    let columns = rightTransposed ? right.rows : right.columns
    precondition(inner == (rightTransposed ? right.columns : right.rows), "The inner dimensions differ.")
    var result = Matrix(rows: rows, columns: columns)
    guard rows > 0, inner > 0, columns > 0 else { return result }
    OpenBLAS.useOneThread()
    cblas_dgemm(
      CblasRowMajor, leftTransposed ? CblasTrans : CblasNoTrans, rightTransposed ? CblasTrans : CblasNoTrans,
      blasint(rows), blasint(columns), blasint(inner), 1, left.values, blasint(left.columns), right.values,
      blasint(right.columns), 0, &result.values, blasint(columns))
    return result
  }
}
