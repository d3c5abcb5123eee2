import OFAFormats

/// Training images from which a subnet's statistics are made: a model carries them, so that whoever has the model can
/// evaluate and export any subnet without its training data.
///
/// The pixels are as they were read: bytes [images, height, width, channels], not augmented, not resized, not
/// normalized. On disk they are an IDX file of unsigned bytes with these four dimensions.
public struct CalibrationImages: Hashable, Sendable {
  /// The height of each image in pixels.
  public let height: Int
  /// The width of each image in pixels.
  public let width: Int
  /// The channels of each image.
  public let channels: Int
  /// [images, height, width, channels], flat.
  public let pixels: [UInt8]

  /// Images of one size.
  ///
  /// - Precondition: the pixels are one whole image or more.
  public init(height: Int, width: Int, channels: Int, pixels: [UInt8]) {
    let size = height * width * channels
    precondition(size > 0 && !pixels.isEmpty && pixels.count % size == 0, "The pixels are not whole images.")
    self.height = height
    self.width = width
    self.channels = channels
    self.pixels = pixels
  }

  /// The number of images.
  public var count: Int { pixels.count / (height * width * channels) }
}

extension CalibrationImages {
  /// Reads an IDX file of four dimensions.
  ///
  /// - Throws: `Failure(.missingInput)`; `Failure(.badData)` when the header and the file's length do not agree.
  public init(reading path: String) throws {
    let file = try IDXFile(opening: path, dimensions: 4, of: "images with channels")
    let sizes = file.dimensions
    let pixels = try file.bytes()
    guard !pixels.isEmpty else { throw Failure(.badData, "no image", at: path) }
    self.init(height: sizes[1], width: sizes[2], channels: sizes[3], pixels: pixels)
  }

  /// Writes an IDX file of four dimensions.
  ///
  /// - Throws: `Failure(.inputOutput)`.
  public func write(to path: String) throws {
    try IDXFile.write(pixels, dimensions: [count, height, width, channels], to: path)
  }
}
