import Foundation
import OFAFormats
import Testing

/// The help of every command, as it was when somebody last read it.
///
/// To record it anew, delete a snapshot and run the tests: the snapshot is written, and the run fails so that it is
/// read.
@Suite struct HelpTests {
  private static let folder = (#filePath as NSString).deletingLastPathComponent + "/Snapshots"

  static let commands = [
    "", "list", "list spaces", "list recipes", "list devices", "list models", "space", "cost", "data", "data inspect",
    "train", "evaluate", "predictor", "predictor train", "rank", "report", "classify", "profile", "profile blocks",
    "profile fit", "latency", "measure", "probe", "probe bundle", "specialize", "front", "export", "forward", "import",
    "bench", "bench train-step", "bench inference", "bench kernels", "bench search",
  ]

  @Test("The help of a command is its snapshot", arguments: commands)
  func help(command: String) throws {
    let outcome = try Command.run(command.split(separator: " ").map(String.init) + ["--help"])
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let name = (["ofa"] + command.split(separator: " ").map(String.init)).joined(separator: "-")
    let path = "\(Self.folder)/\(name).txt"
    guard FileManager.default.fileExists(atPath: path) else {
      try AtomicFile.write(outcome.output, to: path)
      Issue.record("\(path) was recorded; read it, and run again")
      return
    }
    #expect(outcome.output == String(decoding: try InputFile.read(path), as: UTF8.self))
  }

  @Test("The root lists every command that has help")
  func lists() throws {
    let listed = try Command.run(["--help"]).output.split(separator: "\n")
      .filter { $0.hasPrefix("  ") && !$0.hasPrefix("  -") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(Set(listed) == Set(Self.commands.compactMap { $0.split(separator: " ").first.map(String.init) }))
  }

  @Test("The version is told by the root and by a command")
  func version() throws {
    for arguments in [["--version"], ["cost", "--version"]] {
      let outcome = try Command.run(arguments)
      #expect(outcome.status == 0 && outcome.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    }
  }
}
