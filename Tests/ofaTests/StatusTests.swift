import Foundation
import OFAFormats
import Testing
import TinyWorld

/// What bad input gets: a line that says what, where and what to do, and the documented status.
@Suite struct StatusTests {
  private let world: TinyWorld

  init() throws { world = try TinyWorld() }

  /// Runs the command and expects a status, nothing on standard output, and one line of error with some words.
  private func expect(
    _ arguments: [String], _ status: Int32, _ words: [String], input: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try Command.run(arguments, input: input)
    #expect(outcome.status == status, "\(arguments): \(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
    #expect(outcome.errors.hasPrefix("error: "), "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.errors.count { $0 == "\n" } == 1, "\(outcome.errors)", sourceLocation: sourceLocation)
    for word in words {
      #expect(outcome.errors.contains(word), "\(outcome.errors) lacks \(word)", sourceLocation: sourceLocation)
    }
  }

  /// Writes a text into the world's folder.
  private func file(_ name: String, _ text: String) throws -> String {
    try AtomicFile.write(text, to: world.path(name))
    return world.path(name)
  }

  @Test("Usage: a flag, a command, a space, a runner, a recipe or a number that there is not")
  func usage() throws {
    try expect(
      ["cost", "--space", "mbv3-32", "--subnets", "-", "--colour"], 64, ["--colour", "see 'ofa cost --help'"])
    try expect(["bake"], 64, ["bake"])
    try expect(["import"], 64, ["import"])
    try expect(["space", "nowhere"], 64, ["nowhere", "mbv3-32"])
    try expect(["cost", "--subnets", "-"], 64, ["--space", "--model"])
    try expect(["cost", "--space", "mbv3-32", "--model", "m", "--subnets", "-"], 64, ["--space", "--model"])
    try expect(["space", "mbv3-32", "--classes", "many"], 64, ["--classes"])
    try expect(["space", "mbv3-32", "--classes", "0"], 64, ["0"])
    try expect(
      ["measure", "--runner", "toaster", "--space", "mbv3-32", "--subnets", "-"], 64, ["toaster", "host"],
      input: "{\"resolution\":32,\"depths\":2,\"kernelSizes\":3,\"expandRatios\":3}")
    try expect(
      ["train", "--space", world.space, "--data", world.data, "--output", world.path("run"), "--recipe", "nowhere"], 64,
      ["nowhere"])
    try expect(["train", "--output", world.path("run")], 64, ["--space", "--data"])
    try expect(
      ["train", "--from", "m", "--data", "d", "--output", "o", "--width-multiplier", "0.5"], 64, ["--space"])
    try expect(
      ["train", "--space", "s", "--data", "d", "--output", "o", "--epochs", "1", "--time", "1s"], 64,
      ["--epochs", "--time"])
    try expect(["measure", "--space", "mbv3-32", "--subnets", "-", "--threads", "0"], 64, ["--threads"])
    try expect(
      ["bench", "inference", "--space", "mbv3-32", "--subnet", "r32", "--batch", "0"], 64, ["--batch"])
  }

  @Test("A budget of zero, of nonsense, without a unit or with an unknown one")
  func budgets() throws {
    for (flag, amount) in [
      ("--max-latency", "0ms"), ("--max-latency", "5"), ("--max-latency", "5parsec"), ("--max-latency", "fast"),
      ("--max-latency", "-5ms"), ("--max-macs", "0"), ("--max-macs", "9X"), ("--max-memory", "100"),
      ("--max-memory", "nanMB"), ("--max-storage", "1M"), ("--max-parameters", "1.5"),
    ] {
      try expect(["specialize", "--space", "mbv3-32", flag + "=" + amount], 64, [flag, amount, "write"])
    }
    try expect(["specialize", "--space", "mbv3-32", "--time-limit", "soon"], 64, ["--time-limit"])
    try expect(["specialize", "--space", "mbv3-32", "--resolutions", "24,x"], 64, ["--resolutions"])
    try expect(["profile", "--space", "mbv3-32", "--budget", "2", "--output", "p"], 64, ["--budget"])
  }

  @Test("A subnet that does not parse is usage; one outside the space is bad data; both say the line")
  func subnets() throws {
    let cost = ["cost", "--space", "mbv3-32", "--subnets", "-"]
    let whole = "{\"resolution\":32,\"depths\":2,\"kernelSizes\":3,\"expandRatios\":3}\n"
    for text in ["nonsense", "{\"resolution\":32", "{\"depths\":2}", "\"r32-xx\"", "[1]", ""] {
      try expect(cost, 64, ["standard input"], input: text.isEmpty ? "" : whole + text)
    }
    for text in [
      "{\"resolution\":32,\"depths\":2,\"kernelSizes\":9,\"expandRatios\":3}",
      "{\"resolution\":4,\"depths\":2,\"kernelSizes\":3,\"expandRatios\":3}",
      "{\"resolution\":32,\"depths\":[2,2],\"kernelSizes\":3,\"expandRatios\":3}", "\"r32-33.33\"",
    ] {
      try expect(cost, 65, ["standard input", "line 2"], input: whole + text)
    }
    try expect(["cost", "--space", "mbv3-32", "--subnets", world.path("none")], 66, [world.path("none")])
  }

  @Test("A space's document that is malformed, of a newer format, or wrong, with the path inside it")
  func documents() throws {
    let good = String(decoding: try InputFile.read(world.space), as: UTF8.self)
    try expect(["space", try file("cut.json", String(good.prefix(200)))], 65, ["cut.json"])
    let newer = good.replacing("\"version\": 1", with: "\"version\": 99")
    try expect(["space", try file("newer.json", newer)], 65, ["newer.json: version", "newer"])
    let wrong = good.replacing(
      "\"stride\": 2, \"depths\": [1, 2], \"kernelSizes\": [3]",
      with: "\"stride\": \"two\", \"depths\": [1, 2], \"kernelSizes\": [3]")
    try expect(["space", try file("wrong.json", wrong)], 65, ["wrong.json: stages[1].stride"])
    try expect(["space", world.path("none.json")], 66, [world.path("none.json")])
  }

  @Test("Images that are cut short, have a wrong magic number, other counts of labels, or are not there")
  func images() throws {
    let train = { (data: String) in
      ["train", "--space", world.space, "--data", data, "--recipe", world.recipe, "--output", world.path("run")]
    }
    let images = "data/train-images-idx3-ubyte"
    let good = try InputFile.read(world.path(images))
    try AtomicFile.write(good.dropLast(100), to: world.path(images))
    try expect(train(world.data), 65, [images])
    try AtomicFile.write([0, 0, 8, 1] + good.dropFirst(4), to: world.path(images))
    try expect(train(world.data), 65, [images, "magic"])
    try AtomicFile.write(good, to: world.path(images))
    try AtomicFile.write(TinyWorld.idx([3], [0, 1, 2]), to: world.path("data/train-labels-idx1-ubyte"))
    try expect(train(world.data), 65, ["train-labels-idx1-ubyte", "3", "320"])
    try FileManager.default.removeItem(atPath: world.path(images))
    try AtomicFile.write([0x1f, 0x8b, 8, 0, 0, 0, 0, 0], to: world.path(images + ".gz"))
    try expect(train(world.data), 65, [images + ".gz"])
    try expect(train(world.path("none")), 66, [world.path("none")])
    #expect(!FileManager.default.fileExists(atPath: world.path("run")))
  }

  @Test("A space too small for a predictor is refused before its training")
  func smallSpace() throws {
    let text = String(decoding: try InputFile.read(world.space), as: UTF8.self)
      .replacing("\"depths\": [1, 2]", with: "\"depths\": [1]").replacing("[3, 5]", with: "[3]")
      .replacing("\"expandRatios\": [2, 3]", with: "\"expandRatios\": [2]")
    let space = try file("small.json", text)
    try expect(
      ["train", "--space", space, "--data", world.data, "--recipe", world.recipe, "--output", world.path("run")], 65,
      ["2 subnets", "needs 8"])
    #expect(!FileManager.default.fileExists(atPath: world.path("run")))
  }

  @Test("No subnet within the budgets: status 3, with the least on standard output for programs")
  func infeasible() throws {
    let arguments = ["specialize", "--space", "mbv3-32", "--max-macs", "1M", "--predictor", world.path("none.json")]
    try expect(arguments, 3, ["--max-macs 1M; the least that the space reaches is 3.431M; raise this budget"])
    let flops = ["specialize", "--space", "mbv3-32", "--max-flops", "2M"]
    try expect(flops, 3, ["--max-flops 2M; the least that the space reaches is 6.861M; raise this budget"])
    let outcome = try Command.run(arguments + ["--json"])
    #expect(outcome.status == 3 && outcome.lines.count == 1)
    #expect(try keys(outcome.lines[0]) == ["feasible", "proven", "budget", "limit", "least"])
    #expect(outcome.lines[0].contains(#""budget":"multiplyAccumulates","limit":1000000,"least":3430328"#))
  }

  @Test(
    "Standard output that takes nothing is an input/output error",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullOutput() throws {
    let outcome = try Command.run(["space", "mbv3-32"], output: "/dev/full")
    #expect(outcome.status == 74 && outcome.errors.hasPrefix("error: standard output: "))
  }

  @Test("A full disk is an input/output error that names the file, and nothing half-written stays")
  func fullDisk() throws {
    // A limit on the size of files stands for the full disk: the shell sets it for itself and the command.
    let output = world.path("profile.json")
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" profile --space \"$1\" --budget 1ms --output \"$2\""
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-c", script, Command.path, world.space, output]
    let errors = Pipe()
    shell.standardError = errors
    shell.standardOutput = FileHandle.nullDevice
    try shell.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 74, "\(text)")
    #expect(text.contains(output) && text.count { $0 == "\n" } == 1, "\(text)")
    let left = try FileManager.default.contentsOfDirectory(atPath: world.folder)
    #expect(!left.contains { $0.contains("profile") }, "\(left)")
  }

  @Test("An output in a place that cannot be written is an input/output error")
  func unwritable() throws {
    let blocked = try file("blocked", "")
    try expect(
      ["profile", "--space", world.space, "--budget", "1ms", "--output", blocked + "/profile.json"], 74, [blocked])
  }
}
