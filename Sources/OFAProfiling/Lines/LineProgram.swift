import Foundation
import OFAFormats
import Synchronization

/// A program that is asked by lines on its standard input and answers by lines on its standard output.
///
/// Nothing waits without a bound: a program that hangs, ends or closes its streams is a ``Lost``.
final class LineProgram {
  /// Why a program answers no more. Whoever asked may start it again, or ask another.
  struct Lost: Error {
    var reason: String
  }

  /// How the program is called in messages.
  let name: String
  private let process = Process()
  private let input: Int32
  private let output: Int32
  private let complaints: String
  private let isInterrupted: () -> Bool
  /// What came behind the last line's end.
  private var rest: [UInt8] = []

  /// A line of an answer at most.
  private static let mostBytes = 64 << 20
  /// How often it is asked whether to go on waiting.
  private static let glance: Duration = .milliseconds(50)

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - words: the program, by path or name, and its arguments.
  ///   - environment: variables beside those of this program.
  ///   - isInterrupted: asked while waiting; waiting ends with `.interrupted` when it says so.
  /// - Throws: `.inputOutput` when there is no process or no pipe to be had.
  init(
    _ words: [String], name: String, environment: [String: String] = [:], isInterrupted: @escaping () -> Bool
  ) throws {
    self.name = name
    self.isInterrupted = isInterrupted
    // A file takes all that is said; a pipe that nobody reads would stop the program once it is full.
    complaints = FileManager.default.temporaryDirectory.appendingPathComponent("ofa-\(UUID().uuidString).log").path
    try AtomicFile.write("", to: complaints)
    var pairs: [Int32] = [-1, -1]
    // A socket, as writing on one whose reader is gone can be an error, not a signal.
    guard socketpair(AF_UNIX, Self.stream, 0, &pairs) == 0 else {
      throw Failure(.inputOutput, "no socket to be had: \(String(cString: strerror(errno)))", at: name)
    }
    input = pairs[0]
    let answers = Pipe()
    output = dup(answers.fileHandleForReading.fileDescriptor)
    for descriptor in [input, output] {
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle(fileDescriptor: pairs[1], closeOnDealloc: false)
    // While this program held the other end too, it would not learn that nobody else does.
    defer { close(pairs[1]) }
    process.standardOutput = answers
    process.standardError = FileHandle(forWritingAtPath: complaints) ?? FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw Failure(.inputOutput, "cannot start a process: \(error.localizedDescription)", at: name)
    }
  }

  deinit {
    // A program ends with its input; one that does not is ended.
    close(input)
    close(output)
    process.end(within: .seconds(1))
    try? FileManager.default.removeItem(atPath: complaints)
  }

  /// Writes a line and reads the next.
  ///
  /// - Parameter patience: how long the program may be silent, or take nothing, before it counts as lost.
  /// - Throws: ``Lost``; `.interrupted`.
  func ask(_ line: String, patience: Duration) throws -> [UInt8] {
    try write(Array(line.utf8) + [UInt8(ascii: "\n")], patience: patience)
    return try readLine(patience: patience)
  }

  private func write(_ bytes: [UInt8], patience: Duration) throws {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(input, $0.baseAddress.map { $0 + written }, bytes.count - written, Self.noSignal)
      }
      if count > 0 {
        written += count
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        try wait(for: input, events: POLLOUT, patience: patience)
      } else if errno != EINTR {
        // Nobody takes it any more. What was said before can still be read, and then the end.
        return
      }
    }
  }

  private func readLine(patience: Duration) throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var searched = 0
    while true {
      if let end = rest[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(rest[..<end])
        rest.removeFirst(end + 1)
        return line
      }
      searched = rest.count
      guard rest.count < Self.mostBytes else { throw lost("answers without an end") }
      let count = read(output, &buffer, buffer.count)
      if count > 0 {
        rest += buffer[..<count]
      } else if count == 0 {
        throw lost("ended")
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        try wait(for: output, events: POLLIN, patience: patience)
      } else if errno != EINTR {
        throw lost("cannot be read: \(String(cString: strerror(errno)))")
      }
    }
  }

  private func wait(for descriptor: Int32, events: Int32, patience: Duration) throws {
    let clock = ContinuousClock()
    let end = clock.now + patience
    var stream = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    while poll(&stream, 1, Int32(Self.glance / .milliseconds(1))) <= 0 {
      if isInterrupted() { throw Failure(.interrupted, "interrupted while measuring") }
      if clock.now > end { throw lost("says nothing for \(Int(patience / .seconds(1))) s") }
    }
  }

  /// What became of the program, with its last complaint.
  private func lost(_ what: String) -> Lost {
    let said = String(decoding: lastComplaints, as: UTF8.self)
    let last = said.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
    return Lost(reason: "it \(what)" + (last.map { ", and says: \($0)" } ?? ""))
  }

  /// The end of what it has said.
  private var lastComplaints: Data {
    guard let file = FileHandle(forReadingAtPath: complaints), let end = try? file.seekToEnd() else { return Data() }
    try? file.seek(toOffset: end - min(end, 1 << 16))
    return (try? file.readToEnd()) ?? Data()
  }

  #if canImport(Darwin)
    private static let stream = SOCK_STREAM
    private static let noSignal: Int32 = 0
  #else
    private static let stream = Int32(SOCK_STREAM.rawValue)
    private static let noSignal = Int32(MSG_NOSIGNAL)
  #endif
}
