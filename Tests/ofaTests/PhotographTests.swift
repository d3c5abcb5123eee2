import Foundation
import OFAData
import OFAFormats
import OFANumerics
import Testing
import TinyWorld

/// The commands that somebody with a folder of photographs calls.
@Suite struct PhotographTests {
  private let world: TinyWorld

  init() throws {
    world = try TinyWorld()
    var generator = SeededGenerator(seed: 1, stream: "photographs")
    for (label, name) in ["across", "down", "middle"].enumerated() {
      for number in 0..<70 {
        let picture = Self.picture(label, using: &generator)
        try AtomicFile.write(picture.png(), to: world.path("photos/\(name)/\(name) \(number).png"))
      }
    }
    try AtomicFile.write("no picture", to: world.path("photos/down/broken.png"))
    try AtomicFile.write("notes", to: world.path("photos/down/notes.txt"))
  }

  /// A bar across, one down, or a blob in the middle, in colour, of any size.
  private static func picture(_ label: Int, using generator: inout SeededGenerator) -> Picture {
    let (height, width) = (Int.random(in: 20...30, using: &generator), Int.random(in: 20...30, using: &generator))
    let place = Int.random(in: -3...3, using: &generator)
    let pixels = (0..<height * width).flatMap { pixel -> [UInt8] in
      let (y, x) = (pixel / width - height / 2 - place, pixel % width - width / 2 - place)
      let isBright = [abs(y) < 3, abs(x) < 3, max(abs(y), abs(x)) < 6][label]
      return (0..<3).map { _ in UInt8(isBright ? 180 : 20) + UInt8.random(in: 0..<60, using: &generator) }
    }
    return Picture(height: height, width: width, channels: 3, pixels: pixels)
  }

  private func run(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws -> [String] {
    let outcome = try Command.run(arguments + ["--json"])
    try #require(outcome.status == 0, "\(arguments): \(outcome.errors)", sourceLocation: sourceLocation)
    return outcome.lines
  }

  @Test("A subnet's accuracy does not depend on which others are asked for with it")
  func alone() throws {
    _ = try run([
      "train", "--space", world.space, "--channels", "3", "--data", world.path("photos"), "--recipe", world.recipe,
      "--output", world.path("run"),
    ])
    let id = "r8-23-23"
    var answers: Set<String> = []
    for others in [[], ["r12-23-23"], ["r40-23-23"]] {
      try AtomicFile.write(([id] + others).joined(separator: "\n"), to: world.path("ids.txt"))
      answers.insert(
        try run([
          "evaluate", "--model", world.path("run"), "--data", world.path("photos"), "--subnets", world.path("ids.txt"),
        ])[0])
    }
    #expect(answers.count == 1, "\(answers)")
  }

  private struct Inspected: Decodable {
    struct Class: Decodable, Equatable {
      let name: String
      let count: Int
    }
    let train: Int
    let heldOut: Int
    let test: Int
    let channels: Int
    let classes: [Class]
    let unreadable: [String]
    let passedOver: Int
    let acrossSplit: Int
  }

  private struct Classified: Decodable {
    let file: String
    let `class`: String
    let probability: Double
  }

  @Test(
    "From a folder of photographs to classes of photographs: inspect, train, report, evaluate, rank, transfer, classify"
  )
  func wholePath() throws {
    let (photos, model) = (world.path("photos"), world.path("run/model"))
    let sheet = world.path("sheet.png")
    let inspected = try JSON.decode(
      Inspected.self, from: run(["data", "inspect", photos, "--sheet", sheet])[0], at: "inspect")
    #expect((inspected.train, inspected.heldOut, inspected.test) == (150, 18, 42))
    let otherForm = try Command.run(["data", "inspect", photos, "--sheet", world.path("sheet.jpg")])
    #expect(otherForm.status == 64 && otherForm.errors.contains(".png"), "\(otherForm.errors)")
    #expect(inspected.classes.map(\.name) == ["across", "down", "middle"])
    #expect(inspected.classes.map(\.count) == [70, 70, 70])
    #expect(inspected.channels == 3 && inspected.acrossSplit == 0)
    #expect(inspected.unreadable == [photos + "/down/broken.png"] && inspected.passedOver == 1)
    #expect(try Picture(decoding: InputFile.read(sheet), channels: 3, at: sheet).height == 3 * 66 + 2)

    let trained = try Command.run([
      "train", "--space", world.space, "--data", photos, "--recipe", world.recipe, "--epochs", "12", "--output",
      world.path("run"), "--json",
    ])
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.errors.contains("broken.png"))
    #expect(try keys(trained.lines[0]) == ["steps", "seconds", "imagesPerSecond", "corners", "predictor"])
    #expect(try keys(run(["report", world.path("run"), "--output", world.path("page.html")])[0]) == ["bytes"])

    let paths = ["across", "down", "middle"].map { "\(photos)/\($0)/\($0) 69.png" }
    let classified = try run(["classify", "--model", model] + paths).map {
      try JSON.decode(Classified.self, from: $0, at: "classify")
    }
    #expect(classified.map(\.file) == paths)
    #expect(classified.map(\.class) == ["across", "down", "middle"])
    #expect(classified.allSatisfy { 0.34...1 ~= $0.probability })
    let broken = try Command.run(
      ["classify", "--model", model, paths[0], photos + "/down/broken.png", paths[1], "--json"])
    #expect(broken.status == 65 && broken.lines.count == 2 && broken.errors.contains("broken.png"))
    #expect(try Command.run(["classify", "--model", model, photos + "/none.png"]).status == 66)

    let ranked = [
      "rank", "--model", model, "--data", photos, "--subnets", "2", "--band", "2", "--epochs", "1", "--output",
      world.path("rank"),
    ]
    let ranking = try run(ranked)
    #expect(
      try keys(ranking[0]) == [
        "subnets", "kendallTau", "spearman", "bandKendallTau", "macsKendallTau", "meanGap", "worstGap",
      ])
    #expect(try Command.run(ranked).status == 64)
    #expect(try run(ranked + ["--resume"]) == ranking)
    let other = try Command.run(ranked + ["--resume", "--seed", "9"])
    #expect(other.status == 65 && other.errors.contains("another seed"), "\(other.errors)")

    // One subnet goes on alone from the model's weights; the model that it leaves has that subnet and no other.
    let alone = try run([
      "train", "--from", model, "--subnet", "r8-33-23", "--data", photos, "--recipe", "finetune", "--epochs", "1",
      "--config", world.path("run/config.json"), "--output", world.path("alone"),
    ])
    #expect(alone.count == 1)
    let summary = try run(["space", world.path("alone/model/space.json")])[0]
    #expect(summary.contains("\"subnets\":\"1\""))
    #expect(try run(["classify", "--model", world.path("alone/model"), paths[0]]).count == 1)
  }

  @Test("A recipe that is printed trains as its name does")
  func printed() throws {
    for name in ["progressive", "sandwich", "single", "finetune"] {
      let printed = try Command.run(["train", "--print-recipe", name])
      #expect(printed.status == 0 && printed.errors.isEmpty)
      #expect(printed.output.contains("\"name\": \"\(name)\""))
    }
    #expect(try Command.run(["train", "--print-recipe", "nonesuch"]).status == 64)
    try AtomicFile.write(
      Command.run(["train", "--print-recipe", "sandwich"]).output.replacing(
        "\"batchSize\": 64", with: "\"batchSize\": 16"),
      to: world.path("mine.json"))
    let trained = try Command.run([
      "train", "--space", world.space, "--data", world.data, "--recipe", world.path("mine.json"), "--epochs", "1",
      "--output", world.path("mine"),
    ])
    #expect(trained.status == 0, "\(trained.errors)")
  }
}
