import COpenBLAS

/// The library behind the matrix products.
public enum OpenBLAS {
  /// Keeps OpenBLAS to the thread that calls it: results then do not depend on the number of processors, and its own threads
  /// never compete with the callers'.
  ///
  /// Idempotent and cheap after the first call. Everything in this module calls it first.
  public static func useOneThread() { once }

  private static let once: Void = openblas_set_num_threads(1)
}
