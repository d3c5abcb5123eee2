import CPNG
import OFAFormats

/// A PNG file, read by libpng's simplified interface.
struct PNGFile: PictureFile {
  /// How every such file begins.
  static let start: [UInt8] = [0x89, 0x50, 0x4e, 0x47]

  let kind = Picture.Header.Kind.png
  let height: Int
  let width: Int
  let hasColor: Bool
  let orientation: Orientation

  private let bytes: [UInt8]
  private let place: String

  /// Reads the head, and which side is up.
  ///
  /// - Throws: `Failure(.badData)` for a file without one.
  init(_ bytes: [UInt8], at place: String) throws {
    guard bytes.count >= 33, bytes[12..<16].elementsEqual("IHDR".utf8) else {
      throw Failure.unreadable("PNG", "no head", at: place)
    }
    (self.bytes, self.place) = (bytes, place)
    (width, height) = (Self.integer(in: bytes, at: 16), Self.integer(in: bytes, at: 20))
    hasColor = bytes[25] & UInt8(PNG_COLOR_MASK_COLOR) != 0
    var orientation: Orientation?
    Self.forEachChunk(of: bytes) { name, chunk in
      if name == "eXIf" { orientation = orientation ?? Orientation(exif: bytes[chunk].dropFirst(8)) }
    }
    self.orientation = orientation ?? .topLeft
  }

  func decoded(inColor: Bool, shorterSide: Int) throws -> Picture {
    // The chunks that make the picture. Others are left out, because a short text may unpack to gigabytes; so is what
    // 8 bits say of their light, which no viewer of today and no Pillow looks at.
    let chunks = ["tRNS", "sRGB"] + (bytes[24] == 16 ? ["gAMA"] : [])
    var kept = Array(bytes[..<8])
    kept.reserveCapacity(bytes.count)
    Self.forEachChunk(of: bytes) { name, chunk in
      let isCritical = bytes[chunk.lowerBound + 4] & 0x20 == 0
      if isCritical || chunks.contains(name) { kept += bytes[chunk] }
    }
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    let channels = inColor ? 3 : 1
    let pixels = withUnsafeMutablePointer(to: &image) { image -> [UInt8]? in
      defer { png_image_free(image) }
      return kept.withUnsafeBytes { kept in
        guard png_image_begin_read_from_memory(image, kept.baseAddress, kept.count) != 0 else { return nil }
        let alpha = image.pointee.format & UInt32(PNG_FORMAT_FLAG_ALPHA)
        image.pointee.format = alpha | (inColor ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0)
        image.pointee.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
        let samples = channels + (alpha == 0 ? 0 : 1)
        var pixels = [UInt8](unsafeUninitializedCapacity: height * width * samples) { buffer, count in
          if png_image_finish_read(image, nil, buffer.baseAddress, 0, nil) != 0 { count = buffer.count }
        }
        guard !pixels.isEmpty else { return nil }
        if alpha != 0 { pixels.layOverWhite(channels: channels) }
        return pixels
      }
    }
    guard let pixels else { throw Failure.unreadable("PNG", image.words, at: place) }
    return Picture(height: height, width: width, channels: channels, pixels: pixels)
  }

  /// Calls `body` with each chunk's name and its place: a length, the name, so many bytes, and a sum to check them. The
  /// last one may be cut.
  private static func forEachChunk(of bytes: [UInt8], _ body: (_ name: String, _ chunk: Range<Int>) -> Void) {
    var start = 8
    while start + 8 <= bytes.count {
      let end = min(start + 12 + integer(in: bytes, at: start), bytes.count)
      body(String(decoding: bytes[start + 4..<start + 8], as: UTF8.self), start..<end)
      start = end
    }
  }

  /// The four bytes at a place, big-endian.
  private static func integer(in bytes: [UInt8], at place: Int) -> Int {
    bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
  }
}

extension [UInt8] {
  /// Removes what says how much each pixel covers, its last value, by laying it over white.
  ///
  /// The mean is that of the values as they are, not of light, as Pillow and browsers take it.
  fileprivate mutating func layOverWhite(channels: Int) {
    replacePixels(of: channels + 1, with: channels) { pixel, opaque in
      let coverage = Int(pixel[channels])
      for channel in 0..<channels {
        let covered = Int(pixel[channel]) * coverage
        opaque[channel] = UInt8((covered + 255 * (255 - coverage) + 127) / 255)
      }
    }
  }
}

extension Picture {
  /// The picture as a PNG file.
  ///
  /// - Throws: `Failure(.inputOutput)` for a side of more than a million pixels, which libpng does not write.
  public func png() throws -> [UInt8] {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    (image.height, image.width) = (UInt32(clamping: height), UInt32(clamping: width))
    image.format = channels == 3 ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0
    // Without a place for the bytes, the library says how many there are.
    var size = 0
    var isWritten = png_image_write_to_memory(&image, nil, &size, 0, pixels, 0, nil) != 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      guard isWritten else { return }
      isWritten = png_image_write_to_memory(&image, buffer.baseAddress, &size, 0, pixels, 0, nil) != 0
      if isWritten { count = size }
    }
    guard isWritten else {
      throw Failure(.inputOutput, "a picture of \(height)×\(width) pixels cannot be written as PNG: \(image.words)")
    }
    return bytes
  }
}

extension png_image {
  /// The library's words for its error.
  fileprivate var words: String {
    withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
