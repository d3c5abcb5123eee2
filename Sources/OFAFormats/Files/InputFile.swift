import Foundation

/// Reads whole files, never more than a stated number of bytes.
public enum InputFile {
  /// The most bytes that are read unless another limit is stated: 4 GiB.
  public static let defaultLimit = 4 << 30

  /// Whether a path is a folder's.
  public static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// Whether something that is no folder is at a path.
  public static func isFile(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path) && !isFolder(path)
  }

  /// The bytes of a file.
  ///
  /// - Throws: `Failure(.missingInput)` when it is not there, `Failure(.inputOutput)` when it cannot be read,
  ///   `Failure(.badData)` when it is longer than the limit.
  public static func read(_ path: String, limit: Int = defaultLimit) throws -> [UInt8] {
    try read(OpenFile(path), limit: limit)
  }

  /// The bytes of a file, decompressed where it begins as a gzip file does, whatever its name.
  ///
  /// - Parameters:
  ///   - path: the file's.
  ///   - limit: the most bytes, once they are decompressed.
  /// - Throws: as ``read(_:limit:)``, and `Failure(.badData)` for gzip data that cannot be decompressed.
  public static func readDecompressed(_ path: String, limit: Int) throws -> [UInt8] {
    let bytes = try ByteStream(path, decompressing: true).read(limit + 1)
    guard bytes.count <= limit else { throw tooLong(limit, at: path) }
    return bytes
  }

  /// The text of a file by which the system tells of itself, of a long one the beginning; nil where there is none.
  package static func systemText(_ path: String) -> String? {
    (try? start(of: path, count: 1 << 16)).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func tooLong(_ limit: Int, at place: String) -> Failure {
    Failure(.badData, "longer than \(limit) bytes, the most that is read", at: place)
  }

  /// All that comes on standard input.
  ///
  /// - Throws: `Failure(.inputOutput)`, `Failure(.badData)` when it is longer than the limit.
  public static func readStandardInput(limit: Int = defaultLimit) throws -> [UInt8] {
    try read(OpenFile.standardInput(), limit: limit)
  }

  /// The bytes that a file begins with; fewer only where it is shorter.
  ///
  /// - Throws: what ``read(_:limit:)`` throws.
  public static func start(of path: String, count: Int) throws -> [UInt8] {
    try ByteStream(path).read(count)
  }

  private static func read(_ file: OpenFile, limit: Int) throws -> [UInt8] {
    // A regular file's size is known; one byte more shows its end. Pipes and devices are read in growing pieces.
    var bytes: [UInt8] = []
    var room = file.size.map { $0 + 1 } ?? 65_536
    while true {
      guard bytes.count <= limit, file.size ?? 0 <= limit else { throw tooLong(limit, at: file.place) }
      let piece = try file.next(room)
      if piece.isEmpty { return bytes }
      if bytes.isEmpty { bytes = piece } else { bytes += piece }
      room = file.size.map { max($0 - bytes.count, 0) + 1 } ?? min(room * 2, 1 << 24, max(limit - bytes.count, 0) + 1)
    }
  }
}

extension Failure {
  /// A failure of the system's last call, with the system's words for it.
  static func system(_ what: String, _ path: String) -> Failure {
    let code = errno
    let remedy = code == ENOSPC || code == EDQUOT ? "; free some space and try again" : ""
    return Failure(.inputOutput, "\(what): \(String(cString: strerror(code)))\(remedy)", at: path)
  }
}
