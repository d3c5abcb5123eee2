import COpenBLAS

extension OpenBLAS {
  /// Replaces a matrix U · Σ · Vᵀ by nearly U · Vᵀ: its singular values come to lie between 0.7 and 1.2.
  ///
  /// Five steps of X ← a · X + (b · A + c · A²) · X, A = X · Xᵀ, from X / ‖X‖; of a matrix with more rows than columns,
  /// from the other side. A matrix of zeros stays one.
  ///
  /// - Parameter values: [rows, columns], flat.
  /// - Complexity: with m the lesser and n the greater side, 5 · (2 · m² · n + m³) multiply-accumulates.
  /// - Note: Jordan et al., Muon: An Optimizer for Hidden Layers in Neural Networks, 2024 (Newton–Schulz iteration).
  public static func orthogonalize(_ values: UnsafeMutableBufferPointer<Float>, rows: Int, columns: Int) {
    precondition(values.count == rows * columns, "\(values.count) values for \(rows) rows of \(columns).")
    guard let x = values.baseAddress else { return }
    useOneThread()
    let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let scale = 1 / (norm + 1e-7)
    // Beside the others these are nothing, and their products would be denormals, which are slow.
    for i in values.indices { values[i] = abs(scale * values[i]) < 1e-12 ? 0 : scale * values[i] }
    let (a, b, c): (Float, Float, Float) = (3.4445, -4.7750, 2.0315)
    let isWide = rows <= columns
    let side = min(rows, columns)
    let (m, n, k) = (blasint(rows), blasint(columns), blasint(side))
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * side * side + values.count) { scratch in
      guard let square = scratch.baseAddress else { return }
      let factor = square + side * side
      let last = factor + side * side
      for _ in 0..<5 {
        cblas_sgemm(
          CblasRowMajor, isWide ? CblasNoTrans : CblasTrans, isWide ? CblasTrans : CblasNoTrans, k, k, max(m, n), 1, x,
          n, x, n, 0, square, k)
        factor.update(from: square, count: side * side)
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, k, k, k, c, square, k, square, k, b, factor, k)
        last.update(from: x, count: values.count)
        if isWide {
          cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, factor, k, last, n, a, x, n)
        } else {
          cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, last, n, factor, k, a, x, n)
        }
      }
    }
  }
}
