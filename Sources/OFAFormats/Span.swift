extension Duration {
  /// The longest span that a flag or a document may ask for: a thousand years, so that sums and small multiples of
  /// spans cannot overflow.
  public static let longestSpan = Duration.seconds(1_000 * 365 * 86_400)

  /// A span of so many seconds; nil where that is no time at all, or more than ``longestSpan``.
  public init?(span seconds: Double) {
    guard seconds > 0, seconds <= Self.longestSpan / .seconds(1) else { return nil }
    self = .seconds(seconds)
    if self == .zero { return nil }
  }
}
