import Foundation

/// What stands at a path that is to be written.
enum Place {
  /// Nothing.
  case free
  /// A regular file of so many bytes.
  case file(bytes: Int)
  /// A folder.
  case folder
  /// A pipe, a terminal or a device, which is written as it is.
  case device

  /// Looks at a path; links are followed.
  ///
  /// - Throws: `Failure(.inputOutput)` for a link to nothing, which a new file would take the place of, and for what
  ///   cannot be looked at.
  init(_ path: String) throws {
    var status = stat()
    if stat(path, &status) == 0 {
      switch status.st_mode & S_IFMT {
      case S_IFREG: self = .file(bytes: Int(status.st_size))
      case S_IFDIR: self = .folder
      default: self = .device
      }
      return
    }
    guard errno == ENOENT else { throw Failure.system("cannot be written", path) }
    guard lstat(path, &status) != 0 else {
      throw Failure(.inputOutput, "a link to a place that is not there; remove it or choose another name", at: path)
    }
    self = .free
  }
}
