import COpenBLAS

extension Matrix {
  /// The solution x of `self` · x = `right`, by Cholesky's factorization; nil when this matrix is not positive
  /// definite.
  ///
  /// Only the triangle on and below the diagonal is read.
  ///
  /// - Precondition: square, with as many rows as `right`.
  /// - Complexity: n³ / 3 + 2 n² · right.columns multiply-accumulates.
  public func solvedByCholesky(_ right: Matrix) -> Matrix? {
    precondition(rows == columns && rows == right.rows, "A square matrix and as many rows on the right.")
    guard rows > 0, right.columns > 0 else { return right }
    OpenBLAS.useOneThread()
    var factor = values
    var order = blasint(rows)
    var info = blasint(0)
    // LAPACK reads by columns: its upper triangle is our lower one, and its factor U has our L = Uᵀ.
    dpotrf_("U", &order, &factor, &order, &info)
    guard info == 0 else { return nil }
    var solution = right
    for transpose in [CblasNoTrans, CblasTrans] {
      cblas_dtrsm(
        CblasRowMajor, CblasLeft, CblasLower, transpose, CblasNonUnit, order, blasint(right.columns), 1, factor, order,
        &solution.values, blasint(right.columns))
    }
    return solution
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
