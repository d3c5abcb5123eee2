import Foundation

/// A file that is being read; closed when it goes away.
final class OpenFile {
  /// What it is called in errors.
  let place: String
  /// A regular file's length in bytes; nil for a pipe or a device.
  let size: Int?
  private let descriptor: Int32

  /// Opens a file.
  ///
  /// - Throws: `Failure(.missingInput)` when it is not there or a folder, `Failure(.inputOutput)` when it cannot be
  ///   read.
  convenience init(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      guard errno == ENOENT || errno == ENOTDIR else { throw Failure.system("cannot be read", path) }
      throw Failure(.missingInput, "no such file", at: path)
    }
    try self.init(descriptor, at: path)
  }

  /// Standard input.
  static func standardInput() throws -> OpenFile { try OpenFile(STDIN_FILENO, at: "standard input") }

  private init(_ descriptor: Int32, at place: String) throws {
    self.descriptor = descriptor
    self.place = place
    var status = stat()
    let isKnown = fstat(descriptor, &status) == 0
    size = isKnown && status.st_mode & S_IFMT == S_IFREG ? max(Int(status.st_size), 0) : nil
    guard isKnown else { throw Failure.system("cannot be read", place) }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw Failure(.missingInput, "a folder, where a file is wanted", at: place)
    }
  }

  deinit {
    if descriptor != STDIN_FILENO { close(descriptor) }
  }

  /// The next bytes, one to `room` of them; none at the end.
  func next(_ room: Int) throws -> [UInt8] {
    while true {
      var result = 0
      let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        result = Foundation.read(descriptor, buffer.baseAddress, room)
        count = max(result, 0)
      }
      if result >= 0 { return piece }
      if errno != EINTR { throw Failure.system("cannot be read", place) }
    }
  }
}
