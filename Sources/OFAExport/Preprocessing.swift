/// What becomes of a picture before a network sees it.
///
/// 1. A picture whose shorter side is longer than ``shorterSide`` is reduced to that, the other side in proportion to
///    the nearest pixel, its values to the nearest byte.
/// 2. Of the square in its middle, as high or as wide as it is, the middle ``centerFraction`` is cut out; sides are
///    rounded to nearest, what lies before the square and before its middle is rounded down.
/// 3. That is resized to ``resolution`` and not rounded.
/// 4. A value p in 0…255 of channel c becomes (p / 255 − means[c]) / standardDeviations[c].
///
/// Resizing weighs pixels by a triangle, as wide as two pixels of the input, or of the output where the picture
/// shrinks: Pillow's `BILINEAR`, ONNX's `Resize` with `antialias` and `exclude_outside`.
public struct Preprocessing: Hashable, Sendable {
  /// Rows and columns of the network's input.
  public var resolution: Int
  /// The length that the shorter side of a picture is reduced to where it is longer.
  public var shorterSide: Int
  /// How much of the square's sides is seen, above 0 to 1.
  public var centerFraction: Double
  /// The mean of each channel, pixels in 0…1.
  public var means: [Float]
  /// The standard deviation of each channel, pixels in 0…1.
  public var standardDeviations: [Float]

  /// A preprocessing of its parts.
  ///
  /// - Precondition: lengths of at least a pixel.
  public init(
    resolution: Int, shorterSide: Int, centerFraction: Double, means: [Float], standardDeviations: [Float]
  ) {
    precondition(means.count == standardDeviations.count)
    precondition(resolution > 0 && shorterSide > 0 && centerFraction > 0 && centerFraction <= 1)
    (self.resolution, self.shorterSide, self.centerFraction) = (resolution, shorterSide, centerFraction)
    (self.means, self.standardDeviations) = (means, standardDeviations)
  }
}
