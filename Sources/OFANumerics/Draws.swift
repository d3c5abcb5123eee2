import RealModule

extension RandomNumberGenerator {
  /// A number drawn uniformly from [0, 1), a multiple of 2⁻⁵³.
  @inlinable
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number drawn from the normal distribution of mean 0 and standard deviation 1.
  ///
  ///     √(−2 ln u) · cos(2π v),   u in (0, 1], v in [0, 1)
  ///
  /// - Complexity: two draws of 64 bits. Box and Muller, 1958; the second of the pair is not kept, so that the
  ///   generator stays the only state.
  @inlinable
  public mutating func gaussian() -> Double {
    let u = 1 - uniform()
    let v = uniform()
    return Double.sqrt(-2 * .log(u)) * .cos(2 * .pi * v)
  }
}
