import Foundation
import TestSupport
import Testing

/// A C program with the runtime, compiled for 64-bit ARM.
struct Emulator {
  private let program: String

  static let isThere = find("aarch64-linux-gnu-gcc") != nil && find("qemu-aarch64") != nil

  private static func find(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  init(compiling main: String, in folder: String) throws {
    program = folder + "/program"
    let runtime = packageRoot + "/Sources/CRuntime"
    let sources = try FileManager.default.subpathsOfDirectory(atPath: runtime).filter { $0.hasSuffix(".c") }.sorted()
    let flags = ["-O2", "-std=c11", "-pthread", "-static", "-I", runtime + "/include"]
    let status = try Self.run(
      "aarch64-linux-gnu-gcc",
      flags + sources.map { "\(runtime)/\($0)" } + ["\(packageRoot)/\(main)", "-lm", "-o", program]
    ).status
    try #require(status == 0)
  }

  /// What the program writes when its first argument is a file with these bytes.
  func run(file: [UInt8], _ arguments: [String]) throws -> Data {
    let path = program + ".input"
    try Data(file).write(to: URL(fileURLWithPath: path))
    let (status, output) = try Self.run("qemu-aarch64", [program, path] + arguments)
    try #require(status == 0)
    return output
  }

  private static func run(_ name: String, _ arguments: [String]) throws -> (status: Int32, output: Data) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(find(name)))
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, data)
  }
}
