/// Takes numbers and pieces from bytes, one after the other; what is not there is a failure that says at which byte.
struct ByteReader {
  /// All bytes; those before the position were taken.
  let bytes: ArraySlice<UInt8>
  /// The index of the next byte.
  private(set) var position: Int
  /// What the bytes are called in errors, in front of the word "byte".
  let place: String

  /// Reads from an offset on.
  ///
  /// An offset beyond the bytes leaves nothing to take.
  init(_ bytes: ArraySlice<UInt8>, from offset: Int = 0, at place: String) {
    self.bytes = bytes
    self.place = place
    position = bytes.index(bytes.startIndex, offsetBy: max(offset, 0), limitedBy: bytes.endIndex) ?? bytes.endIndex
  }

  /// How many bytes were taken or passed over.
  var offset: Int { position - bytes.startIndex }

  /// How many bytes are left.
  var remaining: Int { bytes.endIndex - position }

  /// The next bytes.
  mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard 0...remaining ~= count else {
      throw failure(
        "\(count) bytes are wanted, but \(remaining) are left; the file may be damaged or cut, fetch it again")
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// The next number, little-endian.
  mutating func integer<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
    try take(MemoryLayout<T>.size).withUnsafeBytes { T(littleEndian: $0.loadUnaligned(as: type)) }
  }

  /// The next number as a count or an offset; one beyond 63 bits becomes the greatest, which no file reaches.
  mutating func count<T: FixedWidthInteger & UnsignedInteger>(_ type: T.Type) throws -> Int {
    Int(clamping: try integer(type))
  }

  /// The next bytes up to a newline, which is passed over.
  mutating func line() throws -> ArraySlice<UInt8> {
    guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
      throw failure("a line has no end; the file may be damaged or cut, fetch it again")
    }
    defer { position = end + 1 }
    return bytes[position..<end]
  }

  /// A failure at an offset, or else at the next byte.
  func failure(_ message: String, at offset: Int? = nil) -> Failure {
    Failure(.badData, message, at: "\(place) byte \(offset ?? self.offset)")
  }
}

extension String {
  /// A text out of a file as errors show it: short, and with nothing but ASCII, for other characters break lines too.
  public var shown: String {
    let start = unicodeScalars.prefix(80)
    return start.map { $0.escaped(asASCII: true) }.joined() + (start.endIndex < unicodeScalars.endIndex ? "…" : "")
  }
}
