import Foundation
import OFAFormats
import TestSupport
import Testing
import TinyWorld

/// What messages tell users to do, done.
@Suite struct AdviceTests {
  private let world: TinyWorld

  init() throws { world = try TinyWorld() }

  /// Runs a line in the world's folder, as pasted into a shell.
  private func shell(_ line: some StringProtocol) throws -> Command.Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", String(line)]
    process.currentDirectoryURL = URL(fileURLWithPath: world.folder)
    let commands = (Command.path as NSString).deletingLastPathComponent
    process.environment = ProcessInfo.processInfo.environment.merging(["PATH": "\(commands):/usr/bin:/bin"]) { $1 }
    let (output, errors) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Command.Outcome(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: complaint, as: UTF8.self))
  }

  @Test(
    "A published predictor, given to specialize as it is, is imported by the line that the message says",
    .enabled(if: sharedFolder != nil))
  func predictor() throws {
    let file = world.path("the published one.pth")
    try AtomicFile.write(InputFile.read(try #require(sharedFolder) + "/data/ofa/acc_predictor.pth"), to: file)
    let search =
      "ofa specialize --space ofa_mbv3_d234_e346_k357_w1.0 --width-multiplier 1.2 --max-macs 100M --predictor "
    let refused = try shell(search + "'\(file)'")
    #expect(refused.status == 65 && refused.errors.contains("PyTorch"), "\(refused.errors)")
    let line = try #require(refused.errors.firstMatch(of: /make one by (ofa import .*) and give that with --predictor/))
      .1
    let imported = try shell(line)
    #expect(imported.status == 0, "\(line): \(imported.errors)")
    let document = try #require(line.split(separator: " --output ").last)
    let found = try shell(search + document)
    #expect(found.status == 0 && found.output.contains("predicted accuracy"), "\(found.errors)")
  }

  @Test("A latency table, given as a profile, is imported by the line that the message says")
  func profile() throws {
    for (name, columns) in [("phone's.yaml", "{mean: 1}"), ("two.json", "{mean: 1, small: 2}")] {
      try AtomicFile.write(
        """
        Conv-input:32x32x3-output:16x16x16: \(columns)
        expanded_conv-input:16x16x16-output:16x16x16-expand:1-kernel:3-stride:1-idskip:1: \(columns)
        Conv_1-input:8x8x16-output:8x8x96: \(columns)
        Logits-input:8x8x96-output:10: \(columns)

        """, to: world.path(name))
      let refused = try Command.run(
        ["latency", "--profile", world.path(name), "--space", world.space, "--subnets", "-"], input: "\"r8-23-23\"")
      #expect(refused.status == 65, "\(refused.errors)")
      let line = try #require(refused.errors.firstMatch(of: /make one by (ofa import .*)\n/), "\(refused.errors)").1
      let imported = try shell(line)
      #expect(imported.status == 0 && imported.output.contains("3 blocks of 4 keys"), "\(line): \(imported.errors)")
    }
  }

  @Test(
    "Of a checkpoint with other classes the message says the flag that is missing", .enabled(if: sharedFolder != nil))
  func classes() throws {
    let file = try #require(sharedFolder) + "/reference/forward_mbv3/supernet_zip.pth"
    let arguments = [
      "import", "--checkpoint", file, "--space", "ofa_mbv3_d234_e346_k357_w1.0", "--width-multiplier", "0.25",
      "--output",
      world.path("model"),
    ]
    let refused = try Command.run(arguments)
    #expect(refused.status == 65)
    let flag = try #require(refused.errors.firstMatch(of: /add (--classes) (\d+)/), "\(refused.errors)")
    let imported = try Command.run(arguments + [String(flag.1), String(flag.2), "--json"])
    #expect(imported.status == 0, "\(imported.errors)")
    #expect(try keys(imported.lines[0]) == ["tensors", "parameters", "taken", "left", "prefix"])
    // The file itself is no model's folder.
    let model = try Command.run(["evaluate", "--model", file, "--data", world.data, "--subnets", "-"], input: "{}")
    #expect(model.status == 66 && model.errors.contains("ofa import --checkpoint"), "\(model.errors)")
  }

  @Test("Of several columns of means the message names the flag, and of resolutions that a predictor needs too")
  func flags() throws {
    let table = world.path("table.yaml")
    try AtomicFile.write(
      "Conv-input:32x32x3-output:16x16x16: {big: 1, small: 2}\n"
        + "expanded_conv-input:16x16x16-output:16x16x16-expand:1-kernel:3-stride:1-idskip:1: {big: 1, small: 2}\n",
      to: table)
    let arguments = ["import", "--latency-tables", table, "--device", "d", "--output", world.path("p.json")]
    let several = try Command.run(arguments)
    #expect(several.status == 65 && several.errors.contains("big, small"))
    let column = try #require(several.errors.firstMatch(of: /(--column) (\w+)/), "\(several.errors)")
    #expect(try Command.run(arguments + [String(column.1), String(column.2)]).status == 0)

    // Kernel sizes and expand ratios of the tiny space are 14 features.
    let predictor = world.path("predictor.safetensors")
    try Safetensors(tensors: [.init("0.weight", shape: [1, 16], values: Array(repeating: 0.01, count: 16))]).write(
      to: predictor)
    let direct = try Command.run(["specialize", "--space", world.space, "--predictor", predictor])
    #expect(direct.status == 65 && direct.errors.contains("name these in order with --resolutions"), "\(direct.errors)")
    let importing = [
      "import", "--predictor", predictor, "--space", world.space, "--output", world.path("predictor.json"),
    ]
    let nameless = try Command.run(importing)
    #expect(
      nameless.status == 65 && nameless.errors.contains("14 are of a subnet's other choices"), "\(nameless.errors)")
    #expect(nameless.errors.contains("2 of resolutions; name these in order with --resolutions"))
    #expect(try Command.run(importing + ["--resolutions", "8"]).status == 64)
    #expect(try Command.run(importing + ["--resolutions", "8,8"]).status == 64)
    #expect(try Command.run(importing + ["--resolutions", "8,12"]).status == 0)
    #expect(
      try Command.run(["specialize", "--space", world.space, "--predictor", world.path("predictor.json")]).status == 0)
  }

  @Test(
    "A network that is not of the space is imported by the flags that the message says, where a built-in space has it")
  func networks() throws {
    let config = world.path("net.config")
    let exported = try Command.run([
      "export", "--model", packageRoot + "/Models/mbv3-32-mnist", "--subnet", "r24-33.33-33.33-33.33-33.33-33.35",
      "--output", config,
    ])
    #expect(exported.status == 0, "\(exported.errors)")
    for other in ["mbv3-96", "ofa_mbv3_d234_e346_k357_w1.0", "mbv3-32 --classes 3"] {
      let importing = "ofa import --network '\(config)' --output '\(world.path("subnet.json"))' --force "
      let refused = try shell(importing + "--space \(other)")
      #expect(refused.status == 65 && refused.output.isEmpty, "\(refused.errors)")
      let flags = try #require(refused.errors.firstMatch(of: /; it fits a built-in space: (.*)\n/), "\(refused.errors)")
        .1
      #expect(flags == "--space mbv3-32 --channels 1")
      let imported = try shell(importing + flags)
      #expect(
        imported.status == 0 && imported.output.hasPrefix("r32-33.33-33.33-33.33-33.33-33.35\n"), "\(imported.errors)")
    }
    // One that no built-in space has.
    let text = String(decoding: try InputFile.read(config), as: UTF8.self)
    try AtomicFile.write(text.replacing("\"stride\": 2", with: "\"stride\": 3"), to: config)
    let none = try shell("ofa import --network net.config --space mbv3-96 --output none.json")
    #expect(none.status == 65 && !none.errors.contains("built-in"), "\(none.errors)")
  }

  @Test("Texts with a byte order mark, in UTF-8 or UTF-16, are read wherever a text is")
  func marks() throws {
    let space = try InputFile.read(world.space)
    let recipe = try InputFile.read(world.recipe)
    let subnet = "{\"d\":1,\"ks\":3,\"e\":2,\"r\":[8]}"
    func wide(_ text: String) -> [UInt8] { [0xff, 0xfe] + text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] } }
    for encode: ([UInt8]) -> [UInt8] in [{ [0xef, 0xbb, 0xbf] + $0 }, { wide(String(decoding: $0, as: UTF8.self)) }] {
      try AtomicFile.write(encode(space), to: world.path("marked.json"))
      try AtomicFile.write(encode(recipe), to: world.path("marked-recipe.json"))
      try AtomicFile.write(encode(Array("\(subnet)\r\n\(subnet)\r\n".utf8)), to: world.path("marked.jsonl"))
      let cost = try Command.run(
        ["cost", "--space", world.path("marked.json"), "--subnets", world.path("marked.jsonl"), "--json"])
      #expect(cost.status == 0 && cost.lines.count == 2, "\(cost.errors)")
      let piped = try shell("ofa cost --space marked.json --subnets - --json < marked.jsonl")
      #expect(piped.output == cost.output, "\(piped.errors)")
      let other = try Command.run([
        "train", "--space", world.path("marked.json"), "--recipe", world.path("marked-recipe.json"), "--data",
        world.path("none"), "--output", world.path("run"),
      ])
      #expect(other.status == 66 && other.errors.contains("no such folder of images"), "\(other.errors)")
    }
  }

  private struct Accuracy: Decodable { let topOneAccuracy: Double }

  @Test("A model meets other sets by its classes' names, and refuses a class that it does not know")
  func classNames() throws {
    func write(_ labels: [UInt8], to folder: String) throws {
      for (part, count) in [("train", 320), ("t10k", 90)] {
        try AtomicFile.write(
          InputFile.read("\(world.data)/\(part)-images-idx3-ubyte"),
          to: world.path("\(folder)/\(part)-images-idx3-ubyte"))
        try AtomicFile.write(
          TinyWorld.idx([count], (0..<count).map { labels[$0 % labels.count] }),
          to: world.path("\(folder)/\(part)-labels-idx1-ubyte"))
      }
    }
    try write([9, 2, 5], to: "gaps")
    let trained = try Command.run([
      "train", "--space", world.space, "--data", world.path("gaps"), "--recipe", world.recipe, "--epochs", "2",
      "--output",
      world.path("run"),
    ])
    #expect(trained.status == 0, "\(trained.errors)")
    func evaluate(_ labels: [UInt8]) throws -> Command.Outcome {
      let folder = "set\(labels)"
      try write(labels, to: folder)
      return try Command.run(
        ["evaluate", "--model", world.path("run/model"), "--data", world.path(folder), "--subnets", "-", "--json"],
        input: "\"r8-23-23\"\n")
    }
    func accuracy(_ labels: [UInt8]) throws -> Double {
      let outcome = try evaluate(labels)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try JSON.decode(Accuracy.self, from: outcome.output, at: "output").topOneAccuracy
    }
    // The pictures take turns: a set that calls all of one kind by its class, and the others wrongly, shares the
    // model's classes.
    let all = try accuracy([9, 2, 5])
    let shares = try [9, 2, 5].map { try accuracy([$0]) }
    #expect(abs(shares.reduce(0, +) - 1) < 1e-9, "each picture is of one of the three classes: \(shares)")
    #expect(all > 0.4, "\(all)")
    let turned = try accuracy([2, 5, 9])
    #expect(turned < all)
    for (labels, stranger) in [([9, 2, 4], "\"4\""), ([0, 1, 2], "\"0\""), ([3], "\"3\"")] as [([UInt8], String)] {
      let outcome = try evaluate(labels)
      #expect(
        outcome.status == 65 && outcome.errors.contains(stranger) && outcome.errors.contains("2, 5, 9"),
        "\(outcome.errors)")
    }
  }
}
