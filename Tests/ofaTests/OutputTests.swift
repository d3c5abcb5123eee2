import Foundation
import OFAFormats
import TestSupport
import Testing
import TinyWorld

/// What every command does about a file or folder that stands where it is to write.
@Suite struct OutputTests {
  private static let model = packageRoot + "/Models/mbv3-32-mnist"
  private static let subnet = "r24-33.33-33.33-33.33-33.33-33.33"
  private static let mine = "weeks of work"

  /// A command that writes a file, and what its flag for it is called.
  struct Writer: CustomTestStringConvertible, Sendable {
    var name: String
    var flag = "--output"
    var file = "result"
    /// Whether it can also run to its end in a moment.
    var isQuick = true
    var arguments: @Sendable (_ world: TinyWorld) throws -> [String]
    var testDescription: String { name }
  }

  static let writers = [
    Writer(name: "export to ONNX", file: "a.onnx") { _ in ["export", "--model", model, "--subnet", subnet] },
    Writer(name: "export of a plan", file: "a.plan") { _ in ["export", "--model", model, "--subnet", subnet] },
    Writer(name: "export of a configuration", file: "net.config") { _ in
      ["export", "--model", model, "--subnet", subnet]
    },
    Writer(name: "export of weights", file: "a.safetensors") { _ in ["export", "--model", model, "--subnet", subnet] },
    Writer(name: "forward", file: "logits.safetensors") { world in
      try Safetensors(tensors: [.init("images", shape: [1, 24, 24, 1], values: Array(repeating: 0.5, count: 576))])
        .write(to: world.path("images.safetensors"))
      try AtomicFile.write("\"\(subnet)\"\n", to: world.path("subnets.jsonl"))
      return [
        "forward", "--model", model, "--subnets", world.path("subnets.jsonl"), "--images",
        world.path("images.safetensors"),
      ]
    },
    Writer(name: "front", flag: "--front") { _ in ["specialize", "--model", model, "--time-limit", "1ms"] },
    Writer(name: "report", flag: "--report") { _ in ["specialize", "--model", model, "--time-limit", "1ms"] },
    Writer(name: "report of an evaluation", flag: "--report") { world in
      ["evaluate", "--model", model, "--data", world.data, "--subnets", "\"\(subnet)\""]
    },
    Writer(name: "report of a profile", flag: "--report") { world in
      ["profile", "--space", world.space, "--budget", "1ms", "--output", world.path("profile.json")]
    },
    Writer(name: "report of a fitted profile", flag: "--report") { world in
      try AtomicFile.write(FittedProfileTests.timed(world, seed: 1, count: 8), to: world.path("timed.jsonl"))
      return [
        "profile", "fit", "--networks", world.path("timed.jsonl"), "--space", world.space, "--device", "x", "--output",
        world.path("profile.json"),
      ]
    },
    Writer(name: "report of a run", isQuick: false) { world in ["report", world.path("none")] },
    Writer(name: "import of a network") { world in
      let config = world.path("net.config")
      _ = try Command.run(["export", "--model", model, "--subnet", subnet, "--output", config])
      return ["import", "--network", config, "--space", "mbv3-32", "--classes", "10", "--channels", "1"]
    },
    Writer(name: "profile") { world in ["profile", "--space", world.space, "--budget", "1ms"] },
    Writer(name: "fitted profile") { world in
      try AtomicFile.write(FittedProfileTests.timed(world, seed: 1, count: 8), to: world.path("timed.jsonl"))
      return ["profile", "fit", "--networks", world.path("timed.jsonl"), "--space", world.space, "--device", "x"]
    },
    Writer(name: "import of tables", isQuick: false) { world in
      ["import", "--latency-tables", world.path("none"), "--device", "x"]
    },
    Writer(name: "import of a predictor", isQuick: false) { world in
      ["import", "--predictor", world.path("none"), "--space", "mbv3-32"]
    },
    Writer(name: "predictor", isQuick: false) { world in
      ["predictor", "train", "--model", model, "--data", world.path("none")]
    },
  ]

  @Test("A file of the user's is not replaced without --force; one that the command wrote is", arguments: writers)
  func files(writer: Writer) throws {
    let world = try TinyWorld()
    let output = world.path(writer.file)
    let arguments = try writer.arguments(world) + [writer.flag, output]
    try AtomicFile.write(Self.mine, to: output)
    let refused = try Command.run(arguments)
    #expect(refused.status == 64 && refused.errors.contains("--force"), "\(refused.errors)")
    #expect(try InputFile.read(output) == Array(Self.mine.utf8))
    guard writer.isQuick else { return }
    for more in [["--force"], [], []] {
      let outcome = try Command.run(arguments + more)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try InputFile.read(output) != Array(Self.mine.utf8))
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: world.folder)
    #expect(!names.contains { $0.hasSuffix(".partial") })
  }

  @Test("A front does not replace results that somebody collects")
  func collection() throws {
    let world = try TinyWorld()
    let arguments = ["specialize", "--model", Self.model, "--time-limit", "1ms"]
    try AtomicFile.write(try Command.run(arguments + ["--json"]).output, to: world.path("subnets.jsonl"))
    #expect(try Command.run(arguments + ["--front", world.path("subnets.jsonl")]).status == 64)
  }

  @Test("An import replaces a model folder, and no other")
  func modelFolder() throws {
    guard let shared = sharedFolder else { return }
    let world = try TinyWorld()
    let output = world.path("project")
    let arguments = [
      "import", "--checkpoint", shared + "/reference/forward_mbv3/supernet.safetensors", "--space",
      "ofa_mbv3_d234_e346_k357_w1.0", "--width-multiplier", "0.25", "--classes", "10", "--output", output,
    ]
    try AtomicFile.write(Self.mine, to: output + "/thesis.tex")
    let refused = try Command.run(arguments)
    #expect(refused.status == 64 && refused.errors.contains("thesis.tex"), "\(refused.errors)")
    #expect(try InputFile.read(output + "/thesis.tex") == Array(Self.mine.utf8))
    try FileManager.default.removeItem(atPath: output + "/thesis.tex")
    for _ in 0..<2 {
      let outcome = try Command.run(arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
  }

  @Test(
    "A training refuses a folder in which something is in its way, before it begins",
    arguments: [
      "config.json", "metrics.jsonl", "report.html", "checkpoints/step-1.safetensors", "checkpoints/notes",
      "model/net.py", "model",
    ])
  func run(taken: String) throws {
    let world = try TinyWorld()
    let run = world.path("run")
    try AtomicFile.write(Self.mine, to: "\(run)/\(taken)")
    let arguments = [
      "train", "--space", world.space, "--data", world.data, "--recipe", world.recipe, "--output", run,
    ]
    for more in [[], ["--resume"]] {
      let refused = try Command.run(arguments + more)
      #expect([64, 74].contains(refused.status), "\(refused.errors)")
      #expect(refused.errors.contains((taken as NSString).lastPathComponent), "\(refused.errors)")
    }
    #expect(try InputFile.read("\(run)/\(taken)") == Array(Self.mine.utf8))
    #expect(try FileManager.default.subpathsOfDirectory(atPath: run).count == taken.split(separator: "/").count)
  }

  @Test("A training leaves files alone that are not its own, and drops only its own checkpoints")
  func companions() throws {
    let world = try TinyWorld()
    let run = world.path("run")
    try AtomicFile.write(Self.mine, to: run + "/notes.txt")
    mkdir(run + "/checkpoints", 0o777)
    let arguments = [
      "train", "--space", world.space, "--data", world.data, "--recipe", world.recipe, "--output", run,
    ]
    let trained = try Command.run(arguments)
    #expect(trained.status == 0, "\(trained.errors)")
    let own = try FileManager.default.contentsOfDirectory(atPath: run + "/checkpoints")
    #expect(own.count == 2, "\(own)")
    try AtomicFile.write(Self.mine, to: run + "/checkpoints/step-1.safetensors")
    let resumed = try Command.run(arguments + ["--resume"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    for name in ["notes.txt", "checkpoints/step-1.safetensors"] {
      #expect(try InputFile.read("\(run)/\(name)") == Array(Self.mine.utf8))
    }
  }
}
