import COpenBLAS
import Foundation

/// The lower triangle L of a positive definite matrix A = L · Lᵀ.
public struct CholeskyFactor: Sendable {
  /// The number of rows and columns.
  public let order: Int
  /// L row by row; what is above its diagonal is not used.
  private let values: [Double]

  /// Factorizes a matrix, of which only the triangle on and below the diagonal is read; nil when it is not positive
  /// definite.
  ///
  /// - Precondition: square.
  /// - Complexity: n³ / 6 multiply-accumulates.
  public init?(_ matrix: Matrix) {
    precondition(matrix.rows == matrix.columns, "A square matrix.")
    order = matrix.rows
    var factor = matrix.values
    if order > 0 {
      OpenBLAS.useOneThread()
      var order = blasint(order)
      var info = blasint(0)
      // LAPACK reads by columns: its upper triangle is our lower one, and its factor U has our L = Uᵀ.
      dpotrf_("U", &order, &factor, &order, &info)
      guard info == 0 else { return nil }
    }
    values = factor
  }

  /// The natural logarithm of A's determinant.
  public var logDeterminant: Double { (0..<order).reduce(0) { $0 + 2 * log(values[$1 * order + $1]) } }

  /// A⁻¹ · `right`.
  ///
  /// - Precondition: as many rows as A has.
  /// - Complexity: n² · right.columns multiply-accumulates.
  public func solution(of right: Matrix) -> Matrix { solved(CblasTrans, solved(CblasNoTrans, right)) }

  /// L⁻¹ · `right`: the sum of squares of a column is vᵀ · A⁻¹ · v for the column v of `right`.
  ///
  /// - Precondition: as many rows as A has.
  /// - Complexity: n² / 2 · right.columns multiply-accumulates.
  public func halfSolution(of right: Matrix) -> Matrix { solved(CblasNoTrans, right) }

  private func solved(_ transpose: CBLAS_TRANSPOSE, _ right: Matrix) -> Matrix {
    precondition(right.rows == order, "As many rows on the right.")
    guard order > 0, right.columns > 0 else { return right }
    var solution = right
    cblas_dtrsm(
      CblasRowMajor, CblasLeft, CblasLower, transpose, CblasNonUnit, blasint(order), blasint(right.columns), 1, values,
      blasint(order), &solution.values, blasint(right.columns))
    return solution
  }
}

extension Matrix {
  /// The solution x of `self` · x = `right`, by Cholesky's factorization; nil when this matrix is not positive
  /// definite.
  ///
  /// Only the triangle on and below the diagonal is read.
  ///
  /// - Precondition: square, with as many rows as `right`.
  /// - Complexity: n³ / 6 + n² · right.columns multiply-accumulates.
  public func solvedByCholesky(_ right: Matrix) -> Matrix? {
    precondition(rows == right.rows, "As many rows on the right.")
    return CholeskyFactor(self)?.solution(of: right)
  }

  /// The coefficients that fit `targets` best from this matrix's rows under a penalty on their size.
  ///
  ///     argmin over c of  ‖self · c − targets‖² + penalty · ‖c‖²
  ///
  /// No intercept is added: centre the columns and the targets first, or add a column of ones.
  ///
  /// - Precondition: as many targets as rows; `penalty` is above zero, which makes the solution unique.
  /// - Complexity: rows · columns² multiply-accumulates, or rows² · columns where there are fewer rows than columns.
  public func ridgeCoefficients(targets: [Double], penalty: Double) -> [Double] {
    precondition(targets.count == rows && penalty > 0)
    let wide = columns > rows
    var gram = Matrix.product(self, self, leftTransposed: !wide, rightTransposed: wide)
    for i in 0..<gram.rows { gram[i, i] += penalty }
    let right = wide ? Matrix(column: targets) : Matrix.product(self, Matrix(column: targets), leftTransposed: true)
    guard let solution = gram.solvedByCholesky(right) else {
      // A penalty far below the rounding of the largest entry can be lost in it; a larger one is then the same fit.
      let largest = (0..<gram.rows).map { gram[$0, $0] }.max() ?? 1
      return ridgeCoefficients(targets: targets, penalty: max(penalty * 10, largest * 1e-14))
    }
    return wide ? Matrix.product(self, solution, leftTransposed: true).values : solution.values
  }
}
