import COpenBLAS

/// The library behind the matrix products.
public enum OpenBLAS {
  /// Keeps OpenBLAS to the thread that calls it: results then do not depend on the number of processors, and its own
  /// threads never compete with the callers'. Its kernels are those for this processor, even where the library is
  /// older.
  ///
  /// Idempotent and cheap after the first call. Everything in this module calls it first.
  public static func useOneThread() { once }

  private static let once: Void = {
    openblas_know_processor()
    openblas_set_num_threads(1)
  }()

  /// The processor type whose kernels it uses, such as `SkylakeX`.
  public static var processorType: String {
    useOneThread()
    return openblas_get_corename().map { String(cString: $0) } ?? "unknown"
  }

  /// The multiply-accumulates a second of one thread in products of square single-precision matrices of a side: the
  /// best of `repetitions`.
  public static func productRate(side: Int = 768, repetitions: Int = 5) -> Double {
    useOneThread()
    let factor = [Float](repeating: 0.5, count: side * side)
    var product = factor
    let size = blasint(side)
    let best = (0..<repetitions).map { _ in
      ContinuousClock().measure {
        cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasNoTrans, size, size, size, 1, factor, size, factor, size, 0, &product, size)
      }
    }.min()
    return Double(side * side * side) / ((best ?? .seconds(1)) / .seconds(1))
  }

  /// The product of a matrix [rows, inner] and the transpose of another [columns, inner], both flat, into a third.
  package static func product(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, rows: Int, inner: Int, columns: Int,
    into result: UnsafeMutablePointer<Float>
  ) {
    useOneThread()
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, blasint(rows), blasint(columns), blasint(inner), 1, left, blasint(inner),
      right, blasint(inner), 0, result, blasint(columns))
  }
}
