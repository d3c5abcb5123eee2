import Foundation
import OFAFormats

/// The three standard streams, whatever stands behind them.
enum Streams {
  /// Makes the streams safe to use, before anything else is opened.
  ///
  /// A descriptor that whoever starts the program has closed would be given to the next file that is opened, and
  /// progress would be written into a model. Such a one is opened the wrong way round, so that using it still fails as
  /// on a closed one. A reader that goes away is an error of the write, not the end of the program.
  static func prepare() {
    for (descriptor, flags) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
    where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest that is free is this one.
      _ = open("/dev/null", flags)
    }
    signal(SIGPIPE, SIG_IGN)
  }

  /// Writes a result on standard output, all of it.
  ///
  /// A reader that has seen enough, such as `head`, ends the program without a word, as the shell is used to.
  ///
  /// - Throws: `Failure(.inputOutput)`, on a full disk for example.
  static func write(_ text: String) throws {
    let code = write(text, to: STDOUT_FILENO)
    if code == EPIPE {
      signal(SIGPIPE, SIG_DFL)
      raise(SIGPIPE)
    }
    if code != 0 {
      throw Failure(.inputOutput, "cannot write: \(String(cString: strerror(code)))", at: "standard output")
    }
  }

  /// Writes a message on standard error. One that cannot be written is dropped: the work and the exit status stand.
  static func remark(_ text: String) {
    _ = write(text, to: STDERR_FILENO)
  }

  /// Writes all bytes and returns 0, or the system's number of what went wrong.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EAGAIN && descriptor == STDOUT_FILENO {
        // Whoever made the stream so that writing does not wait may read it slowly.
        var stream = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&stream, 1, -1)
        continue
      }
      guard count > 0 else { return count < 0 ? errno : EIO }
      bytes = bytes.dropFirst(count)
    }
    return 0
  }
}
