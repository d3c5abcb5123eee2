import CZlib

/// The files within a zip archive, which are stored without compression, as PyTorch does.
///
/// - Note: PKWARE, .ZIP File Format Specification (APPNOTE), 4.3 and 4.5.3 (zip64).
struct ZipArchive {
  /// A file of the archive.
  private struct Entry {
    var header: Int
    var size: Int
    var checksum: UInt32
  }

  private let bytes: [UInt8]
  private let place: String
  private var entries: [String: Entry] = [:]

  /// Reads the archive's directory.
  ///
  /// The sizes of the files may not sum to more than the archive's, so that reading all of them reads each byte about
  /// once.
  ///
  /// - Throws: `Failure(.badData)`.
  init(bytes: [UInt8], at place: String) throws {
    (self.bytes, self.place) = (bytes, place)
    let directory = try Self.directory(of: bytes, at: place)
    var reader = ByteReader(bytes[...], from: directory.offset, at: "\(place):")
    var room = bytes.count
    for _ in 0..<directory.count {
      let (name, entry) = try Self.entry(&reader)
      guard entries.updateValue(entry, forKey: name) == nil, entry.size <= room else {
        throw reader.failure("\(name.shown) is there twice or overlaps others; the file may be damaged")
      }
      room -= entry.size
    }
  }

  /// The names of all files.
  var names: [String] { Array(entries.keys) }

  /// The bytes of a file, checked against their checksum; nil when there is none of this name.
  ///
  /// - Throws: `Failure(.badData)`.
  func contents(of name: String) throws -> ArraySlice<UInt8>? {
    guard let entry = entries[name] else { return nil }
    var reader = ByteReader(bytes[...], from: entry.header, at: "\(place):")
    try Self.expect(0x0403_4b50, "the header of \(name.shown)", &reader)
    _ = try reader.take(22)
    let (nameLength, extraLength) = (try reader.count(UInt16.self), try reader.count(UInt16.self))
    _ = try reader.take(nameLength + extraLength)
    let contents = try reader.take(entry.size)
    let checksum = contents.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
    guard checksum == UInt(entry.checksum) else {
      throw Failure(
        .badData, "the checksum is \(checksum), expected \(entry.checksum); the file may be damaged, fetch it again",
        at: "\(place): \(name.shown)")
    }
    return contents
  }

  // MARK: Records

  private static func expect(_ signature: UInt32, _ what: String, _ reader: inout ByteReader) throws {
    let offset = reader.offset
    let found = try reader.integer(UInt32.self)
    guard found == signature else {
      throw reader.failure("signature \(found), expected \(signature) (\(what)); the file may be damaged", at: offset)
    }
  }

  /// Where the directory begins and how many files it lists: said at the archive's end, in front of a comment perhaps.
  private static func directory(of bytes: [UInt8], at place: String) throws -> (offset: Int, count: Int) {
    let length = 22
    let candidates = stride(from: bytes.count - length, through: max(0, bytes.count - length - 0xffff), by: -1)
    guard let end = candidates.first(where: { bytes[$0...].starts(with: [0x50, 0x4b, 5, 6]) }) else {
      throw Failure(.badData, "a zip archive whose end is missing; the file may be cut, fetch it again", at: place)
    }
    var reader = ByteReader(bytes[...], from: end + 10, at: "\(place):")
    let count = try reader.count(UInt16.self)
    _ = try reader.take(4)
    let offset = try reader.count(UInt32.self)
    guard count == 0xffff || offset == 0xffff_ffff else { return (offset, count) }

    // What does not fit is in the record of zip64, whose place is said in front of the end.
    reader = ByteReader(bytes[...], from: end - 20, at: "\(place):")
    try expect(0x0706_4b50, "where the zip64 directory is said to be", &reader)
    _ = try reader.take(4)
    reader = ByteReader(bytes[...], from: try reader.count(UInt64.self), at: "\(place):")
    try expect(0x0606_4b50, "the zip64 directory's place", &reader)
    _ = try reader.take(28)
    let longCount = try reader.count(UInt64.self)
    _ = try reader.take(8)
    return (try reader.count(UInt64.self), longCount)
  }

  /// The directory's next file.
  private static func entry(_ reader: inout ByteReader) throws -> (String, Entry) {
    let offset = reader.offset
    try expect(0x0201_4b50, "a file in the directory", &reader)
    _ = try reader.take(4)
    let (flags, method) = (try reader.integer(UInt16.self), try reader.integer(UInt16.self))
    _ = try reader.take(4)
    let checksum = try reader.integer(UInt32.self)
    var (stored, size) = (try reader.count(UInt32.self), try reader.count(UInt32.self))
    let nameLength = try reader.count(UInt16.self)
    let (extraLength, commentLength) = (try reader.count(UInt16.self), try reader.count(UInt16.self))
    _ = try reader.take(8)
    var header = try reader.count(UInt32.self)
    guard let name = String(validating: try reader.take(nameLength), as: UTF8.self) else {
      throw reader.failure("a file's name is not UTF-8; the file may be damaged", at: offset)
    }
    var extra = ByteReader(try reader.take(extraLength), at: "\(reader.place) the fields of \(name.shown),")
    _ = try reader.take(commentLength)

    // Numbers that are all ones stand, in this order, in the field of zip64.
    while extra.remaining > 0 {
      let (identifier, length) = (try extra.integer(UInt16.self), try extra.count(UInt16.self))
      var field = ByteReader(try extra.take(length), at: extra.place)
      guard identifier == 1 else { continue }
      if size == 0xffff_ffff { size = try field.count(UInt64.self) }
      if stored == 0xffff_ffff { stored = try field.count(UInt64.self) }
      if header == 0xffff_ffff { header = try field.count(UInt64.self) }
    }
    guard flags & 1 == 0, method == 0, stored == size else {
      throw Failure(
        .badData, "compressed or encrypted (method \(method), flags \(flags)); save the checkpoint with torch.save",
        at: "\(reader.place) \(name.shown)")
    }
    return (name, Entry(header: header, size: size, checksum: checksum))
  }
}
