import Foundation
import OFAFormats
import OFAProfiling
import OFASpace
import TestSupport
import Testing

/// The board's program as ARM boards have it: built from the bundle by a cross compiler, and run by an emulator.
@Suite struct EmulatedProbeTests {
  @Test(
    "On ARM the board's program answers for a network of every built-in space, and computes what the engine does",
    arguments: [Toolchain.arm64, .arm32])
  func spaces(_ toolchain: Toolchain) throws {
    guard toolchain.isThere, let emulator = toolchain.emulator else {
      return print("left out: no \(toolchain.compiler) or emulator for \(toolchain.name)")
    }
    try withTemporaryFolder { folder in
      try build(with: toolchain, in: folder)
      for name in SearchSpace.builtInNames {
        let space = try SearchSpace.named(name)
        let runner = try Runners.named(
          "exec:cd '\(folder)'; tee asked | \(emulator) bundle/ofa-probe --lines | tee answered", space: space,
          threads: 1)
        var request = Turn.Request(runs: 1)
        request.warmUps = 0
        request.blockRuns = 1
        let graph = space.graph(of: space.smallest)
        let turn = try runner.load([graph])[0].take(request)
        #expect(turn.milliseconds.count == 1 && turn.blockMilliseconds.map(\.count) == [graph.blocks.count], "\(name)")
        let difference = try largestDifference(in: folder)
        #expect(difference <= 1e-4, "\(name)")
      }
    }
  }

  @Test("For the first Raspberry Pis, whose processor has no 64-bit atomics, the bundle builds, threads and all")
  func withoutAtomics() throws {
    guard Toolchain.arm32.isThere, let emulator = Toolchain.arm32.emulator else {
      return print("left out: no \(Toolchain.arm32.compiler) or emulator")
    }
    let toolchain = Toolchain(
      name: "ARMv6", compiler: Toolchain.arm32.compiler,
      flags: Toolchain.arm32.flags + ["-march=armv6+fp", "-mfloat-abi=hard", "-marm"])
    try withTemporaryFolder { folder in
      try build(with: toolchain, in: folder)
      let space = try tinySpace()
      let runner = try Runners.named(
        "exec:\(emulator) '\(folder)/bundle/ofa-probe' --lines --threads 2", space: space, threads: 2)
      let turn = try runner.load([space.graph(of: space.largest)])[0].take(Turn.Request(runs: 1))
      #expect(turn.milliseconds.count == 1 && runner.measurement.threads == 2)
    }
  }

  @Test("A board of 32 bits gives no memory to the times of more blocks than it can address")
  func blockTimes() throws {
    guard Toolchain.arm32.isThere, let emulator = Toolchain.arm32.emulator else {
      return print("left out: no \(Toolchain.arm32.compiler) or emulator")
    }
    try withTemporaryFolder { folder in
      try build(with: .arm32, in: folder)
      let space = try tinySpace()
      let runner = try Runners.named(
        "exec:cd '\(folder)'; tee asked | \(emulator) bundle/ofa-probe --lines", space: space, threads: 1)
      _ = try runner.load([space.graph(of: space.smallest)])
      let asked = try InputFile.read(folder + "/asked").split(separator: UInt8(ascii: "\n"))
      let load = try #require(asked.last { $0.starts(with: "load ".utf8) })
      var words = load.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
      var plan = try #require(Data(base64Encoded: words[2]))
      // The header's number of blocks: times 100,000 it is little more than 2³².
      withUnsafeBytes(of: UInt32(42_950)) { plan.replaceSubrange(68..<72, with: $0) }
      words[2] = plan.base64EncodedString()
      try (words.joined(separator: " ") + "\nturn \(words[1]) 0 100000 1 0 1\n").write(
        toFile: folder + "/requests", atomically: true, encoding: .utf8)
      let shell = Process()
      shell.executableURL = URL(fileURLWithPath: "/bin/sh")
      shell.arguments = ["-c", "\(emulator) '\(folder)/bundle/ofa-probe' --lines < '\(folder)/requests'"]
      let output = Pipe()
      shell.standardOutput = output
      try shell.run()
      let answers = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      shell.waitUntilExit()
      #expect(answers.hasPrefix("{\"loaded\":"), "\(answers.prefix(200))")
      #expect(answers.hasSuffix("{\"error\":\"out of memory\",\"kind\":\"memory\"}\n"), "\(answers.prefix(200))")
    }
  }

  /// Builds the bundle in a folder.
  private func build(with toolchain: Toolchain, in folder: String) throws {
    _ = try ProbeBundle.write(to: folder + "/bundle")
    let flags = (toolchain.flags + ["-pthread"]).joined(separator: " ")
    let make = try Process.run(
      URL(fileURLWithPath: "/usr/bin/env"),
      arguments: ["make", "-s", "-C", folder + "/bundle", "CC=\(toolchain.compiler)", "CFLAGS=\(flags)"])
    make.waitUntilExit()
    try #require(make.terminationStatus == 0)
  }

  /// The most by which a logit of the network that was loaded last was off, in parts of the largest or of 1.
  private func largestDifference(in folder: String) throws -> Double {
    struct Loaded: Decodable { var difference: Double }
    func line(_ start: String, of file: String) throws -> ArraySlice<UInt8> {
      let lines = try InputFile.read("\(folder)/\(file)").split(separator: UInt8(ascii: "\n"))
      return try #require(lines.last { $0.starts(with: start.utf8) })
    }
    let words = try line("load ", of: "asked").split(separator: UInt8(ascii: " "))
    let logits = try #require(Data(base64Encoded: Data(words[4])))
    let largest = logits.withUnsafeBytes { bytes in
      bytes.bindMemory(to: Float.self).reduce(1) { max($0, abs($1)) }
    }
    let loaded = try line("{\"loaded\"", of: "answered")
    return try JSONDecoder().decode(Loaded.self, from: Data(loaded)).difference / Double(largest)
  }
}
