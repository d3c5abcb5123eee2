import OFAFormats

/// A file with a picture in it, of which the head was read.
protocol PictureFile {
  var kind: Picture.Header.Kind { get }
  /// Rows as they are stored, before the picture is turned upright.
  var height: Int { get }
  /// Columns as they are stored.
  var width: Int { get }
  var hasColor: Bool { get }
  var orientation: Orientation { get }

  /// Decodes the picture as it is stored, perhaps smaller, but so that its shorter side keeps `shorterSide` pixels.
  ///
  /// - Precondition: a picture that has colour is decoded in colour.
  func decoded(inColor: Bool, shorterSide: Int) throws -> Picture
}

extension Picture {
  /// The most pixels that a picture may have, as many as Pillow reads.
  public static let mostPixels = 178_956_970

  /// What a file says of its picture.
  public struct Header: Hashable, Sendable, Codable {
    /// The forms of files that are read.
    public enum Kind: String, Hashable, Sendable, Codable {
      case jpeg, png
    }

    /// The file's form.
    public let kind: Kind
    /// Rows of the upright picture.
    public let height: Int
    /// Columns of the upright picture.
    public let width: Int
    /// Whether it has colour; it is grey otherwise.
    public let hasColor: Bool

    init(of file: any PictureFile) {
      (kind, hasColor) = (file.kind, file.hasColor)
      (height, width) = file.orientation.swapsSides ? (file.width, file.height) : (file.height, file.width)
    }
  }

  /// What a file says of its picture in its head.
  ///
  /// - Parameter bytes: the file, or its beginning up to the picture's data, which are not looked at.
  /// - Throws: `Failure(.badData)` for another kind of file, a head that is cut or damaged, and a picture of more than
  ///   ``mostPixels``.
  public static func header(of bytes: [UInt8], at place: String) throws -> Header {
    Header(of: try file(in: bytes, at: place))
  }

  /// Decodes a JPEG or PNG file, told by its first bytes.
  ///
  /// The picture is turned upright, as the file's EXIF data say. Colours become grey by ITU-R 601: 0.299 of red, 0.587
  /// of green, 0.114 of blue. Inks of a CMYK file are taken as Adobe writes them (255 is none), as Pillow takes them:
  /// red is what cyan and black let through. What is transparent is laid over white, as browsers and viewers show it:
  /// below transparent pixels lies what nobody has seen, often black. Samples of 16 bits are rounded to 8; they are
  /// taken as linear light only where the file says so.
  ///
  /// - Parameters:
  ///   - channels: 1 for grey, 3 for red, green and blue; grey files are read as either.
  ///   - shorterSide: the length to which the shorter side is reduced where it is longer, by
  ///     ``reduced(toShorterSide:)``.
  ///   - halving: whether a JPEG file may be halved up to three times while it is decoded, as long as twice that length
  ///     is left, as by Pillow's `draft`. That costs less than no reduction, and its edges are a little sharper.
  /// - Throws: `Failure(.badData)` for another kind of file, one that is cut or damaged, and a picture of more than
  ///   ``mostPixels``. What the libraries can repair of a damaged file is no failure.
  /// - Precondition: `channels` is 1 or 3, `shorterSide` is positive.
  public init(
    decoding bytes: [UInt8], channels: Int, shorterSide: Int? = nil, halving: Bool = false, at place: String
  ) throws {
    try self.init(
      decoding: Self.file(in: bytes, at: place), channels: channels, shorterSide: shorterSide, halving: halving)
  }

  init(decoding file: any PictureFile, channels: Int, shorterSide: Int?, halving: Bool) throws {
    precondition(channels == 1 || channels == 3, "A picture is grey or coloured.")
    precondition(shorterSide.map { $0 > 0 } ?? true, "A picture has at least one pixel.")
    let shorter = min(file.height, file.width)
    let side = min(shorterSide ?? shorter, shorter)
    let picture = try file.decoded(inColor: channels == 3 || file.hasColor, shorterSide: halving ? 2 * side : shorter)
    self = (channels == 1 ? picture.grey() : picture).reduced(toShorterSide: side).turned(from: file.orientation)
  }

  /// The file that bytes are, told by the first of them, its head read.
  static func file(in bytes: [UInt8], at place: String) throws -> any PictureFile {
    let file: any PictureFile
    if bytes.starts(with: JPEGFile.start) {
      file = try JPEGFile(bytes, at: place)
    } else if bytes.starts(with: PNGFile.start) {
      file = try PNGFile(bytes, at: place)
    } else {
      throw Failure(.badData, unknown(bytes), at: place)
    }
    guard file.height > 0, file.width > 0, file.height <= mostPixels / file.width else {
      throw Failure(
        .badData,
        "a picture of \(file.height) rows and \(file.width) columns; it must have pixels, and at most \(mostPixels)",
        at: place)
    }
    return file
  }

  /// What is said of bytes that are neither a JPEG nor a PNG file.
  private static func unknown(_ bytes: [UInt8]) -> String {
    guard !bytes.isEmpty else { return "an empty file; fetch it again" }
    let forms = [
      ("GIF", 0, "GIF8"), ("WebP", 8, "WEBP"), ("BMP", 0, "BM"), ("TIFF", 0, "II*\0"), ("TIFF", 0, "MM\0*"),
      ("AVIF", 4, "ftypavi"), ("HEIC", 4, "ftyphe"), ("HEIC", 4, "ftypmif1"),
    ]
    if let (name, _, _) = forms.first(where: { bytes.dropFirst($1).starts(with: $2.utf8) }) {
      return "\(name) files are not read; convert it to PNG"
    }
    let start = bytes.prefix(4).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    return "neither a JPEG nor a PNG file: it begins with 0x\(start); if it is a picture, convert it to PNG"
  }

  /// The picture in grey, rounded as Pillow rounds.
  private func grey() -> Picture {
    guard channels == 3 else { return self }
    var pixels = pixels
    pixels.replacePixels(of: 3, with: 1) { color, grey in
      let (red, green, blue) = (Int(color[0]), Int(color[1]), Int(color[2]))
      grey[0] = UInt8((19_595 * red + 38_470 * green + 7_471 * blue + 0x8000) >> 16)
    }
    return Picture(height: height, width: width, channels: 1, pixels: pixels)
  }
}

extension [UInt8] {
  /// Replaces each pixel of `from` values with one of `to` values, no more than before, in place.
  ///
  /// - Parameter body: makes a pixel; `new` lies nowhere behind `old`, and may be the same place.
  mutating func replacePixels(
    of from: Int, with to: Int, _ body: (_ old: UnsafePointer<UInt8>, _ new: UnsafeMutablePointer<UInt8>) -> Void
  ) {
    let pixelCount = count / from
    withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      for pixel in 0..<pixelCount { body(start + pixel * from, start + pixel * to) }
    }
    removeLast(pixelCount * (from - to))
  }
}

extension Failure {
  /// A failure of a library to read a file, with its words for it.
  static func unreadable(_ kind: String, _ words: String, at place: String) -> Failure {
    Failure(
      .badData,
      "not read as a \(kind) file (\(words)); it may be cut or damaged: fetch it again, or save it anew as PNG",
      at: place)
  }
}
