import Foundation
import OFAFormats
import OFAHardware
import OFAPipeline
import OFASpace
import TestSupport
import Testing
import TinyWorld

/// Answers that are measured before they are named, on a board that only looks like one.
@Suite struct VerificationTests {
  /// A trained model, a board, and a profile of it that is wrong.
  private struct Bench {
    let world: TinyWorld
    let model: String
    let space: SearchSpace
    /// What the smallest and the largest network take on the board.
    private(set) var least = 0.0
    private(set) var most = 0.0
    /// What the smallest takes by the profile.
    let leastPredicted: Double

    /// - Parameter slowness: what a byte of a network's file takes on the board, as a multiple of what a byte of its
    ///   weights takes by the profile.
    init(slowness: Double) throws {
      world = try TinyWorld()
      let training = world.training("run")
      _ = try training.run()
      model = training.modelFolder
      space = try world.searchSpace()
      var table = LatencyTable()
      for graph in space.subnets().map(space.graph(of:)) {
        for (block, signature) in graph.signatures.enumerated() {
          let weights = graph.nodes(ofBlock: block).reduce(0) {
            $0 + graph.nodes[$1].weights.reduce(0) { $0 + $1.count }
          }
          table.entries[signature] = LatencyTable.Entry(
            medianMilliseconds: max(0.004 * Double(weights), 1e-4), count: 1)
        }
      }
      let profile = DeviceProfile(
        device: DeviceProfile.Device(name: "board"), measurement: DeviceProfile.Measurement(runner: "exec"),
        table: table)
      try Documents.write(profile, to: world.path("board.json"))
      leastPredicted = try profile.latency(of: space.graph(of: space.smallest)).milliseconds
      // A run takes what the network's file is long, every third a tenth more.
      let script = """
        import base64, json, sys
        times = {}
        for line in sys.stdin:
            request, *words = line.split()
            answer = {"error": "not understood", "kind": "request"}
            if request == "hello":
                answer = {"hello": "ofa-runner", "version": 1, "takes": "onnx", "runner": "board"}
            elif request == "load":
                times[words[0]] = \(slowness) * len(base64.b64decode(words[1])) / 1e3
                answer = {"loaded": int(words[0]), "difference": 0}
            elif request == "turn":
                time = times[words[0]]
                answer = {"turn": int(words[0]),
                          "milliseconds": [time * (1.1 if i % 3 == 1 else 1) for i in range(int(words[3]))]}
            elif request == "drop":
                answer = {"dropped": int(words[0])}
            print(json.dumps(answer), flush=True)
        """
      try script.write(toFile: world.path("board.py"), atomically: true, encoding: .utf8)
      let ends = try LatencyMeasurement(runner: runner, space: space).measure([space.smallest, space.largest])
      (least, most) = (ends[0].p90Milliseconds, ends[1].p90Milliseconds)
    }

    var runner: String { "exec:exec python3 '\(world.path("board.py"))'" }

    func specialization(limit: Double) -> Specialization {
      var budgets = Budgets()
      budgets.bound(.latency, by: limit)
      var specialization = Specialization(space: SpaceSource(.model(model)), budgets: budgets)
      specialization.profiles = [world.path("board.json")]
      return specialization
    }
  }

  @Test("A winner meets the limit as measured, where the profile is too slow and where it is too fast")
  func limit() throws {
    for slowness in [0.3, 1.0] {
      let bench = try Bench(slowness: slowness)
      let limit = (bench.least + bench.most) / 2
      var specialization = bench.specialization(limit: limit)
      let predicted = try specialization.run().best
      specialization.verification = .init(runner: bench.runner)
      specialization.report = Output(bench.world.path("page.html"))
      var warnings: [String] = []
      let found = try specialization.run(monitor: Monitor(warn: { warnings.append($0) }))
      let measured = try #require(found.best.measured)
      #expect(measured.p90Milliseconds <= limit && measured.id == found.best.id)
      #expect(found.measured.contains(measured))
      #expect(abs(measured.p90Milliseconds / measured.measuredMilliseconds - 1.1) < 0.01)
      // What was measured by itself.
      let alone = try LatencyMeasurement(runner: bench.runner, space: bench.space).measure([
        predicted.subnet, found.best.subnet,
      ])
      #expect(abs(alone[1].latencyMilliseconds / measured.measuredMilliseconds - 1) < 0.01)
      #expect((alone[0].p90Milliseconds > limit) == (slowness == 1), "the profile alone would have been right")
      #expect(
        (found.latencyFactor > 1) == (slowness == 1) && warnings.contains { $0.contains("times what the profile") })
      // A profile that is too slow keeps nothing back.
      if slowness == 0.3 { #expect(found.best.predictedAccuracy > predicted.predictedAccuracy) }
      let json = try JSON.encode(found, pretty: false)
      for key in ["measuredMilliseconds", "p90Milliseconds", "measured", "latencyFactor", "heldOutAccuracy"] {
        #expect(json.contains("\"\(key)\":"))
      }
      #expect(try String(contentsOfFile: bench.world.path("page.html"), encoding: .utf8).contains("On the device"))
    }
  }

  @Test("Where nothing meets the limit when it is measured, that is what is said, with the fastest that was")
  func impossible() throws {
    let bench = try Bench(slowness: 1)
    var specialization = bench.specialization(limit: (bench.leastPredicted + bench.least) / 2)
    _ = try specialization.run()
    specialization.verification = .init(runner: bench.runner)
    let refusal = #expect(throws: InfeasibleBudget.self) { _ = try specialization.run() }
    #expect(refusal?.proven == false && refusal?.failure.kind == .infeasible)
    #expect(refusal?.best == bench.least)
    #expect(refusal?.failure.message.contains("when it is measured") == true)
  }

  @Test("Each of many targets is measured by its own runner; one without a runner by that of all, or not at all")
  func targets() throws {
    let bench = try Bench(slowness: 1)
    let (file, limit) = (bench.world.path("targets.jsonl"), (bench.least + bench.most) / 2)
    func answers(_ specialization: Specialization, _ lines: String) throws -> [Specialization.Result] {
      try lines.write(toFile: file, atomically: true, encoding: .utf8)
      var results: [Specialization.Result] = []
      try specialization.run(for: Target.read(file), force: false) { results.append(try $0.result.get()) }
      return results
    }
    var plain = bench.specialization(limit: limit)
    let target = #""profile": "\#(bench.world.path("board.json"))", "maxLatency": "\#(limit)ms""#
    let lines = """
      {\(target), "runner": "\(bench.runner)"}
      {\(target)}
      """
    let found = try answers(plain, lines)
    #expect(found.count == 2 && found.map { $0.best.measured != nil } == [true, false])
    #expect(try #require(found[0].best.measured).p90Milliseconds <= limit)
    plain.verification = .init(runner: bench.runner)
    let all = try answers(plain, lines)
    #expect(all.map(\.best.measured?.id) == [found[0].best.id, found[0].best.id])
    let refusal = failure { _ = try answers(plain, "{\(target), \"cores\": \"0\"}") }
    #expect(refusal?.kind == .badData && refusal?.message.contains("go with a \"runner\"") == true)
  }

  @Test("What cannot be verified or trained further is said by its setting before anything is searched")
  func usage() throws {
    let bench = try Bench(slowness: 1)
    var specialization = bench.specialization(limit: bench.most)
    specialization.verification = .init(runner: bench.runner)
    specialization.profiles.append(bench.world.path("board.json"))
    #expect(failure { _ = try specialization.run() }?.place == "`verification`")
    specialization = Specialization(space: SpaceSource(.named(bench.world.space)), budgets: Budgets())
    specialization.finetuning = .init(epochs: 1, output: bench.world.path("tuned"))
    #expect(failure { _ = try specialization.run() }?.place == "`finetuning`")
  }

  @Test("The subnet that was found is trained further alone, evaluated on the same images, and left as a model")
  func finetuning() throws {
    let bench = try Bench(slowness: 1)
    var specialization = bench.specialization(limit: (bench.least + bench.most) / 2)
    let before = try specialization.run().best
    specialization.finetuning = .init(epochs: 2, output: bench.world.path("tuned"))
    let found = try specialization.run()
    #expect(found.best.id == before.id && found.best.heldOutAccuracy == before.heldOutAccuracy)
    let model = try #require(found.finetunedModel)
    let tuned = try SpaceSource(.model(model)).space()
    #expect(tuned.id(of: tuned.largest) == before.id && tuned.smallest == tuned.largest)
    #expect(try #require(found.best.finetunedAccuracy) >= 0.3)
    #expect(failure { _ = try specialization.run() }?.kind == .usage)
  }
}
