import Foundation
import OFAFormats
import TestSupport
import Testing
import TinyWorld

/// What `ofa export` writes, and what it says of it.
@Suite struct ExportTests {
  private let world: TinyWorld
  private let export: [String]

  init() throws {
    world = try TinyWorld()
    export = [
      "export", "--model", packageRoot + "/Models/mbv3-32-mnist", "--subnet", "r24-33.33-33.33-33.33-33.33-33.33",
      "--output",
    ]
  }

  @Test(
    "A name that ends in no form that is written is a usage error that lists those there are, and nothing is written",
    arguments: ["subnet.tflite", "subnet", "subnet.onnx.gz", "onnx"])
  func endings(name: String) throws {
    let outcome = try Command.run(export + [world.path(name)])
    #expect(outcome.status == 64 && outcome.output.isEmpty, "\(outcome.errors)")
    for ending in [".onnx", ".plan", ".config", ".safetensors"] {
      #expect(outcome.errors.contains("\(ending) ("), "\(outcome.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: world.path(name)))
  }

  @Test("Without a Python, or without its onnxruntime, a verification says what to install and leaves the file")
  func withoutRuntime() throws {
    // What has no package says so by this status.
    try AtomicFile.write("#!/bin/sh\nexit 3\n", to: world.path("bare/python3"))
    let output = try Command.shell(
      """
      chmod +x bare/python3
      verify() { "$ofa" \(commandLine(export)) $1 --verify 2>&1; echo "status $?"; }
      OFA_PYTHON="$PWD/bare/python3" verify named.onnx
      OFA_PYTHON="$PWD/none/python3" verify none.onnx
      mkdir elsewhere && cd elsewhere
      env -u OFA_PYTHON PATH="$PWD/../bare:$PATH" "$ofa" \(commandLine(export)) of-path.onnx --verify 2>&1
      "$ofa" \(commandLine(export)) plain.onnx > /dev/null
      cmp plain.onnx of-path.onnx && cmp plain.onnx ../named.onnx && cmp plain.onnx ../none.onnx && echo same
      """, in: world.folder)
    let lines = output.split(separator: "\n").map(String.init)
    try #require(lines.count == 6, "\(output)")
    let written = "; the file is written, not verified"
    #expect(lines[0].hasSuffix(written) && lines[0].contains("bare/python3 -m pip install onnxruntime"), "\(lines[0])")
    #expect(lines[2].hasSuffix(written) && lines[2].contains("install Python 3 with its package"), "\(lines[2])")
    #expect(lines[1] == "status 66" && lines[3] == "status 66")
    // In the folder in which that was done, it is found.
    #expect(
      lines[4].contains("run `python3 -m venv .venv && .venv/bin/python3 -m pip install onnxruntime`"), "\(output)")
    #expect(lines[5] == "same")
  }

  @Test("A verification says the difference with two digits, of either form of file", .enabled(if: Self.hasRuntime))
  func verified() throws {
    for (flags, answers) in [([], "logits"), (["--with-preprocessing"], "probabilities")] {
      let outcome = try Command.run(export + [world.path("subnet.onnx"), "--verify"] + flags)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let difference = try #require(
        outcome.output.firstMatch(of: /(\w+) differ from ONNX Runtime's by at most \d\.\d(·10⁻\S+)?\n/),
        "\(outcome.output)")
      #expect(difference.1 == answers)
      let json = try Command.run(export + [world.path("subnet.onnx"), "--verify", "--json"] + flags)
      #expect(try keys(json.output) == ["bytes", "maxAbsoluteDifference"])
    }
  }

  // MARK: What a file says

  @Test("A plan and a file of weights say what a deployer must know: all that is known of the model, and no more")
  func descriptions() throws {
    let plan = try Command.run(export + [world.path("subnet.plan")])
    #expect(plan.status == 0, "\(plan.errors)")
    let described = try describe(world.path("subnet.plan"))
    #expect(
      described == [
        "subnet": "r24-33.33-33.33-33.33-33.33-33.33", "model": "mbv3-32-mnist", "space": "mbv3-32",
        "producer": "ofa " + (try Command.run(["--version"]).lines[0]), "dataset": "mnist",
        "dataset.licence": "CC BY-SA 3.0", "accuracy.heldOut": "0.9886", "input.type": "float32",
        "input.layout": "NHWC", "input.channels": "grey", "preprocessing": "caller",
        "resize.filter": "bilinear, widened where the picture shrinks", "resize.shorterSide": "37",
        "crop.fraction": "1", "resolution": "24", "scale": "0.00392156862745098",
        "normalization.means": "[0.13064061]", "normalization.standardDeviations": "[0.30808815]", "output": "logits",
        "classes": #"["0","1","2","3","4","5","6","7","8","9"]"#,
      ])
    #expect(try Command.run(export + [world.path("subnet.safetensors")]).status == 0)
    var metadata = try Safetensors(reading: world.path("subnet.safetensors")).metadata
    #expect(metadata.removeValue(forKey: "format") == "ofa-subnet-weights")
    #expect(metadata == described.merging(["input.layout": "NCHW"]) { $1 })
  }

  @Test("Of a subnet that was not measured, a file says what is predicted, and how well; of a run's model, the run")
  func predicted() throws {
    let trained = try Command.run([
      "train", "--space", world.space, "--data", world.data, "--recipe", world.recipe, "--output", world.path("signs"),
    ])
    try #require(trained.status == 0, "\(trained.errors)")
    func described() throws -> [String: String] {
      let exported = try Command.run([
        "export", "--model", world.path("signs"), "--subnet", "r8-35-33", "--output", world.path("middle.plan"),
      ])
      #expect(exported.status == 0, "\(exported.errors)")
      return try describe(world.path("middle.plan"))
    }
    let known = try described()
    #expect(known["model"] == "signs" && known["dataset.licence"] == nil && known["accuracy.heldOut"] == nil)
    let share = try #require(known["accuracy.predicted"].flatMap(Double.init))
    let range = try JSON.decode([Double].self, from: known["accuracy.predicted.range"] ?? "", at: "range")
    #expect(0...1 ~= share && range.count == 2 && (range[0]...range[1]).contains(share), "\(known)")
    try FileManager.default.removeItem(atPath: world.path("signs/model/predictor.json"))
    #expect(try described().keys.allSatisfy { !$0.hasPrefix("accuracy") })
  }

  /// What the board's program says of a plan.
  private func describe(_ plan: String) throws -> [String: String] {
    let text = try Command.shell("\"${ofa%/*}/ofa-probe\" '\(plan)' --describe")
    let pairs = try text.split(separator: "\n").map { line in
      let colon = try #require(line.firstRange(of: ": "), "\(line)")
      return (String(line[..<colon.lowerBound]), String(line[colon.upperBound...]))
    }
    return Dictionary(pairs) { "\($0) and \($1)" }
  }

  // MARK: Pictures

  @Test("What only ONNX files can have is a usage error for others, and nothing is written")
  func onlyONNX() throws {
    for flag in ["--verify", "--with-preprocessing", "--predict-script"] {
      for name in ["subnet.plan", "subnet.safetensors", "net.config"] {
        let outcome = try Command.run(export + [world.path(name), flag])
        #expect(outcome.status == 64 && outcome.errors.contains("\(flag) is for ONNX files"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: world.path(name)))
      }
    }
  }

  @Test("The script stands beside its file; another in its place is kept, and then the file is not written either")
  func script() throws {
    let (file, script) = (world.path("subnet.onnx"), world.path("subnet.py"))
    try AtomicFile.write("print('mine')\n", to: script)
    let refused = try Command.run(export + [file, "--predict-script"])
    #expect(refused.status == 64 && refused.errors.contains("subnet.py"), "\(refused.errors)")
    #expect(!FileManager.default.fileExists(atPath: file))
    #expect(try String(contentsOfFile: script, encoding: .utf8) == "print('mine')\n")
    for flags in [["--force"], []] {
      let written = try Command.run(export + [file, "--predict-script"] + flags)
      #expect(written.status == 0 && written.lines.last == "script: \(script)", "\(written.errors)")
    }
    let lines = try String(contentsOfFile: script, encoding: .utf8).split(separator: "\n")
    #expect(lines[0].contains("Says what pictures show") && lines.count <= 50)
  }

  @Test(
    "A photograph is classified alike by the command, the file with its script, and the file that takes pictures",
    .enabled(if: Self.hasRuntime && Self.hasPillow, "the Python packages onnxruntime and pillow are not installed"))
  func photographs() throws {
    let names = try Command.shell(Self.python + " - <<'END'\n\(Self.drawing)\nEND", in: world.folder)
      .split(separator: "\n").map { world.path(String($0)) }
    try #require(names.count == 10)
    // A model of colours that sees a part of a picture, and one of grey that sees all of it.
    let pictures = try names.map { try InputFile.read($0) }
    for (number, label) in ["a", "b", "c"].enumerated() {
      for copy in 0..<30 {
        try AtomicFile.write(pictures[number + 2], to: world.path("photos/\(label)/\(copy).png"))
      }
    }
    let trained = try Command.run([
      "train", "--space", world.space, "--data", world.path("photos"), "--recipe", world.recipe, "--output",
      world.path("colors"),
    ])
    try #require(trained.status == 0, "\(trained.errors)")
    let data = world.path("colors/model/data.json")
    try AtomicFile.write(
      String(contentsOfFile: data, encoding: .utf8).replacing(
        "\"means\"", with: "\"centerFraction\": 0.8, \"means\""), to: data)
    for (model, subnet) in [
      (world.path("colors"), "r12-33-23"), (packageRoot + "/Models/mbv3-32-mnist", export[4]),
    ] {
      let classified = try answers(
        Command.run(["classify", "--model", model, "--subnet", subnet, "--json"] + names).lines.map { line in
          let answer = try JSON.decode(Classified.self, from: line, at: line)
          return (answer.class, answer.probability)
        })
      for flags in [[], ["--with-preprocessing", "--verify"]] {
        let exported = try Command.run(
          ["export", "--model", model, "--subnet", subnet, "--output", world.path("net.onnx"), "--predict-script"]
            + flags)
        try #require(exported.status == 0, "\(exported.errors)")
        let said = try Command.shell(
          "\(Self.python) net.py \(commandLine(names)) 2>&1", in: world.folder)
        let predicted = try answers(
          said.split(separator: "\n").map { line in
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            return (String(words[0]), try #require(Double(words[1]), "\(line)") / 100)
          })
        for (index, (one, other)) in zip(classified, predicted).enumerated() {
          #expect(one.class == other.class, "\(names[index]) \(flags): \(one), \(other)")
          #expect(abs(one.probability - other.probability) <= 2e-3, "\(names[index]) \(flags): \(one), \(other)")
        }
      }
    }
  }

  private struct Classified: Decodable {
    let `class`: String
    let probability: Double
  }

  private func answers(_ answers: [(class: String, probability: Double)]) throws -> [(
    class: String, probability: Double
  )] {
    try #require(answers.count == 10, "\(answers)")
    return answers
  }

  /// Pictures as cameras and programs leave them, waves of any colours; prints their names.
  private static let drawing = """
    import numpy
    from PIL import Image
    def waves(height, width, seed):
        y, x = numpy.mgrid[:height, :width] / max(height, width)
        draws = numpy.random.default_rng(seed).uniform(-14, 14, (3, 3))
        planes = [numpy.sin(a * x + b * y + c) for a, b, c in draws]
        return Image.fromarray((127.5 + 127.5 * numpy.stack(planes, -1)).astype(numpy.uint8))
    def save(image, name, **options):
        image.save(name, **options)
        print(name)
    turned = Image.Exif()
    turned[0x112] = 6
    save(waves(523, 701, 1), "turned.jpg", exif=turned)
    save(waves(480, 640, 2), "halved.jpg")
    save(waves(51, 33, 3), "odd.jpg", quality=95)
    save(waves(100, 77, 4), "plain.png")
    save(waves(5, 7, 5), "small.png")
    save(waves(61, 200, 6).convert("L"), "grey.png")
    save(waves(40, 40, 7).quantize(50), "palette.png")
    clear = waves(64, 49, 8)
    clear.putalpha(waves(64, 49, 9).convert("L"))
    save(clear, "clear.png")
    save(waves(300, 200, 10).convert("CMYK"), "inks.jpg")
    deep = numpy.asarray(waves(70, 50, 11).convert("L")).astype(numpy.uint16)
    save(Image.fromarray(257 * deep - deep % 7 * 3), "deep.png")
    """

  private static func has(_ package: String) -> Bool {
    (try? Command.shell(
      "\(python) -c 'import \(package)' && echo yes", in: FileManager.default.currentDirectoryPath)) == "yes\n"
  }

  /// The interpreter that the command takes, for a shell in any folder.
  private static let python = {
    let local = packageRoot + "/.venv/bin/python3"
    return "\"${OFA_PYTHON:-\(FileManager.default.isExecutableFile(atPath: local) ? local : "python3")}\""
  }()
  private static let hasRuntime = has("onnxruntime")
  private static let hasPillow = has("PIL")
}
