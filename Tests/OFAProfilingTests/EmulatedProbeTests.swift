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
      _ = try ProbeBundle.write(to: folder + "/bundle")
      let flags = (toolchain.flags + ["-pthread"]).joined(separator: " ")
      let make = try Process.run(
        URL(fileURLWithPath: "/usr/bin/env"),
        arguments: ["make", "-s", "-C", folder + "/bundle", "CC=\(toolchain.compiler)", "CFLAGS=\(flags)"])
      make.waitUntilExit()
      try #require(make.terminationStatus == 0)
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
