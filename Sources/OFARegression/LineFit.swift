import OFANumerics

/// A straight line through measurements: y = intercept + slope · x.
public struct LineFit: Hashable, Sendable {
  /// The value at 0.
  public var intercept: Double
  /// The change of y with x.
  public var slope: Double

  /// The line with the least sum of squared relative errors, ((intercept + slope · x) / y − 1)².
  ///
  /// Relative errors are what latency predictions are judged by, so that small networks count as much as large ones.
  /// Where all x are equal the line passes through the origin.
  ///
  /// - Precondition: as many x as y, at least one, every y above zero.
  public init(relativeTo y: [Double], of x: [Double]) {
    precondition(x.count == y.count && !y.isEmpty && y.allSatisfy { $0 > 0 })
    // Dividing the equation by y gives two columns, 1/y and x/y, fitted to 1.
    var (aa, ab, bb, a1, b1) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for (x, y) in zip(x, y) {
      let (a, b) = (1 / y, x / y)
      aa += a * a
      ab += a * b
      bb += b * b
      a1 += a
      b1 += b
    }
    let determinant = aa * bb - ab * ab
    if determinant > 1e-12 * aa * bb {
      intercept = (a1 * bb - b1 * ab) / determinant
      slope = (aa * b1 - ab * a1) / determinant
    } else {
      intercept = 0
      slope = bb > 0 ? b1 / bb : 0
    }
  }

  /// The line's value at `x`.
  public func callAsFunction(_ x: Double) -> Double { intercept + slope * x }
}
