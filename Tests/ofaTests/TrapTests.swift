import Foundation
import OFAData
import OFAFormats
import TestSupport
import Testing
import TinyWorld

/// What flags, variables and files can say beyond all measure ends with a line and a status, never by a trap.
@Suite struct TrapTests {
  private let world: TinyWorld

  init() throws { world = try TinyWorld() }

  /// Runs the command and expects a status, one line of error, and some words in it.
  private func expect(
    _ arguments: [String], _ status: Int32, _ words: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try Command.run(arguments)
    #expect(outcome.status == status, "\(arguments): \(outcome.errors)", sourceLocation: sourceLocation)
    #expect(
      outcome.errors.hasPrefix("error: ") && outcome.errors.count { $0 == "\n" } == 1, sourceLocation: sourceLocation)
    for word in words {
      #expect(outcome.errors.contains(word), "\(outcome.errors) lacks \(word)", sourceLocation: sourceLocation)
    }
  }

  /// Writes a text into the world's folder.
  private func file(_ name: String, _ text: String) throws -> String {
    try AtomicFile.write(text, to: world.path(name))
    return world.path(name)
  }

  /// Runs a shell command in which `$0` is the command.
  private func shell(_ script: String) throws -> (status: Int32, text: String) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "exec 2>&1; " + script, Command.path]
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  private var train: [String] {
    [
      "train", "--space", world.space, "--data", world.data, "--threads", "1", "--output", world.path("run"),
      "--recipe",
    ]
  }

  @Test("Spans, epochs and samples that nobody can wait for")
  func flags() throws {
    let ages = String(repeating: "9", count: 60) + "h"
    try expect(train + [world.recipe, "--time", ages], 64, ["--time", "a thousand years"])
    try expect(["profile", "--space", world.space, "--output", "p", "--budget", ages], 64, ["--budget"])
    try expect(["specialize", "--space", world.space, "--time-limit", ages], 64, ["--time-limit"])
    try expect(train + [world.recipe, "--epochs", "\(Int.max)"], 64, ["--epochs", "1000000"])
    let predictor = ["predictor", "train", "--model", "m", "--data", "d", "--output", "o"]
    try expect(predictor + ["--samples", "\(Int.max)"], 64, ["--samples", "1000000"])
  }

  @Test("Networks that no machine can hold are refused before anything is made of them")
  func memory() throws {
    // Its image alone takes 275 GB.
    let space = try file(
      "large.json",
      """
      {"format": "ofa-space", "version": 1, "name": "large", "channels": 4096, "classes": 2, "resolutions": [4096],
       "widthMultiplier": 1, "widthDivisor": 1, "epsilon": 1e-5,
       "stem": {"width": 1, "kernelSize": 1, "stride": 1, "activation": "relu"},
       "stages": [{"width": 1, "stride": 1, "depths": [1], "kernelSizes": [3], "expandRatios": [1],
                   "activation": "relu", "squeezeExcite": false}],
       "head": {}}
      """)
    let subnet = "r4096-13"
    try expect(["bench", "inference", "--space", space, "--subnet", subnet], 64, ["GB of memory"])
    try expect(["bench", "train-step", "--space", space, "--subnet", subnet], 64, ["GB of memory"])
    try expect(["bench", "kernels", "--space", space, "--subnet", subnet], 64, ["GB of memory"])
    let subnets = try file("large.jsonl", "\"\(subnet)\"\n")
    try expect(["measure", "--runner", "host", "--space", space, "--subnets", subnets], 64, ["GB of memory"])
  }

  @Test("Another run's configuration with a time or epochs beyond all measure")
  func configurations() throws {
    let outcome = try Command.run(train + [world.recipe, "--epochs", "1"])
    #expect(outcome.status == 0)
    let text = String(decoding: try InputFile.read(world.path("run/config.json")), as: UTF8.self)
    for (budget, place) in [("\"timeSeconds\": 1e300", "timeSeconds"), ("\"epochs\": \(Int.max)", "epochs")] {
      let changed = text.replacing("\"budget\": { \"epochs\": 1 }", with: "\"budget\": { \(budget) }")
      #expect(changed != text)
      try expect(
        ["train", "--config", try file("c.json", changed), "--output", world.path("other")], 65,
        ["c.json: budget.\(place)"])
    }
  }

  @Test("Metrics that were changed since still make a report")
  func metrics() throws {
    let arguments = train + [world.recipe, "--resume"]
    #expect(try Command.run(arguments).status == 0)
    let path = world.path("run/metrics.jsonl")
    let lines = String(decoding: try InputFile.read(path), as: UTF8.self).split(separator: "\n").map(String.init)
    #expect(lines.count > 2)
    let steps = try Regex("\"step\":[0-9]+")
    for changed in [
      lines.reversed(), lines.map { $0.replacing(steps, with: "\"step\":-3") },
      lines.enumerated().map { $1.replacing("\"loss\":", with: "\"loss\":\($0 % 2 == 0 ? "" : "-")1e308,\"was\":") },
      lines.map { $0.replacing("\"loss\":", with: "\"loss\":5e-324,\"was\":") },
    ] {
      try AtomicFile.write(changed.joined(separator: "\n") + "\n", to: path)
      try? FileManager.default.removeItem(atPath: world.path("run/report.html"))
      let outcome = try Command.run(arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(FileManager.default.fileExists(atPath: world.path("run/report.html")))
    }
  }

  @Test("A set so small that nothing is held out, and a model whose logits are no numbers")
  func evaluations() throws {
    #expect(try Command.run(train + [world.recipe]).status == 0)
    let model = world.path("run/model")
    for part in ["train", "t10k"] {
      try AtomicFile.write(
        TinyWorld.idx([3, 12, 12], [UInt8](repeating: 9, count: 3 * 144)),
        to: world.path("three/\(part)-images-idx3-ubyte"))
      try AtomicFile.write(TinyWorld.idx([3], [0, 1, 2]), to: world.path("three/\(part)-labels-idx1-ubyte"))
    }
    let subnets = try file("s.jsonl", "{\"resolution\":12,\"depths\":2,\"kernelSizes\":3,\"expandRatios\":3}\n")
    let evaluate = ["evaluate", "--model", model, "--subnets", subnets, "--data"]
    try expect(evaluate + [world.path("three"), "--split", "heldout"], 65, ["three", "held out"])
    try expect(
      ["predictor", "train", "--model", model, "--data", world.path("three"), "--output", world.path("p")], 65,
      ["three"])

    var weights = try Safetensors(reading: model + "/weights.safetensors")
    for index in weights.tensors.indices {
      for value in weights.tensors[index].values.indices {
        weights.tensors[index].values[value] = value % 2 == 0 ? 3e38 : -3e38
      }
    }
    try weights.write(to: model + "/weights.safetensors")
    try expect(evaluate + [world.data, "--json"], 65, ["run/model", "no number"])
    try expect(["specialize", "--model", model, "--data", world.data, "--in-the-loop"], 65, ["logits numbers"])
    try expect(
      ["predictor", "train", "--model", model, "--data", world.data, "--output", world.path("p")], 65,
      ["run/model", "no number"])
    #expect(!FileManager.default.fileExists(atPath: world.path("p")))
    let predictor = try world.linearPredictor(weights: Array(repeating: 0.01, count: 16))
    try expect(
      ["specialize", "--model", model, "--data", world.data, "--predictor", predictor], 65, ["logits numbers"])
  }

  @Test("A folder of pictures is found by any path, one of a single character too, and its pictures' sizes are told")
  func shortPaths() throws {
    let picture = Picture(height: 200, width: 300, channels: 1, pixels: [UInt8](repeating: 9, count: 60_000))
    for number in 0..<10 { try AtomicFile.write(picture.png(), to: world.path("g/\(number % 2)/\(number).png")) }
    for line in ["cd g && \"$0\" data inspect .", "\"$0\" data inspect g"] {
      let (status, text) = try shell("cd '\(world.folder)' && " + line)
      #expect(status == 0 && text.contains("; 200 × 300 pixels, grey"), "\(status): \(text)")
    }
    let (status, text) = try shell("cd '\(world.folder)' && \"$0\" data inspect q")
    #expect(status == 66 && text.contains("no such folder of images"), "\(status): \(text)")
    try FileManager.default.removeItem(atPath: world.path("g/0/8.png"))
    try FileManager.default.removeItem(atPath: world.path("g/1/9.png"))
    try expect(["data", "inspect", world.path("g")], 65, ["five pictures", "a folder test"])
  }

  @Test("A terminal that says it has next to no columns gets help all the same", arguments: ["0", "-5", "1", "10"])
  func columns(_ columns: String) throws {
    let (status, text) = try shell("COLUMNS=\(columns) \"$0\" train --help")
    #expect(status == 0 && text.contains("progressive"))
  }

  @Test("An interpreter that says more than a pipe holds is read to its end")
  func noisyInterpreter() throws {
    #expect(try Command.run(train + [world.recipe]).status == 0)
    let noisy = world.path("noisy")
    try writeProgram("#!/bin/sh\nhead -c 1000000 /dev/zero | tr '\\0' x >&2\nexit 9\n", to: noisy)
    let (status, text) = try shell(
      """
      OFA_PYTHON='\(noisy)' timeout 60 "$0" export --model '\(world.path("run/model"))' --output '\(world.path("x.onnx"))' --verify \
        --subnet '{"resolution":12,"depths":2,"kernelSizes":3,"expandRatios":3}'
      """)
    #expect(status == 65 && text.contains("ONNX Runtime refuses it"), "\(status): \(text.prefix(200))")
  }

  @Test("Memory that the machine has and the system does not give is refused like that which it has not")
  func refusedMemory() throws {
    let (status, text) = try shell(
      """
      ulimit -v 2000000 && "$0" bench train-step --space mbv3-32 --threads 1 --batch 1024 \
        --subnet '{"resolution":32,"depths":4,"kernelSizes":7,"expandRatios":6}'
      """)
    #expect(status == 64 && text.contains("GB of memory"), "\(status): \(text)")
  }

  @Test("Threads that the system does not start are an input/output error")
  func threads() throws {
    let (status, text) = try shell(
      """
      ulimit -v 2000000 && "$0" bench inference --space '\(world.space)' --threads 256 \
        --subnet '{"resolution":12,"depths":2,"kernelSizes":3,"expandRatios":3}'
      """)
    #expect(status == 74 && text.contains("256 threads"), "\(status): \(text)")
  }
}
