import Foundation
import OFAFormats
import Testing
import TinyWorld

/// The commands one after another on a tiny world, as a script would call them.
@Suite struct PathTests {
  @Test("The whole path works, and every result has its documented keys")
  func wholePath() throws {
    let world = try TinyWorld()
    func run(_ arguments: [String], input: String = "", sourceLocation: SourceLocation = #_sourceLocation) throws
      -> [String]
    {
      let outcome = try Command.run(arguments + ["--json"], input: input)
      #expect(outcome.status == 0, "\(arguments): \(outcome.errors)", sourceLocation: sourceLocation)
      return outcome.lines
    }
    let subnet = "{\"resolution\":8,\"depths\":1,\"kernelSizes\":3,\"expandRatios\":2}"
    let model = world.path("run/model")
    let profile = world.path("profile.json")

    #expect(
      try keys(run(["space", world.space])[0])
        == [
          "name", "architectures", "subnets", "blocks", "stages", "resolutions", "channels", "classes", "stageChoices",
          "smallest", "largest",
        ])
    #expect(
      try keys(run(["cost", "--space", world.space, "--subnets", "-"], input: subnet)[0])
        == ["id", "multiplyAccumulates", "parameters", "weightBytes", "peakActivationBytes"])
    let trained = try run(
      ["train", "--space", world.space, "--data", world.data, "--recipe", world.recipe, "--output", world.path("run")])
    #expect(
      try trained.count == 1 && keys(trained[0]) == ["steps", "seconds", "imagesPerSecond", "corners", "predictor"])
    #expect(
      try keys(
        run(["profile", "--space", world.space, "--runner", "host", "--budget", "100ms", "--output", profile])[0])
        == [
          "blocks", "seconds", "withinFivePercent", "withinTenPercent", "spearman", "halvesWithinFivePercent",
          "leftOut",
        ])
    #expect(
      try keys(run(["latency", "--profile", profile, "--model", model, "--subnets", "-"], input: subnet)[0])
        == ["id", "latencyMilliseconds", "lowMilliseconds", "highMilliseconds"])
    #expect(
      try keys(run(["measure", "--runner", "host", "--space", world.space, "--subnets", "-"], input: subnet)[0])
        == ["id", "latencyMilliseconds", "p10Milliseconds", "p90Milliseconds", "runs"])
    #expect(
      try keys(
        run(
          [
            "predictor", "train", "--model", model, "--data", world.data, "--samples", "10", "--output",
            world.path("predictor.json"),
          ])[0]) == [
          "samples", "kendallTau", "macsKendallTau", "rootMeanSquareError", "ninetyPercentError", "learningCurve",
        ])
    let found = try run(
      [
        "specialize", "--model", model, "--profile", profile, "--max-latency", "1s", "--max-storage", "1MiB", "--front",
        world.path("front.jsonl"),
      ])
    #expect(
      try keys(found[0]) == [
        "id", "subnet", "predictedAccuracy", "predictedAccuracyLow", "predictedAccuracyHigh", "heldOutAccuracy",
        "latencyMilliseconds", "multiplyAccumulates", "parameters", "weightBytes", "peakActivationBytes", "evaluations",
        "seconds",
      ])
    let evaluated = try run([
      "evaluate", "--model", model, "--data", world.data, "--subnets", world.path("front.jsonl"),
    ])
    #expect(try keys(evaluated[0]) == ["id", "topOneAccuracy", "loss"])
    #expect(evaluated.count == (try JSONLines.read(FrontLine.self, world.path("front.jsonl"))).count)
    #expect(
      try keys(run(["export", "--model", model, "--subnet", found[0], "--output", world.path("subnet.onnx")])[0])
        == ["bytes", "maxAbsoluteDifference"])
    try Safetensors(tensors: [.init("images", shape: [2, 8, 8, 1], values: Array(repeating: 0.5, count: 128))])
      .write(to: world.path("images.safetensors"))
    _ = try run(
      [
        "forward", "--model", model, "--subnets", "-", "--images", world.path("images.safetensors"), "--output",
        world.path("logits.safetensors"),
      ], input: subnet)
    #expect(try Safetensors(reading: world.path("logits.safetensors"))["logits"]?.shape == [1, 2, 3])
    for bench in ["train-step", "inference"] {
      #expect(
        try keys(run(["bench", bench, "--space", world.space, "--subnet", subnet, "--batch", "2"])[0])
          == ["medianSeconds", "imagesPerSecond", "gmacsPerSecond", "peakBytes", "kernelForm"])
    }
    for row in try run(["bench", "kernels", "--space", world.space, "--subnet", subnet, "--batch", "2"]) {
      #expect(
        try keys(row) == [
          "kernel", "shape", "steps", "seconds", "share", "gmacsPerSecond", "peakShare", "gigabytesPerSecond",
          "copyShare",
        ])
    }
  }

  private struct FrontLine: Decodable { let id: String }

  @Test("For people, results are a table under headings, and progress never mixes with them")
  func forPeople() throws {
    let outcome = try Command.run(
      ["cost", "--space", "mbv3-32", "--subnets", "-"],
      input: "\"r32-67.67.67.67-67.67.67.67-67.67.67.67-67.67.67.67-67.67.67.67\"\n")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.lines.count == 3)
    #expect(outcome.lines[0].contains("MACs") && outcome.lines[2].contains("28.6 M"))
  }

  @Test("A folder that holds a run is not trained into again, nor resumed with another seed")
  func secondRun() throws {
    let world = try TinyWorld()
    let arguments = [
      "train", "--space", world.space, "--data", world.data, "--recipe", world.recipe, "--epochs", "1", "--output",
      world.path("run"),
    ]
    #expect(try Command.run(arguments).status == 0)
    let again = try Command.run(arguments)
    #expect(again.status == 64 && again.errors.contains("--resume"))
    let other = try Command.run(arguments + ["--seed", "9", "--resume"])
    #expect(other.status == 65 && other.errors.contains("seed"))
  }

  @Test("A model without a predictor is answered with the command that makes it, which works")
  func missingPredictor() throws {
    let world = try TinyWorld()
    let trained = try Command.run([
      "train", "--space", world.space, "--data", world.data, "--recipe", world.recipe, "--output", world.path("run"),
    ])
    #expect(trained.status == 0, "\(trained.errors)")
    try FileManager.default.copyItem(atPath: world.path("run/model"), toPath: world.path("alone"))
    for model in [world.path("run/model"), world.path("alone")] {
      try FileManager.default.removeItem(atPath: model + "/predictor.json")
      let search = ["specialize", "--model", model, "--time-limit", "1ms"]
      let refused = try Command.run(search)
      #expect(refused.status == 66, "\(refused.errors)")
      let advice = try #require(refused.errors.firstMatch(of: /with: ofa (.*)\n/)).1.replacing(
        "FOLDER", with: world.data)
      let followed = try Command.run(advice.split(separator: " ").map(String.init))
      #expect(followed.status == 0, "\(advice): \(followed.errors)")
      #expect(try Command.run(search).status == 0)
    }
  }

  @Test("A model of another space, or without one of its files, is refused")
  func foreignModel() throws {
    let world = try TinyWorld()
    let trained = try Command.run([
      "train", "--space", world.space, "--data", world.data, "--recipe", world.recipe, "--epochs", "1", "--output",
      world.path("run"),
    ])
    #expect(trained.status == 0, "\(trained.errors)")
    let export = [
      "export", "--model", world.path("run/model"), "--subnet", "r8-23-23", "--output", world.path("subnet.onnx"),
    ]
    #expect(try Command.run(export).status == 0)
    let space = try InputFile.read(world.path("run/model/space.json"))
    let wider = String(decoding: space, as: UTF8.self).replacing("\"width\": 12", with: "\"width\": 14")
    #expect(wider != String(decoding: space, as: UTF8.self))
    try AtomicFile.write(wider, to: world.path("run/model/space.json"))
    let foreign = try Command.run(export)
    #expect(foreign.status == 65 && foreign.errors.contains("weights.safetensors"), "\(foreign.errors)")
    try AtomicFile.write(space, to: world.path("run/model/space.json"))
    try FileManager.default.removeItem(atPath: world.path("run/model/weights.safetensors"))
    #expect(try Command.run(export).status == 66)
  }
}
