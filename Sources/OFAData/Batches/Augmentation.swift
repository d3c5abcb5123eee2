/// The random changes that training images undergo.
///
/// - Note: shifts and mirroring are those of He et al., Deep Residual Learning, 2016, §4.2; crops those of Szegedy et
///   al., Going Deeper with Convolutions, 2015, §6; erasing is DeVries and Taylor, Improved Regularization of
///   Convolutional Neural Networks with Cutout, 2017; alternating is Jordan, 94 % on CIFAR-10 in 3.29 Seconds on a
///   Single GPU, 2024, §3.6; mixing is Zhang et al., mixup: Beyond Empirical Risk Minimization, 2018.
public struct Augmentation: Hashable, Sendable, Codable {
  /// How far an image is shifted at most in each direction, in pixels of an image of 32 (and in proportion for other
  /// sizes); what comes in from outside is black.
  public var padding: Int
  /// Which images are mirrored, left to right.
  public var mirroring: Mirroring
  /// The side of a square that is erased, in pixels of an image of 32 (and in proportion for other sizes). Its centre
  /// may lie anywhere in the image; inside it, every pixel has the mean colour of the data set.
  public var erasing: Int
  /// A part of the image to take in place of the whole; none: the whole.
  public var crop: Crop?
  /// Changes of colour; none: the colours stay.
  public var jitter: Jitter?
  /// The parameter a of the Beta(a, a) that shares are drawn from by which the images of a batch are mixed in pairs,
  /// their targets alike; none: they are not.
  public var mixing: Double?

  /// Which images are mirrored.
  public enum Mirroring: String, Hashable, Sendable, Codable {
    /// None.
    case none
    /// Each by the toss of a coin.
    case random
    /// Each in every second epoch, half of them in the first.
    case alternating
  }

  /// A part of an image, drawn by its area and proportions.
  public struct Crop: Hashable, Sendable, Codable {
    /// The least share of the image's area, above 0; the greatest is 1.
    public var leastArea: Double
    /// The greatest quotient of the sides; its inverse is the least.
    public var greatestAspect: Double

    /// A part by its bounds.
    public init(leastArea: Double, greatestAspect: Double = 4 / 3) {
      (self.leastArea, self.greatestAspect) = (leastArea, greatestAspect)
    }
  }

  /// Factors of brightness, contrast and saturation, drawn evenly from 1 − x to 1 + x, in this order of application.
  public struct Jitter: Hashable, Sendable, Codable {
    /// Of every value.
    public var brightness: Double
    /// Of the distance from the image's mean grey.
    public var contrast: Double
    /// Of the distance from the pixel's grey.
    public var saturation: Double

    /// Changes by their bounds.
    public init(brightness: Double = 0, contrast: Double = 0, saturation: Double = 0) {
      (self.brightness, self.contrast, self.saturation) = (brightness, contrast, saturation)
    }
  }

  /// Changes by their parts; without any, none.
  public init(
    padding: Int = 0, mirroring: Mirroring = .none, erasing: Int = 0, crop: Crop? = nil, jitter: Jitter? = nil,
    mixing: Double? = nil
  ) {
    precondition(padding >= 0, "A shift is at least 0.")
    precondition(erasing >= 0, "A square's side is at least 0.")
    (self.padding, self.mirroring, self.erasing) = (padding, mirroring, erasing)
    (self.crop, self.jitter, self.mixing) = (crop, jitter, mixing)
  }

  /// No change at all.
  public static let none = Augmentation()

  /// The greatest shift of an image with a side of this length, rounded to nearest.
  func shift(side: Int) -> Int { Self.scaled(padding, to: side) }

  /// The side of the erased square in an image with a side of this length, rounded to nearest.
  func erasedSide(side: Int) -> Int { Self.scaled(erasing, to: side) }

  private static func scaled(_ length: Int, to side: Int) -> Int { (length * side + 16) / 32 }
}
