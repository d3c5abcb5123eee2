import Foundation
import OFAFormats
import OFASpace
import TestSupport
import Testing
import TinyWorld

/// How commands are told which subnets and which model they are about.
@Suite struct NamingTests {
  private let world: TinyWorld
  private let model = packageRoot + "/Models/mbv3-32-mnist"
  private let id = "r24-33.33-33.33-33.33-33.33-33.33"

  init() throws { world = try TinyWorld() }

  /// The forms in which a subnet is named, and what is to stand on standard input.
  private func forms() throws -> [(named: String, input: String)] {
    let json = #"{"resolution":24,"depths":2,"kernelSizes":3,"expandRatios":3}"#
    let result = #"{"id":"\#(id)","predictedAccuracy":0.5}"#
    try AtomicFile.write("\(id)\n", to: world.path("subnet.txt"))
    try AtomicFile.write("{\"subnet\":\(json)}\n", to: world.path("subnet"))
    return [
      (id, ""), (json, ""), (result, ""), ("\"\(id)\"", ""), (world.path("subnet.txt"), ""), (world.path("subnet"), ""),
      ("-", "\(id)\n"), ("-", json),
    ]
  }

  @Test("Every command takes a subnet by its id, as JSON, from a file and from standard input, and answers the same")
  func everywhere() throws {
    let images = world.path("images.safetensors")
    try Safetensors(tensors: [.init("images", shape: [1, 24, 24, 1], values: Array(repeating: 0.5, count: 576))])
      .write(to: images)
    let picture = packageRoot + "/Models/mbv3-32-mnist/README.md"
    for (flag, arguments) in [
      ("--subnets", ["cost", "--model", model]),
      ("--subnets", ["forward", "--model", model, "--images", images, "--output", world.path("out.safetensors")]),
      ("--subnet", ["export", "--model", model, "--output", world.path("subnet.plan")]),
      // No photograph: that is only found once the subnet is known.
      ("--subnet", ["classify", "--model", model, picture]),
    ] {
      var outcomes: Set<String> = []
      for (named, input) in try forms() {
        let outcome = try Command.run(arguments + [flag, named, "--json"], input: input)
        #expect(outcome.status == (arguments[0] == "classify" ? 65 : 0), "\(arguments) \(named): \(outcome.errors)")
        outcomes.insert(outcome.output + outcome.errors)
      }
      #expect(outcomes.count == 1, "\(arguments): \(outcomes)")
    }
    // Results that tell what was measured are not the same twice.
    let profile = world.path("profile.json")
    let space = ["--space", world.space]
    _ = try Command.run(["profile"] + space + ["--budget", "1ms", "--output", profile])
    for arguments in [
      ["latency", "--profile", profile] + space + ["--subnets", "r8-23-23"],
      ["measure"] + space + ["--subnets", "r8-23-23"],
      ["bench", "inference"] + space + ["--subnet", "r8-23-23"],
    ] {
      let outcome = try Command.run(arguments + ["--json"])
      #expect(outcome.status == 0 && outcome.lines.count == 1, "\(arguments): \(outcome.errors)")
    }
  }

  @Test("What is neither an id nor a file is usage and says both; a path that is not there is missing input")
  func mistakes() throws {
    for (flag, arguments) in [
      ("--subnets", ["cost", "--model", model]),
      ("--subnet", ["export", "--model", model, "--output", world.path("subnet.onnx")]),
    ] {
      let nonsense = try Command.run(arguments + [flag, "nonsense"])
      #expect(nonsense.status == 64 && nonsense.errors.contains("'nonsense' is no subnet's id"), "\(nonsense.errors)")
      #expect(nonsense.errors.hasSuffix("; nor is there a file of this name\n"), "\(nonsense.errors)")
      for path in ["none.jsonl", world.path("none")] {
        let missing = try Command.run(arguments + [flag, path])
        #expect(missing.status == 66 && missing.errors == "error: \(path): no such file\n", "\(missing.errors)")
      }
      let broken = try Command.run(arguments + [flag, "{\"depths\":"])
      #expect(broken.status == 64 && broken.errors.hasPrefix("error: \(flag)"), "\(broken.errors)")
    }
    try AtomicFile.write("\"\(id)\"\n\n\"\(id)\"\n", to: world.path("two.jsonl"))
    let export = ["export", "--model", model, "--output", world.path("subnet.onnx"), "--subnet"]
    let two = try Command.run(export + [world.path("two.jsonl")])
    #expect(two.status == 64 && two.errors.contains("two.jsonl: 2 subnets, where one is wanted"), "\(two.errors)")
    #expect(try Command.run(["cost", "--model", model, "--subnets", world.path("two.jsonl")]).status == 0)
    // JSON of one subnet may run over lines.
    try AtomicFile.write(
      "{\n\"resolution\": 24, \"depths\": 2,\n\"kernelSizes\": 3, \"expandRatios\": 3\n}\n", to: world.path("one"))
    #expect(try Command.run(export + [world.path("one")]).status == 0)
  }

  @Test("A model is found by the folder of the run that left it; of a run without one the command is told that goes on")
  func modelOfRun() throws {
    let run = world.path("run")
    let trained = try Command.run([
      "train", "--space", world.space, "--data", world.data, "--recipe", world.recipe, "--output", run,
    ])
    #expect(trained.status == 0, "\(trained.errors)")
    for arguments in [
      ["cost", "--subnets", "r8-23-23"], ["evaluate", "--data", world.data, "--subnets", "r8-23-23"],
      ["specialize", "--time-limit", "1ms", "--max-macs", "1G", "--seed", "1"],
      ["export", "--subnet", "r8-23-23", "--output", world.path("subnet.plan")],
    ] {
      func outcome(_ model: String) throws -> Command.Outcome {
        try Command.run(arguments + ["--model", model, "--json"])
      }
      let (short, long) = (try outcome(run), try outcome(run + "/model"))
      #expect(short.status == 0, "\(arguments): \(short.errors)")
      if arguments[0] != "specialize" { #expect(short.output == long.output) }
    }
    try FileManager.default.removeItem(atPath: run + "/model")
    let none = try Command.run(["cost", "--subnets", "r8-23-23", "--model", run])
    let advice = try #require(none.errors.firstMatch(of: /no model yet; go on with: ofa (.*)\n/), "\(none.errors)").1
    #expect(none.status == 66)
    #expect(try Command.run(advice.split(separator: " ").map(String.init)).status == 0)
    #expect(try Command.run(["cost", "--subnets", "r8-23-23", "--model", run]).status == 0)
    #expect(try Command.run(["cost", "--subnets", "r8-23-23", "--model", world.path("none")]).status == 66)
  }
}
