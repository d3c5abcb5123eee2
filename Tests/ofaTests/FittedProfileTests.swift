import Foundation
import OFAFormats
import OFANumerics
import OFASpace
import Testing
import TinyWorld

/// `ofa profile fit`, and the commands that take what it writes.
@Suite struct FittedProfileTests {
  private let world: TinyWorld

  init() throws { world = try TinyWorld() }

  /// Random subnets as `ofa measure --json` writes them, timed by their multiply-accumulates.
  static func timed(_ world: TinyWorld, seed: UInt64, count: Int) throws -> String {
    let space = try world.searchSpace()
    var generator = SeededGenerator(seed: seed, stream: "timed")
    return try (0..<count).map { _ in
      let subnet = space.randomSubnet(using: &generator)
      let time = 0.2 + 1e-6 * Double(space.graph(of: subnet).costs.multiplyAccumulates)
      return "{\"id\":\(try JSON.encode(space.id(of: subnet))),\"latencyMilliseconds\":\(time),\"runs\":50}\n"
    }.joined()
  }

  /// Lists of two layers, timed on two devices of which one knows every other network only.
  private func lists(_ count: Int) -> String {
    (1...count).map { index in
      """
      {"id": "n\(index)", \
      "lat_ms": {"fast": \(0.5 + 0.01 * Double(index)), "slow": \(index % 2 == 0 ? "null" : "\(index)")}, \
      "layers": [["conv", 3, \(8 * index), 3, 2, 32, "relu"], ["fc", \(8 * index), 10, 1, 1, 1]]}

      """
    }.joined()
  }

  private func run(_ arguments: [String], input: String = "") throws -> Command.Outcome {
    try Command.run(arguments, input: input)
  }

  private struct Line: Decodable {
    var id: String
    var latencyMilliseconds, lowMilliseconds, highMilliseconds: Double?
  }

  @Test("Subnets that were timed become a profile that latency and specialize take")
  func path() throws {
    let (networks, profile) = (world.path("timed.jsonl"), world.path("fitted.json"))
    try AtomicFile.write(Self.timed(world, seed: 1, count: 30), to: networks)
    let fitted = try run(
      [
        "profile", "fit", "--networks", networks, "--space", world.space, "--device", "board", "--output", profile,
        "--json",
      ])
    #expect(fitted.status == 0, "\(fitted.errors)")
    for key in [
      "\"networks\":30", "passedOver", "sourceNetworks", "layerGroups", "\"model\":\"additive\"", "withinFivePercent",
      "withinTenPercent", "spearman", "relativeErrorP90",
    ] { #expect(fitted.output.contains(key), "\(fitted.output) lacks \(key)") }
    let text = String(decoding: try InputFile.read(profile), as: UTF8.self)
    #expect(text.contains(/"spaces": \[\s*"tiny"\s*\]/), "\(text.prefix(500))")

    let fresh = try Self.timed(world, seed: 2, count: 20)
    let latency = try run(
      ["latency", "--profile", profile, "--space", world.space, "--subnets", "-", "--json"], input: fresh)
    #expect(latency.status == 0, "\(latency.errors)")
    let predicted = try JSONLines.decode(Line.self, from: latency.output, at: "latency")
    let measured = try JSONLines.decode(Line.self, from: fresh, at: "timed")
    for (p, m) in zip(predicted, measured) {
      let (time, true_) = (try #require(p.latencyMilliseconds), try #require(m.latencyMilliseconds))
      #expect(abs(time / true_ - 1) < 0.05)
      let (low, high) = (try #require(p.lowMilliseconds), try #require(p.highMilliseconds))
      #expect(low <= time && time <= high)
    }

    // A limit that some subnets keep, and one that none does: the least is the smallest subnet's, and proven.
    let space = try world.searchSpace()
    let least = try JSONLines.decode(
      Line.self,
      from: run(
        ["latency", "--profile", profile, "--space", world.space, "--subnets", "-", "--json"],
        input: space.id(of: space.smallest)
      ).output, at: "latency")[0].latencyMilliseconds
    let impossible = try run(
      ["specialize", "--space", world.space, "--profile", profile, "--max-latency", "1us", "--json"])
    #expect(impossible.status == 3)
    #expect(impossible.output.contains("\"proven\":true"), "\(impossible.output)")
    let told = try #require(impossible.output.firstMatch(of: /"least":([0-9.]+)/)).output.1
    #expect(abs((Double(told) ?? .nan) - (least ?? 0)) < 1e-5)
  }

  @Test("One of several devices is taken, networks without its latency are passed over, and others are learned from")
  func columns() throws {
    let networks = world.path("lists.jsonl")
    try AtomicFile.write(lists(20), to: networks)
    func fit(_ more: [String]) throws -> Command.Outcome {
      try run(
        ["profile", "fit", "--networks", networks, "--device", "x", "--output", world.path("p.json"), "--json"] + more)
    }
    let slow = try fit(["--column", "slow"])
    #expect(slow.output.contains("\"networks\":10,\"passedOver\":10,\"sourceNetworks\":0"), "\(slow)")
    let learned = try fit(["--column", "slow", "--from", networks, "--from-column", "fast"])
    #expect(learned.output.contains("\"networks\":10,\"passedOver\":10,\"sourceNetworks\":20"), "\(learned)")
    let plain = world.path("plain.jsonl")
    try AtomicFile.write(
      lists(20).replacing(/"lat_ms": \{"fast": ([0-9.]+)[^}]*\}/) { "\"latencyMilliseconds\": \($0.output.1)" },
      to: plain)
    let alike = try fit(["--column", "slow", "--from", plain])
    #expect(alike.output == learned.output, "\(alike)")
    let named = try run(
      ["profile", "fit", "--networks", plain, "--column", "fast", "--device", "x", "--output", world.path("q.json")])
    #expect(named.status == 64 && named.errors.contains("name none"), "\(named)")
    for (arguments, words) in [
      ([], ["several", "fast, slow", "--column"]), (["--column", "medium"], ["medium", "fast, slow"]),
      (["--column", "slow", "--from", networks, "--from-column", "medium"], ["medium", "--from-column"]),
      (["--column", "slow", "--from-column", "fast"], ["--from"]), (["--classes", "3"], ["--space"]),
    ] {
      let refused = try fit(arguments)
      #expect(refused.status == 64 && refused.errors.count { $0 == "\n" } == 1, "\(refused.errors)")
      for word in words { #expect(refused.errors.contains(word), "\(refused.errors) lacks \(word)") }
    }
  }

  @Test("A page shows predicted against measured latencies, and of a space what blocks take; it is a file of its own")
  func report() throws {
    let page = world.path("page.html")
    func fit(_ networks: String, _ more: [String]) throws -> Command.Outcome {
      try AtomicFile.write(networks, to: world.path("timed.jsonl"))
      return try run(
        [
          "profile", "fit", "--networks", world.path("timed.jsonl"), "--device", "board", "--output",
          world.path("p.json"),
        ]
          + more)
    }
    for (networks, more, hasBlocks) in [
      (try Self.timed(world, seed: 1, count: 30), ["--space", world.space], true),
      (lists(20), ["--column", "fast"], false),
    ] {
      let outcome = try fit(networks, more + ["--report", page])
      #expect(outcome.status == 0 && outcome.output.contains("report: \(page)"), "\(outcome)")
      let text = String(decoding: try InputFile.read(page), as: UTF8.self)
      #expect(text.contains("board") && text.contains("Predicted against measured"))
      #expect(text.contains("The largest subnet") == hasBlocks)
    }
    let one = try fit(lists(20), ["--column", "fast", "--report", world.path("p.json")])
    #expect(one.status == 64 && one.errors.contains("a file of its own"), "\(one)")
  }

  @Test("What is no timed network is refused with its line, and too few with their number")
  func refused() throws {
    let good = lists(1)
    for (text, status, words) in [
      (good + "nonsense\n", 65, ["line 2"]), (good + "{\"layers\": []}\n", 65, ["line 2", "without layers"]),
      (good.replacing("0.51", with: "-1"), 65, ["line 1", "-1"]),
      (good.replacing("0.51", with: "1e-9"), 65, ["line 1"]),
      (good.replacing("\"conv\", 3", with: "\"conv\", 0"), 65, ["line 1: layers[0]", "input channels", "0"]),
      (good.replacing("\"conv\", 3", with: "\"conv\", 90000000"), 65, ["line 1: layers[0]", "90000000"]),
      (good.replacing("\"conv\", 3", with: "\"conv\", \"x\""), 65, ["line 1: layers[0]"]),
      (good.replacing("[\"fc\", 8, 10, 1, 1, 1]", with: "[\"fc\", 8]"), 65, ["line 1: layers[1]"]),
      (good, 65, ["1 networks", "at least 5"]), ("", 65, ["no network"]),
      ("{\"id\": \"n\", \"latencyMilliseconds\": 1}\n", 64, ["line 1", "--space"]),
      ("{\"id\": \"n\", \"latencyMilliseconds\": \"fast\"}\n", 65, ["line 1: latencyMilliseconds"]),
    ] as [(String, Int32, [String])] {
      try AtomicFile.write(text, to: world.path("bad.jsonl"))
      let outcome = try run(
        [
          "profile", "fit", "--networks", world.path("bad.jsonl"), "--column", "fast", "--device", "x", "--output",
          world.path("p.json"),
        ])
      #expect(outcome.status == status && outcome.errors.count { $0 == "\n" } == 1, "\(text) \(outcome)")
      for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors) lacks \(word)") }
      #expect(!FileManager.default.fileExists(atPath: world.path("p.json")))
    }
    let missing = try run(
      ["profile", "fit", "--networks", world.path("none"), "--device", "x", "--output", world.path("p.json")])
    #expect(missing.status == 66 && missing.errors.contains(world.path("none")))
  }

  @Test("A layer that the fitted networks did not have is named, with the device")
  func unknownLayer() throws {
    try AtomicFile.write(lists(20), to: world.path("lists.jsonl"))
    _ = try run(
      [
        "profile", "fit", "--networks", world.path("lists.jsonl"), "--column", "fast", "--device", "board", "--output",
        world.path("p.json"),
      ])
    let space = try world.searchSpace()
    for arguments in [
      ["latency", "--profile", world.path("p.json"), "--space", world.space, "--subnets", "-"],
      ["specialize", "--profile", world.path("p.json"), "--space", world.space, "--max-latency", "1s"],
    ] {
      let outcome = try run(arguments, input: space.id(of: space.smallest))
      #expect(outcome.status == 65 && outcome.errors.contains("no layer \""), "\(outcome)")
    }
  }
}
