/// The bytes of a file, one piece after the other.
///
///     let stream = try ByteStream(path, decompressing: true)
///     let header = try stream.read(16)
///     let body = try stream.read(announced + 1)     // one byte more shows whether there are more
///
/// A reader asks for what the file's own header announces and for one byte beyond that, so that no file is unpacked
/// further than it says it goes. Memory grows with what comes, not with what is asked for.
public final class ByteStream {
  /// What the file is called in errors.
  public let place: String
  /// The pieces of the file as they come; an empty one is its end.
  private let next: () throws -> [UInt8]
  /// A file's length, where it is known and is that of what is read; else 0.
  let expected: Int
  private var pending: ArraySlice<UInt8> = []

  /// A file's bytes.
  ///
  /// - Parameters:
  ///   - path: the file's.
  ///   - decompressing: whether a file that begins as a gzip file does is decompressed, whatever its name.
  /// - Throws: `Failure(.missingInput)` when it is not there, `Failure(.inputOutput)` when it cannot be read.
  public init(_ path: String, decompressing: Bool = false) throws {
    let file = try OpenFile(path)
    func piece() throws -> [UInt8] { try file.next(Self.pieceSize) }
    place = path
    guard decompressing else {
      (next, expected) = (piece, file.size ?? 0)
      return
    }
    var start = try piece()
    while start.count == 1 {  // a pipe may hand over its first byte alone
      let more = try piece()
      if more.isEmpty { break }
      start += more
    }
    if GzipReader.isCompressed(start) {
      let reader = try GzipReader(start: start, next: piece, at: path)
      (next, expected) = (reader.next, 0)
    } else {
      (next, expected) = (piece, file.size ?? 0)
      pending = start[...]
    }
  }

  /// Bytes that are there already.
  public init(_ bytes: [UInt8], at place: String) {
    self.place = place
    (next, expected) = ({ [] }, bytes.count)
    pending = bytes[...]
  }

  /// The next bytes; fewer than `count` only at the end.
  ///
  /// - Throws: `Failure(.inputOutput)`, and `Failure(.badData)` for gzip data that cannot be decompressed.
  public func read(_ count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(count, max(expected, Self.pieceSize)))
    while bytes.count < count {
      if pending.isEmpty {
        pending = try next()[...]
        if pending.isEmpty { break }
      }
      let piece = pending.prefix(count - bytes.count)
      bytes += piece
      pending = pending.dropFirst(piece.count)
    }
    return bytes
  }

  /// The next bytes, which are read again afterwards; fewer than `count` only at the end.
  public func peek(_ count: Int) throws -> [UInt8] {
    let bytes = try read(count)
    pending = ArraySlice(bytes + pending)
    return bytes
  }

  static let pieceSize = 1 << 18
}
