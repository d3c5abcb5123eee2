import Foundation

/// Writes files whole or not at all.
///
/// The bytes go to a hidden file beside the place, reach the disk, and take the place by being renamed: a reader sees
/// the old file or the new one, a full disk or a kill leaves the old one.
public enum AtomicFile {
  /// Writes bytes to a file, replacing what is there and making the folders above it.
  ///
  /// A place that is no regular file, such as `/dev/stdout` or a pipe, is written directly.
  ///
  /// - Throws: `Failure(.inputOutput)` when the disk is full or the place cannot be written.
  public static func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
    try replace(path) { try $0.write(bytes) }
  }

  /// Writes a text in UTF-8 to a file; see ``write(_:to:)-(Sequence<UInt8>,_)``.
  ///
  /// - Throws: `Failure(.inputOutput)` when the disk is full or the place cannot be written.
  public static func write(_ text: String, to path: String) throws {
    try write(text.utf8, to: path)
  }

  private static func replace(_ path: String, _ body: (OutputFile) throws -> Void) throws {
    try withPlace(path) {
      let target: String
      switch try Place(path) {
      case .folder: throw Failure(.inputOutput, "a folder is in the place of the file; choose another name", at: path)
      case .device:
        let file = try OutputFile(path, existing: true)
        try body(file)
        return try file.close()
      case .file: target = try TemporaryPath.resolved(path)  // A link stays a link: what it points to is replaced.
      case .free: target = path
      }
      try TemporaryPath.makeFolder(above: target)
      let temporary = TemporaryPath.beside(target)
      do {
        let file = try OutputFile(temporary)
        try body(file)
        try file.synchronize()
        try file.close()
        guard rename(temporary, target) == 0 else { throw Failure.system("cannot be written", path) }
      } catch {
        unlink(temporary)
        throw error
      }
      TemporaryPath.synchronizeFolder(above: target)
    }
  }

  /// Names the place that the user knows, not the hidden file's.
  private static func withPlace(_ path: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let failure as Failure where failure.kind == .inputOutput {
      throw Failure(failure.kind, failure.message, at: path)
    }
  }
}
