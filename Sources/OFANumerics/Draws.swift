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

  /// A number drawn from the beta distribution of two parameters above 0.
  ///
  /// - Note: from two draws of the gamma distribution, each by Marsaglia and Tsang, A Simple Method for Generating
  ///   Gamma Variables, 2000, §6 for parameters below 1.
  public mutating func beta(_ a: Double, _ b: Double) -> Double {
    precondition(a > 0 && b > 0, "The parameters of a beta distribution are positive.")
    let (x, y) = (logGamma(a), logGamma(b))
    // In logarithms, as both may be nothing for small parameters.
    return 1 / (1 + Double.exp(y - x))
  }

  /// The logarithm of a number drawn from the gamma distribution of shape `a` and scale 1.
  private mutating func logGamma(_ a: Double) -> Double {
    // Γ(a) of a below 1 is Γ(a + 1) · u^(1/a).
    if a < 1 { return logGamma(a + 1) + .log(1 - uniform()) / a }
    let d = a - 1 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = gaussian()
      let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
      if v > 0, .log(1 - uniform()) < 0.5 * x * x + d - d * v + d * .log(v) { return .log(d * v) }
    }
  }
}
