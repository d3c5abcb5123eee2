/// Images of one size in one array of bytes [N, H, W, C], as data sets keep them on disk. A copy shares the bytes.
public struct PixelArray: ImageSource {
  /// Rows of an image.
  public let height: Int
  /// Columns of an image.
  public let width: Int
  /// 1 for grey, 3 for colour.
  public let channels: Int
  /// How many images there are.
  public let count: Int
  private let pixels: [UInt8]

  /// Images over their bytes.
  ///
  /// - Precondition: the bytes are whole images of at least one pixel.
  public init(height: Int, width: Int, channels: Int, pixels: [UInt8]) {
    precondition(height > 0 && width > 0 && channels > 0, "An image has at least one pixel.")
    let size = height * width * channels
    precondition(pixels.count % size == 0, "The pixels are not whole images.")
    (self.height, self.width, self.channels, self.pixels) = (height, width, channels, pixels)
    count = pixels.count / size
  }

  /// The image's number.
  public func name(of place: Int) -> String { "image \(place)" }

  /// Rows and columns of every image.
  public func size(of place: Int) -> (height: Int, width: Int) { (height, width) }

  /// All of an image.
  public func frame(of place: Int) -> Window { Window(height: height, width: width) }

  /// Lends an image.
  public func withImage<Result>(_ place: Int, _ body: (LentImage) -> Result) -> Result {
    let size = height * width * channels
    return pixels[place * size..<(place + 1) * size].withUnsafeBufferPointer { bytes in
      guard let first = bytes.baseAddress else { preconditionFailure("An image has at least one pixel.") }
      return body(LentImage(pixels: first, height: height, width: width))
    }
  }
}
