import Foundation
import Synchronization

/// The hidden names beside a place at which its new content is made.
enum TemporaryPath {
  private static let counter = Atomic<Int>(0)

  /// A path in the same folder that nobody else uses: `.weights.safetensors.4711-3.partial`.
  static func beside(_ path: String) -> String {
    let (folder, name) = split(path)
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    // A name may be so long that nothing can be added to it.
    let start = String(String.UnicodeScalarView(name.unicodeScalars.prefix(32)))
    return "\(folder)/.\(start).\(getpid())-\(number).partial"
  }

  /// Whether a name is one of these, left by a program that was killed.
  static func isOurs(_ name: String) -> Bool {
    name.wholeMatch(of: /\..+\.\d+-\d+\.partial/) != nil
  }

  /// Makes and removes a hidden file where a path's folder is or would be made.
  ///
  /// - Parameter place: what is named in the error.
  /// - Throws: `Failure(.inputOutput)`.
  static func tryWriting(beside path: String, at place: String) throws {
    var folder = split(path).folder
    while folder != "/." && folder != ".", access(folder, F_OK) != 0, errno == ENOENT { folder = split(folder).folder }
    let trial = beside(folder + "/trial")
    let descriptor = open(trial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure.system("cannot be written", place) }
    close(descriptor)
    unlink(trial)
  }

  /// The path with links followed.
  static func resolved(_ path: String) throws -> String {
    guard let resolved = realpath(path, nil) else { throw Failure.system("cannot be written", path) }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Makes the folders above a path.
  static func makeFolder(above path: String) throws { try makeFolder(split(path).folder) }

  /// Makes a folder, and those above it.
  static func makeFolder(_ folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw Failure(.inputOutput, "the folder cannot be made: \(error.localizedDescription)", at: folder)
    }
  }

  /// Asks that a path's folder remembers a rename after a crash; nothing depends on the answer.
  static func synchronizeFolder(above path: String) {
    synchronizeFolder(split(path).folder)
  }

  /// Asks that a folder's entries reach the disk.
  static func synchronizeFolder(_ folder: String) {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    if descriptor >= 0 {
      fsync(descriptor)
      close(descriptor)
    }
  }

  private static func split(_ path: String) -> (folder: String, name: Substring) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path[...]) }
    let folder = slash == path.startIndex ? "/." : String(path[..<slash])
    return (folder, path[path.index(after: slash)...])
  }
}
