/// How many images an evaluation takes: the leading ones, all where nothing is said.
public struct EvaluationExtent: Hashable, Sendable, Codable {
  /// How many images are classified.
  public var images: Int?
  /// How many calibration images make the subnet's statistics.
  public var calibrationImages: Int?

  /// An extent of its parts.
  public init(images: Int? = nil, calibrationImages: Int? = nil) {
    (self.images, self.calibrationImages) = (images, calibrationImages)
  }
}
