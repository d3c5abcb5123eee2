import Foundation
import OFAFormats
import Testing

/// The built command, run as a user would.
struct Command {
  /// What a run came to.
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String

    /// The lines of standard output.
    var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  /// The command's path: it is built beside the tests.
  static let path: String = {
    let tests = (CommandLine.arguments[0] as NSString).resolvingSymlinksInPath
    return ((tests as NSString).deletingLastPathComponent as NSString).appendingPathComponent("ofa")
  }()

  /// Runs the command to its end.
  ///
  /// - Parameters:
  ///   - input: what stands on standard input.
  ///   - output: a file for standard output, in place of the outcome.
  static func run(_ arguments: [String], input: String = "", output: String? = nil) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    // Help is as wide as the terminal.
    process.environment = ProcessInfo.processInfo.environment.merging(["COLUMNS": "100"]) { $1 }
    let inputPipe = Pipe()
    let outputPipe = Pipe()
    let errorPipe = Pipe()
    process.standardInput = inputPipe
    process.standardError = errorPipe
    process.standardOutput = try output.map { try #require(FileHandle(forWritingAtPath: $0)) } ?? outputPipe
    try process.run()
    inputPipe.fileHandleForWriting.write(Data(input.utf8))
    try inputPipe.fileHandleForWriting.close()
    // Errors are a few lines, which a pipe holds while the output is read.
    let text = output == nil ? outputPipe.fileHandleForReading.readDataToEndOfFile() : Data()
    let errors = errorPipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: errors, as: UTF8.self))
  }
}

extension Command {
  /// Runs a script of bash's in which `$ofa` is the command, and returns what it prints.
  static func shell(_ script: String, in folder: String = NSTemporaryDirectory()) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", script]
    process.environment = ProcessInfo.processInfo.environment.merging(["ofa": path]) { $1 }
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text
  }
}

/// A JSON object's keys in the order in which they stand.
func keys(_ line: String) throws -> [String] {
  struct Keys: Decodable {
    let names: [String]
    struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
    init(from decoder: any Decoder) throws {
      names = try decoder.container(keyedBy: Key.self).allKeys.map(\.stringValue)
    }
  }
  return try JSON.decode(Keys.self, from: line, at: "output", unknownKeys: .ignored).names
}
