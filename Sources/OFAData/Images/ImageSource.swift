import OFAFormats

/// Where decoded images come from, one at a time.
///
/// A source knows images by their places; which of them are for training, what they are called and which classes they
/// are of is an ``ImageSet``'s. Many threads may borrow at once. Where an image can no longer be had, a black one is
/// lent; whoever uses what was borrowed calls ``check()`` first.
public protocol ImageSource: Sendable {
  /// How many images there are.
  var count: Int { get }
  /// 1 for grey, 3 for red, green and blue.
  var channels: Int { get }
  /// What an image is called in messages.
  func name(of place: Int) -> String
  /// Rows and columns of an image.
  func size(of place: Int) -> (height: Int, width: Int)
  /// The part of an image that is seen where nothing is drawn at random.
  func frame(of place: Int) -> Window
  /// Lends an image for as long as `body` runs.
  func withImage<Result>(_ place: Int, _ body: (LentImage) -> Result) -> Result
  /// The sums of an image's pixels.
  func moments(of place: Int) -> PixelMoments
  /// Why the first image that could not be lent was lent black.
  var failure: Failure? { get }
}

extension ImageSource {
  /// The sums of an image's pixels.
  public func moments(of place: Int) -> PixelMoments {
    withImage(place) { PixelMoments(of: $0, channels: channels) }
  }

  /// None: all images are at hand.
  public var failure: Failure? { nil }

  /// Makes sure that all images were lent as they are.
  ///
  /// - Throws: `Failure` for the first that was not.
  public func check() throws(Failure) {
    if let failure { throw failure }
  }
}

/// A decoded image that is lent: bytes [height, width, channels].
public struct LentImage {
  /// The first byte of the first row.
  public let pixels: UnsafePointer<UInt8>
  /// Rows.
  public let height: Int
  /// Columns.
  public let width: Int
}

/// A rectangle of an image's pixels. Parts of it may lie outside the image; there all is black.
public struct Window: Hashable, Sendable {
  /// The first row.
  public var row: Int
  /// The first column.
  public var column: Int
  /// How many rows.
  public var height: Int
  /// How many columns.
  public var width: Int

  /// A rectangle.
  ///
  /// - Precondition: it has a pixel.
  public init(row: Int = 0, column: Int = 0, height: Int, width: Int) {
    precondition(height > 0 && width > 0, "A window has at least one pixel.")
    (self.row, self.column, self.height, self.width) = (row, column, height, width)
  }

  /// The square in the middle of an image, as high or as wide as it is.
  static func square(inHeight height: Int, width: Int) -> Window {
    let side = min(height, width)
    return Window(row: (height - side) / 2, column: (width - side) / 2, height: side, width: side)
  }

  /// The middle of the window, whose sides are this fraction of its own, rounded to nearest.
  package func center(_ fraction: Double) -> Window {
    func cut(_ side: Int) -> Int { min(max(Int((Double(side) * fraction).rounded()), 1), side) }
    let (rows, columns) = (cut(height), cut(width))
    return Window(row: row + (height - rows) / 2, column: column + (width - columns) / 2, height: rows, width: columns)
  }
}
