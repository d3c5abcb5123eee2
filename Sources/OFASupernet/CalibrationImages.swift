import OFAFormats

/// Training images from which a subnet's statistics are made: a model carries them, so that whoever has the model can evaluate
/// and export any subnet without its training data.
///
/// The pixels are as they were read: bytes [images, height, width, channels], not augmented, not resized, not normalized. On disk
/// they are an IDX file of unsigned bytes with these four dimensions.
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
  /// The first bytes of an IDX file of unsigned bytes with four dimensions.
  private static let magic: [UInt8] = [0, 0, 8, 4]

  /// Reads an IDX file of four dimensions.
  ///
  /// - Throws: `Failure(.missingInput)`; `Failure(.badData)` when the header and the file's length do not agree.
  public init(reading path: String) throws {
    let bytes = try InputFile.read(path)
    guard bytes.count > 20, Array(bytes[..<4]) == Self.magic else {
      throw Failure(.badData, "not an IDX file of images with channels (magic number 0x00000804)", at: path)
    }
    let sizes = (1...4).map { field in
      bytes[field * 4..<field * 4 + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    // Each is below 2³², and compared one after another, so that no product overflows.
    var expected: Int? = 1
    for size in sizes {
      expected = expected.flatMap { product in
        let (result, overflow) = product.multipliedReportingOverflow(by: size)
        return overflow ? nil : result
      }
    }
    guard sizes.allSatisfy({ $0 > 0 }), expected == bytes.count - 20 else {
      throw Failure(
        .badData, "\(bytes.count - 20) bytes follow the header, which states \(sizes) images, rows, columns, channels",
        at: path)
    }
    self.init(height: sizes[1], width: sizes[2], channels: sizes[3], pixels: Array(bytes[20...]))
  }

  /// Writes an IDX file of four dimensions.
  ///
  /// - Throws: `Failure(.inputOutput)`.
  public func write(to path: String) throws {
    let header = [count, height, width, channels].flatMap { size in
      (0..<4).reversed().map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
    }
    try AtomicFile.write(Self.magic + header + pixels, to: path)
  }
}
