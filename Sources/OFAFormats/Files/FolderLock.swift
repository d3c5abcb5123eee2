import Foundation

/// A folder that one process has to itself, until this goes away or the process ends, however it ends.
public final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Locks a folder, which is made where it is not there, and so are those above it; where its file system has no
  /// locks, nothing is locked.
  ///
  /// - Throws: `Failure(.usage)` when another process has it, `Failure(.inputOutput)` when it cannot be made or opened.
  public init(making path: String) throws {
    try TemporaryPath.makeFolder(path)
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure.system("the folder cannot be opened", path) }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      throw Failure(.usage, "another process is at work in this folder; wait for it, or choose another", at: path)
    }
  }

  deinit { close(descriptor) }
}
