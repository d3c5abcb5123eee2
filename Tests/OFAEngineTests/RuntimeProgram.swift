import Foundation
import TestSupport
import Testing

extension Toolchain {
  static let sanitizers = [
    Toolchain(
      name: "addresses and undefined behaviour", compiler: "cc",
      flags: ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]),
    Toolchain(name: "threads", compiler: "cc", flags: ["-O1", "-g", "-fsanitize=thread"]),
  ]

  static let withoutThreads = Toolchain(
    name: "without threads", compiler: "cc", flags: ["-O1", "-DOFA_SINGLE_THREAD"])
}

/// A C program with the runtime.
struct RuntimeProgram {
  /// The board's program.
  static let probe = ["main", "lines", "network", "system"].map { "Sources/ofa-probe/\($0).c" }

  private let program: String
  private let toolchain: Toolchain

  /// - Parameter training: whether the kernels of training are part of it.
  init(compiling main: [String], with toolchain: Toolchain, training: Bool, in folder: String) throws {
    self.toolchain = toolchain
    program = folder + "/program"
    let runtime = packageRoot + "/Sources/CRuntime"
    let sources = try FileManager.default.subpathsOfDirectory(atPath: runtime).filter {
      $0.hasSuffix(".c") && (training || !$0.hasPrefix("training/"))
    }.sorted()
    let (status, _, errors) = try Self.run(
      toolchain.compiler,
      toolchain.flags + ["-std=c11", "-pthread", "-I", runtime + "/include"]
        + sources.map { "\(runtime)/\($0)" } + main.map { "\(packageRoot)/\($0)" } + ["-lm", "-o", program])
    try #require(status == 0, "\(errors)")
  }

  /// What the program writes when its first argument is a file with these bytes.
  func run(file: [UInt8], _ arguments: [String]) throws -> Data {
    let (status, output, errors) = try ending(file: file, arguments)
    try #require(status == 0, "\(errors)")
    return output
  }

  /// How it ends then.
  func ending(file: [UInt8], _ arguments: [String]) throws -> (status: Int32, output: Data, errors: String) {
    let path = program + ".input"
    try Data(file).write(to: URL(fileURLWithPath: path))
    let words = [program, path] + arguments
    return try Self.run(
      toolchain.emulator ?? program, toolchain.emulator == nil ? Array(words.dropFirst()) : words)
  }

  private static func run(_ name: String, _ arguments: [String]) throws -> (
    status: Int32, output: Data, errors: String
  ) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: name.contains("/") ? name : try #require(Toolchain.find(name)))
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data().write(to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    let errors = try FileHandle(forWritingTo: folder)
    process.standardError = errors
    // Memory that is kept to a program's end is no leak.
    process.environment = ProcessInfo.processInfo.environment.merging(["ASAN_OPTIONS": "detect_leaks=0"]) { $1 }
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, data, String(decoding: try Data(contentsOf: folder), as: UTF8.self))
  }
}
