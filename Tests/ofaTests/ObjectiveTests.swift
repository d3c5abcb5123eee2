import Foundation
import OFAFormats
import TestSupport
import Testing
import TinyWorld

/// What is sought besides the most accurate subnet, and where else than in a space.
@Suite struct ObjectiveTests {
  private let world: TinyWorld
  private let searching: [String]

  init() throws {
    world = try TinyWorld()
    // A space that is small enough to try all, and a predictor to which every choice is worth something else.
    let predictor = try world.linearPredictor(weights: (0..<16).map { Float(($0 * 7) % 16) * 0.005 })
    searching = ["specialize", "--space", world.space, "--predictor", predictor, "--json"]
  }

  private func answer(_ arguments: [String]) throws -> [String: Double] {
    let outcome = try Command.run(searching + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    return (object ?? [:]).compactMapValues { ($0 as? NSNumber)?.doubleValue }
  }

  @Test("The smallest subnet of an accuracy is no larger than the most accurate, and the floor is kept")
  func smallest() throws {
    let best = try answer([])
    let floor = try #require(best["predictedAccuracy"]) - 0.001
    let small = try answer(["--minimize", "macs", "--min-accuracy", "\(floor)", "--searcher", "exhaustive"])
    #expect(try #require(small["predictedAccuracy"]) >= floor)
    #expect(try #require(small["multiplyAccumulates"]) <= #require(best["multiplyAccumulates"]))
    for searcher in ["memetic", "evolutionary", "local", "annealing", "nsga2", "nsga3"] {
      let other = try answer(["--minimize", "macs", "--min-accuracy", "\(floor)", "--searcher", searcher])
      #expect(other["multiplyAccumulates"] == small["multiplyAccumulates"], "\(searcher)")
    }
  }

  @Test("Several objectives give a front that no member of dominates another, whichever searcher finds it")
  func fronts() throws {
    let front = world.path("front.jsonl")
    for searcher in ["elites", "nsga2", "nsga3", "exhaustive"] {
      _ = try answer(
        ["--maximize", "accuracy", "--minimize", "parameters", "--searcher", searcher, "--front", front, "--force"])
      let lines = try String(contentsOfFile: front, encoding: .utf8).split(separator: "\n")
      let points = try lines.map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return [
          -(try #require((object?["predictedAccuracy"] as? NSNumber)?.doubleValue)),
          try #require((object?["parameters"] as? NSNumber)?.doubleValue),
        ]
      }
      #expect(!points.isEmpty)
      for one in points {
        #expect(!points.contains { $0 != one && $0[0] <= one[0] && $0[1] <= one[1] }, "\(searcher)")
      }
    }
  }

  @Test("A front beside one objective has nothing that another member beats, and nothing under the floor")
  func frontOfOne() throws {
    let (front, floor) = (world.path("front.jsonl"), try #require(try answer([])["predictedAccuracy"]) - 0.1)
    for arguments in [[], ["--minimize", "macs"], ["--maximize", "macs"], ["--time-limit", "20ms"]] {
      _ = try answer(arguments + ["--min-accuracy", "\(floor)", "--front", front, "--force"])
      let points = try String(contentsOfFile: front, encoding: .utf8).split(separator: "\n").map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return try ["predictedAccuracy", "multiplyAccumulates"].map { key in
          try #require((object?[key] as? NSNumber)?.doubleValue)
        }
      }
      #expect(!points.isEmpty && points.allSatisfy { $0[0] >= floor }, "\(arguments)")
      for (cheap, dear) in zip(points, points.dropFirst()) {
        #expect(cheap[0] < dear[0] && cheap[1] < dear[1], "\(arguments)")
      }
    }
  }

  @Test("A page is in no file of the front's, however that is called")
  func oneFile() throws {
    let front = world.path("front.jsonl")
    let other = world.path("./front.jsonl")
    let outcome = try Command.run(searching + ["--front", front, "--report", other, "--force"])
    #expect(outcome.status == 64 && outcome.errors.contains("a file of its own"), "\(outcome.errors)")
  }

  @Test(
    "What contradicts itself, or would do nothing, is a wrong use",
    arguments: [
      ("--minimize latency", "needs a device's profile"), ("--minimize macs --maximize macs", "'macs' is sought twice"),
      ("--runner probe", "go with '--verify'"), ("--in-the-loop", "what '--predictor' predicts"),
    ])
  func contradictions(arguments: String, words: String) throws {
    let outcome = try Command.run(searching + arguments.split(separator: " ").map(String.init))
    #expect(outcome.status == 64 && outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test("An accuracy that nothing reaches is not called impossible: the best that was seen is told, and the effort")
  func outOfReach() throws {
    for arguments in [["--min-accuracy", "100%"], ["--min-accuracy", "1", "--minimize", "storage"]] {
      let outcome = try Command.run(searching + arguments)
      let best = try answer([])["predictedAccuracy"] ?? 1
      try #require(best < 1)
      #expect(outcome.status == 3)
      let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
      #expect(object?["feasible"] as? Bool == false && object?["proven"] as? Bool == false)
      #expect(object?["budget"] as? String == "accuracy" && (object?["limit"] as? NSNumber)?.doubleValue == 1)
      #expect(try #require((object?["best"] as? NSNumber)?.doubleValue) <= best)
      #expect(try #require((object?["evaluations"] as? NSNumber)?.intValue) > 0)
      #expect(outcome.errors.contains("no subnet was found with an accuracy of 100.00 %"))
    }
  }

  @Test(
    "What cannot be sought is said by its flag, with what there is",
    arguments: [
      (["--minimize", "weight"], 64, "--minimize: unknown quantity \"weight\"; there is: accuracy, latency, macs"),
      (["--searcher", "magic"], 64, "--searcher: unknown searcher \"magic\"; there is: memetic"),
      (["--searcher", "elites"], 64, "--searcher: elites takes 2 objectives, not 1"),
      (["--minimize", "macs", "--maximize", "accuracy", "--searcher", "local"], 64, "local takes 1 objective, not 2"),
      (["--min-accuracy", "85"], 64, "--min-accuracy: \"85\" is no share from 0 to 1"),
      (["--evaluations", "0"], 64, "'--evaluations' is at least 1"),
      (["--table", "t.csv"], 64, "--table: a table has its own networks"),
    ] as [([String], Int32, String)])
  func refused(arguments: [String], status: Int32, words: String) throws {
    let outcome = try Command.run(searching + arguments)
    #expect(outcome.status == status && outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test("A table's networks are found by their columns, and what the table lacks is counted")
  func table() throws {
    let table = world.path("cells.csv")
    try "cell,accuracy,time\na|x,0.9,10\na|y,0.8,4\nb|x,,2\nb|y,0.7,5\n"
      .write(toFile: table, atomically: true, encoding: .utf8)
    let (front, base) = (world.path("cells.jsonl"), ["specialize", "--table", table])
    let found = try Command.run(
      base + ["--maximize", "accuracy", "--minimize", "time", "--front", front, "--searcher", "exhaustive", "--json"])
    #expect(found.output.hasPrefix(#"{"id":"a|x","row":0,"accuracy":0.9,"time":10"#), "\(found)")
    #expect(found.output.contains(#""evaluations":4,"failures":1"#))
    let lines = try String(contentsOfFile: front, encoding: .utf8)
    #expect(lines.contains("a|x") && lines.contains("a|y") && !lines.contains("b|y"))
    let least = try Command.run(base + ["--minimize", "time"])
    #expect(least.output.hasPrefix("b|x\ntime 2"), "\(least)")
    #expect(try Command.run(base).status == 64 && Command.run(base + ["--maximize", "size"]).status == 64)
    #expect(try Command.run(["specialize", "--table", world.path("none.csv"), "--maximize", "a"]).status == 66)
  }
}

/// Many fronts, and many targets.
@Suite struct ManyTests {
  @Test("Fronts are compared by what they dominate, whatever form their files have")
  func fronts() throws {
    let world = try TinyWorld()
    let (lines, table, page) = (world.path("a.jsonl"), world.path("b.csv"), world.path("fronts.html"))
    try """
    {"id": "a", "accuracy": 0.5, "latencyMilliseconds": 1}
    {"id": "b", "accuracy": 0.9, "latencyMilliseconds": 3}

    """.write(toFile: lines, atomically: true, encoding: .utf8)
    try "name,accuracy,latencyMilliseconds\nx,0.7,2\ny,0.6,3\nz,0.4,4\n"
      .write(toFile: table, atomically: true, encoding: .utf8)
    let outcome = try Command.run(["front", lines, table, "--output", page, "--json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let found = try outcome.output.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    func number(_ index: Int, _ key: String) -> Double { (found[index]?[key] as? NSNumber)?.doubleValue ?? .nan }
    // Up to an accuracy of 0.4 and 4 ms: 0.1 times 3 and 0.4 times 1; 0.3 times 2.
    #expect(abs(number(0, "hypervolume") - 0.7) < 1e-12 && abs(number(1, "hypervolume") - 0.6) < 1e-12)
    #expect(abs(number(0, "share") - 0.7 / 0.9) < 1e-12 && number(1, "front") == 1 && number(1, "points") == 3)
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("a.jsonl") && html.contains("b.csv"))
    #expect(try Command.run(["front", lines, world.path("none")]).status == 66)
    // A column may be called as a quantity; text may have a mark and empty lines before it.
    try "name,accuracy,latency\nx,0.7,2\n".write(toFile: table, atomically: true, encoding: .utf8)
    let column = try Command.run(["front", table, "--cost", "latency", "--json"])
    #expect(column.status == 0 && column.output.contains("\"share\":null"), "\(column.errors)")
    try ("\u{feff}\n" + String(contentsOfFile: lines, encoding: .utf8))
      .write(toFile: table, atomically: true, encoding: .utf8)
    #expect(try Command.run(["front", table]).status == 0)
    let other = try Command.run(["front", lines, "--cost", "macs"])
    #expect(other.status == 65 && other.errors.contains("point 1 has no number \"multiplyAccumulates\""))
  }

  @Test(
    "Each target has its answer and its file; one that is impossible is named, and does not keep the others from theirs"
  )
  func targets() throws {
    let world = try TinyWorld()
    let (file, plan) = (world.path("targets.jsonl"), world.path("camera.onnx"))
    try """
    {"name": "camera", "maxMacs": "8M", "output": "\(plan)"}
    {"maxMacs": "1"}
    {"name": "phone", "maxMacs": "20M", "maxStorage": "10MB"}

    """.write(toFile: file, atomically: true, encoding: .utf8)
    let arguments = [
      "specialize", "--model", packageRoot + "/Models/mbv3-32-mnist", "--predicted-only", "--evaluations", "300",
      "--targets", file,
    ]
    let outcome = try Command.run(arguments + ["--json"])
    #expect(outcome.status == 3 && outcome.errors.contains("1 of 3 targets have no subnet: 2"), "\(outcome.errors)")
    let found = try outcome.output.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    try #require(found.count == 3)
    #expect(found.map { $0?["target"] as? String } == ["camera", "2", "phone"])
    for (index, most) in [(0, 8e6), (2, 20e6)] {
      #expect((found[index]?["multiplyAccumulates"] as? NSNumber)?.doubleValue ?? .infinity <= most)
    }
    #expect(found[1]?["feasible"] as? Bool == false && found[1]?["proven"] as? Bool == true)
    #expect(
      (found[0]?["exportedBytes"] as? NSNumber)?.intValue == (try InputFile.read(plan)).count)
    // What cannot be written, or read, is told before anything is searched.
    for (line, status) in [(#"{"output": "camera.txt"}"#, 64), (#"{"profile": "none.json"}"#, 66)] {
      try (#"{"maxMacs": "8M"}"# + "\n" + line).write(toFile: file, atomically: true, encoding: .utf8)
      let refused = try Command.run(arguments + ["--json"])
      #expect(refused.status == status && refused.output.isEmpty, "\(refused.output) \(refused.errors)")
    }
    try #"{"maxMAC": "8M"}"#.write(toFile: file, atomically: true, encoding: .utf8)
    let unknown = try Command.run(arguments)
    #expect(unknown.status == 65 && unknown.errors.contains("line 1: unknown key \"maxMAC\""), "\(unknown.errors)")
    #expect(try Command.run(arguments + ["--max-macs", "1M"]).status == 64)
  }
}
