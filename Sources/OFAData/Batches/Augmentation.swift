/// The random changes that training images undergo.
///
/// - Note: shifts and mirroring are those of He et al., Deep Residual Learning, 2016, §4.2; erasing is DeVries and
///   Taylor, Improved Regularization of Convolutional Neural Networks with Cutout, 2017.
public struct Augmentation: Hashable, Sendable, Codable {
  /// How far an image is shifted at most in each direction, in pixels of an image of 32 (and in proportion for other
  /// sizes); what comes in from outside is black.
  public var padding: Int
  /// Whether half of the images are mirrored, left to right.
  public var mirrors: Bool
  /// The side of a square that is erased, in pixels of an image of 32 (and in proportion for other sizes). Its centre
  /// may lie anywhere in the image; inside it, every pixel has the mean colour of the data set.
  public var erasing: Int

  /// A shift of at most `padding` pixels, perhaps mirroring, and a square of `erasing` pixels a side without content.
  ///
  /// - Precondition: `padding` and `erasing` are not negative.
  public init(padding: Int, mirrors: Bool, erasing: Int = 0) {
    precondition(padding >= 0, "A shift is at least 0.")
    precondition(erasing >= 0, "A square's side is at least 0.")
    (self.padding, self.mirrors, self.erasing) = (padding, mirrors, erasing)
  }

  /// No change at all.
  public static let none = Augmentation(padding: 0, mirrors: false)

  /// The greatest shift of an image with a side of this length, rounded to nearest.
  func shift(side: Int) -> Int { Self.scaled(padding, to: side) }

  /// The side of the erased square in an image with a side of this length, rounded to nearest.
  func erasedSide(side: Int) -> Int { Self.scaled(erasing, to: side) }

  private static func scaled(_ length: Int, to side: Int) -> Int { (length * side + 16) / 32 }
}
