extension Matrix {
  /// The coefficients of zero or more that minimize a quadratic form.
  ///
  ///     argmin over c ≥ 0 of  cᵀ · self · c − 2 · right · c
  ///
  /// With `self` = XᵀX and `right` = Xᵀy these are the least squares without negative coefficients.
  ///
  /// - Precondition: positive definite, which makes the solution unique; as many numbers on the right as rows.
  /// - Complexity: about one factorization for each coefficient that is above zero.
  /// - Note: the active-set method of Lawson and Hanson, Solving Least Squares Problems, 1974, chapter 23, on the
  ///   normal equations as in Bro and de Jong, A Fast Non-Negativity-Constrained Least Squares Algorithm, 1997.
  public func nonNegativeSolution(_ right: [Double]) -> [Double] {
    precondition(rows == columns && rows == right.count, "A square matrix and as many numbers on the right.")
    var solution = [Double](repeating: 0, count: rows)
    var free: [Int] = []  // those that may be above zero
    let tolerance = 1e-12 * (right.map(abs).max() ?? 0)
    // Each round lowers the form, so none comes twice; the bound is for rounding.
    for _ in 0..<(10 * rows) {
      let slopes = (0..<rows).map { i in free.reduce(right[i]) { $0 - self[i, $1] * solution[$1] } }
      let rising = (0..<rows).filter { !free.contains($0) && slopes[$0] > tolerance }
      guard let next = rising.max(by: { slopes[$0] < slopes[$1] }) else { break }
      free.append(next)
      while !free.isEmpty {
        guard let best = solved(right, on: free) else {
          free.removeAll { $0 == next }
          break
        }
        let negative = free.indices.filter { best[$0] <= 0 }
        // As far toward the unconstrained solution as all stay above zero.
        let step = negative.map { solution[free[$0]] / (solution[free[$0]] - best[$0]) }.min() ?? 1
        for (place, i) in free.enumerated() { solution[i] += step * (best[place] - solution[i]) }
        if negative.isEmpty { break }
        let bound = negative.map { free[$0] }.filter { solution[$0] <= 1e-14 * (solution.max() ?? 0) }
        for i in bound { solution[i] = 0 }
        free.removeAll(where: bound.contains)
        if bound.isEmpty { break }
      }
    }
    return solution
  }

  /// The solution of the equations of some coefficients, the others zero.
  private func solved(_ right: [Double], on indices: [Int]) -> [Double]? {
    let part = Matrix(
      rows: indices.count, columns: indices.count, values: indices.flatMap { i in indices.map { self[i, $0] } })
    return part.solvedByCholesky(Matrix(column: indices.map { right[$0] }))?.values
  }
}
