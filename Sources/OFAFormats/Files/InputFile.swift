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

  /// The bytes of a file.
  ///
  /// - Throws: `Failure(.missingInput)` when it is not there, `Failure(.inputOutput)` when it cannot be read,
  ///   `Failure(.badData)` when it is longer than the limit.
  public static func read(_ path: String, limit: Int = defaultLimit) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      guard errno == ENOENT || errno == ENOTDIR else { throw Failure.system("cannot be read", path) }
      throw Failure(.missingInput, "no such file", at: path)
    }
    defer { close(descriptor) }
    return try read(descriptor: descriptor, limit: limit, at: path)
  }

  /// The bytes of a file, decompressed when it begins as a gzip file does, whatever its name.
  ///
  /// - Throws: what ``read(_:limit:)`` throws, and `Failure(.badData)` for a damaged or cut gzip file; the limit bounds the
  ///   decompressed bytes too.
  public static func readDecompressed(_ path: String, limit: Int = defaultLimit) throws -> [UInt8] {
    let bytes = try read(path, limit: limit)
    return Gzip.isCompressed(bytes) ? try Gzip.decompress(bytes, limit: limit, at: path) : bytes
  }

  /// All that comes on standard input.
  ///
  /// - Throws: `Failure(.inputOutput)`, `Failure(.badData)` when it is longer than the limit.
  public static func readStandardInput(limit: Int = defaultLimit) throws -> [UInt8] {
    try read(descriptor: STDIN_FILENO, limit: limit, at: "standard input")
  }

  private static func read(descriptor: Int32, limit: Int, at place: String) throws -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Failure.system("cannot be read", place) }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw Failure(.missingInput, "a folder, where a file is wanted", at: place)
    }
    // A regular file's size is known; one byte more shows its end. Pipes and devices are read in growing pieces.
    let isRegular = status.st_mode & S_IFMT == S_IFREG
    var bytes: [UInt8] = []
    var room = isRegular ? max(Int(status.st_size), 0) + 1 : 65_536
    while true {
      guard bytes.count <= limit, !isRegular || Int(status.st_size) <= limit else {
        throw Failure(.badData, "longer than \(limit) bytes, the most that is read", at: place)
      }
      let wanted = room
      let piece = try [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
        let result = Foundation.read(descriptor, buffer.baseAddress, wanted)
        guard result >= 0 || errno == EINTR else { throw Failure.system("cannot be read", place) }
        count = max(result, 0)
        if result < 0 { room = 0 }
      }
      if room == 0 {
        room = wanted  // interrupted: once more
      } else if piece.isEmpty {
        return bytes
      } else {
        if bytes.isEmpty { bytes = piece } else { bytes += piece }
        room = isRegular ? max(Int(status.st_size) - bytes.count, 0) + 1 : min(room * 2, 1 << 24)
      }
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
