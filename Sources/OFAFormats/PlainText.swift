/// Brings text to UTF-8, in which all readers of text want it.
///
/// Files that went over Windows begin with a byte order mark, and what `>` of its PowerShell writes is UTF-16. Every
/// reader of a text passes its bytes through ``utf8(_:at:)`` first.
public enum PlainText {
  /// Whether a byte is white space in JSON: a line of such is empty.
  public static func isBlank(_ byte: UInt8) -> Bool { [0x09, 0x0a, 0x0d, 0x20].contains(byte) }

  /// The bytes of a text as UTF-8 without a byte order mark. A text without a mark is taken for UTF-8 and handed back
  /// as it is.
  ///
  /// - Parameters:
  ///   - bytes: the text in UTF-8, or with a mark in UTF-16 or UTF-32.
  ///   - place: what the text is called in errors, usually a path.
  /// - Throws: `Failure(.badData)` for a text that its mark says is UTF-16 or UTF-32 and that is not.
  public static func utf8(_ bytes: some Collection<UInt8>, at place: String) throws -> [UInt8] {
    let bytes = (bytes as? [UInt8]) ?? Array(bytes)
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { return Array(bytes.dropFirst(3)) }
    // UTF-32's mark begins with UTF-16's in little-endian order.
    let isSwapped32 = bytes.starts(with: [0, 0, 0xfe, 0xff])
    if isSwapped32 || bytes.starts(with: [0xff, 0xfe, 0, 0]) {
      return try decoded(bytes, as: UTF32.self, isBigEndian: isSwapped32, "UTF-32", at: place)
    }
    let isSwapped16 = bytes.starts(with: [0xfe, 0xff])
    if isSwapped16 || bytes.starts(with: [0xff, 0xfe]) {
      return try decoded(bytes, as: UTF16.self, isBigEndian: isSwapped16, "UTF-16", at: place)
    }
    return bytes
  }

  private static func decoded<Encoding: Unicode.Encoding>(
    _ bytes: [UInt8], as encoding: Encoding.Type, isBigEndian: Bool, _ name: String, at place: String
  ) throws -> [UInt8] where Encoding.CodeUnit: FixedWidthInteger {
    let size = MemoryLayout<Encoding.CodeUnit>.size
    let units = (0..<bytes.count / size).map { index in
      let unit = bytes[index * size..<(index + 1) * size]
      return (isBigEndian ? Array(unit) : unit.reversed()).reduce(Encoding.CodeUnit(0)) { $0 << 8 | .init($1) }
    }
    guard bytes.count % size == 0, let text = String(validating: units.dropFirst(), as: encoding) else {
      throw Failure(
        .badData, "its first bytes are the mark of \(name), but its \(bytes.count) bytes are not; save it as UTF-8",
        at: place)
    }
    return Array(text.utf8)
  }
}
