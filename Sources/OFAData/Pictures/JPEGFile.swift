import CTurboJPEG
import OFAFormats

/// A JPEG file, read by libjpeg-turbo.
struct JPEGFile: PictureFile {
  /// How every such file begins.
  static let start: [UInt8] = [0xff, 0xd8]

  let kind = Picture.Header.Kind.jpeg
  let height: Int
  let width: Int
  let hasColor: Bool
  let orientation: Orientation

  private let bytes: [UInt8]
  private let place: String
  private let decompressor: Decompressor
  /// Whether the colours are cyan, magenta, yellow and black.
  private let hasInks: Bool
  /// Where the picture's data begin.
  private let dataStart: Int

  /// The library's state, which is freed with it.
  private final class Decompressor {
    let handle: tjhandle

    init(at place: String) throws {
      guard let handle = tjInitDecompress() else {
        throw Failure(.internalError, "libturbojpeg does not start", at: place)
      }
      self.handle = handle
    }

    deinit { tjDestroy(handle) }

    /// The library's words for the last error, or else for the last call's first warning.
    var words: String { String(cString: tjGetErrorStr2(handle)) }
  }

  /// Reads the head.
  ///
  /// - Throws: `Failure(.badData)` for a file without one, or of a kind that the library does not read.
  init(_ bytes: [UInt8], at place: String) throws {
    (self.bytes, self.place) = (bytes, place)
    decompressor = try Decompressor(at: place)
    var (height, width, subsampling, colors): (Int32, Int32, Int32, Int32) = (0, 0, -1, -1)
    let result = tjDecompressHeader3(
      decompressor.handle, bytes, UInt(bytes.count), &width, &height, &subsampling, &colors)
    // What was said of the picture holds, whatever warnings there were; any subsampling can be decoded, even one that
    // the library has no name for.
    guard height > 0, width > 0, colors >= 0 else {
      throw Failure.unreadable("JPEG", result == 0 ? "no picture in it" : decompressor.words, at: place)
    }
    (self.height, self.width) = (Int(height), Int(width))
    hasColor = colors != TJCS_GRAY.rawValue
    hasInks = colors == TJCS_CMYK.rawValue || colors == TJCS_YCCK.rawValue
    (orientation, dataStart) = Self.head(of: bytes)
  }

  /// Passes over the segments before the picture's data: which side is up, and where the data begin.
  private static func head(of bytes: [UInt8]) -> (orientation: Orientation, dataStart: Int) {
    var orientation: Orientation?
    var position = start.count
    // A segment is a marker (bytes 0xff, then another), the length of the rest, itself included, and that.
    while let marker = bytes[position...].firstIndex(of: 0xff),
      let code = bytes[marker...].firstIndex(where: { $0 != 0xff }), code + 2 < bytes.count
    {
      let length = max(Int(bytes[code + 1]) << 8 | Int(bytes[code + 2]), 2)
      let content = bytes[(code + 3)..<min(code + 1 + length, bytes.count)]
      position = content.endIndex
      if bytes[code] == 0xda { break }
      if bytes[code] == 0xe1, content.starts(with: "Exif\0\0".utf8) {
        orientation = orientation ?? Orientation(exif: content.dropFirst(6))
      }
    }
    return (orientation ?? .topLeft, position)
  }

  /// Whether the file may hold the whole picture: its end is marked, which no data before it look like, and each block
  /// of 8×8 pixels has a bit.
  ///
  /// The library would fill up what is missing. However components are subsampled, 1,024 pixels have eight blocks.
  private var isWhole: Bool {
    let hasEnd = (dataStart..<max(dataStart, bytes.count - 1)).reversed().contains {
      bytes[$0] == 0xff && bytes[$0 + 1] == 0xd9
    }
    return hasEnd && height * width <= 1_024 * bytes.count
  }

  func decoded(inColor: Bool, shorterSide: Int) throws -> Picture {
    guard isWhole else {
      throw Failure(
        .badData, "its \(bytes.count) bytes end before the picture does; it may be cut, fetch it again", at: place)
    }
    // The library has other factors too, but without vector code: they take longer than none.
    let divisor = [8, 4, 2].first { shorterSide * $0 <= min(self.height, self.width) } ?? 1
    let (height, width) = ((self.height + divisor - 1) / divisor, (self.width + divisor - 1) / divisor)
    let format = hasInks ? TJPF_CMYK : inColor ? TJPF_RGB : TJPF_GRAY
    let channels = inColor ? 3 : 1
    let samples = hasInks ? 4 : channels
    var pixels = try [UInt8](unsafeUninitializedCapacity: height * width * samples) { buffer, count in
      func decompress(_ flags: Int32) -> String? {
        tjDecompress2(
          decompressor.handle, bytes, UInt(bytes.count), buffer.baseAddress, Int32(width), Int32(width * samples),
          Int32(height), format.rawValue, flags | TJFLAG_LIMITSCANS) == 0 ? nil : decompressor.words
      }
      // Warnings are no failure. The library keeps the first one's words, so that others are an error's that followed.
      var words = decompress(TJFLAG_STOPONWARNING)
      if words != nil, tjGetErrorCode(decompressor.handle) == TJERR_WARNING.rawValue {
        let again = decompress(0)
        words = again == words ? nil : again
      }
      if let words { throw Failure.unreadable("JPEG", words, at: place) }
      count = buffer.count
    }
    if hasInks {
      pixels.replacePixels(of: 4, with: 3) { inks, color in
        let light = Int(inks[3])
        for channel in 0..<3 {
          let product = Int(inks[channel]) * light
          color[channel] = UInt8((product + 127) / 255)
        }
      }
    }
    return Picture(height: height, width: width, channels: channels, pixels: pixels)
  }
}
