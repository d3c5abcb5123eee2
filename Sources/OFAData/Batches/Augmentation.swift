/// The random changes that training images undergo.
public struct Augmentation: Hashable, Sendable, Codable {
  /// How far an image is shifted at most in each direction, in pixels of an image of 32 (and in proportion for other sizes);
  /// what comes in from outside is black.
  public var padding: Int
  /// Whether half of the images are mirrored, left to right.
  public var mirrors: Bool

  /// A shift of at most `padding` pixels, and perhaps mirroring.
  ///
  /// - Precondition: `padding` is not negative.
  public init(padding: Int, mirrors: Bool) {
    precondition(padding >= 0, "A shift is at least 0.")
    (self.padding, self.mirrors) = (padding, mirrors)
  }

  /// No change at all.
  public static let none = Augmentation(padding: 0, mirrors: false)

  /// The greatest shift of an image with a side of this length, rounded to nearest.
  func shift(side: Int) -> Int { (padding * side + 16) / 32 }
}
