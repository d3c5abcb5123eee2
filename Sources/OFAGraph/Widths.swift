/// The rounding of channel counts.
package enum Widths {
  /// The multiple of `divisor` nearest to a width, at least one multiple and never under nine tenths of it.
  ///
  ///     rounded(52, 8) = 56   rounded(41.6, 8) = 40   rounded(11, 8) = 16
  ///
  /// Halves go up. With a divisor of 1 a whole width stays as it is written.
  ///
  /// - Note: MobileNets' "make divisible".
  package static func rounded(_ width: Double, divisor: Int) -> Int {
    let nearest = max(divisor, Int(width + Double(divisor) / 2) / divisor * divisor)
    return Double(nearest) < 0.9 * width ? nearest + divisor : nearest
  }

  /// The middle channels of a block: a ratio of its input's or output's, rounded half to even, then to a multiple of 8.
  package static func middle(of width: Int, ratio: Double) -> Int {
    rounded((Double(width) * ratio).rounded(.toNearestOrEven), divisor: 8)
  }

  /// The hidden channels of squeeze-and-excitation over `middle` channels: a quarter, rounded down, then to a multiple
  /// of 8.
  package static func squeezed(middle: Int) -> Int {
    rounded(Double(middle / 4), divisor: 8)
  }
}
