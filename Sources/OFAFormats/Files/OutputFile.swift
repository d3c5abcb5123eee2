import Foundation

/// A file that is being written; closed when it goes away.
final class OutputFile {
  private var descriptor: Int32
  private let path: String

  /// Opens a new file, which must not be there, or one to append to.
  init(_ path: String, appending: Bool = false, existing: Bool = false) throws {
    self.path = path
    let flags = appending ? O_CREAT | O_APPEND : existing ? 0 : O_CREAT | O_EXCL
    descriptor = open(path, O_WRONLY | O_CLOEXEC | flags, 0o666)
    if descriptor < 0 { throw Failure.system("cannot be written", path) }
  }

  deinit {
    if descriptor >= 0 { _ = Foundation.close(descriptor) }
  }

  /// Writes all the bytes.
  func write(_ bytes: some Sequence<UInt8>) throws {
    let bytes = ContiguousArray(bytes)
    try bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = Foundation.write(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
        if count >= 0 {
          done += count
        } else if errno != EINTR {
          throw Failure.system("cannot be written", path)
        }
      }
    }
  }

  /// Waits until the disk has the bytes.
  func synchronize() throws {
    // Pipes and terminals cannot be synchronized and need not be.
    if fsync(descriptor) != 0, errno != EINVAL, errno != ENOTSUP { throw Failure.system("cannot be written", path) }
  }

  /// Closes the file; some file systems report only now that the disk is full.
  func close() throws {
    let result = Foundation.close(descriptor)
    descriptor = -1
    if result != 0 { throw Failure.system("cannot be written", path) }
  }
}
