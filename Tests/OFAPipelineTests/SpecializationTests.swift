import OFAFormats
import OFAHardware
import OFAPipeline
import OFASpace
import TestSupport
import Testing
import TinyWorld

@Suite struct SpecializationTests {
  @Test("Budgets that nothing meets are refused before any predictor is opened, with the least there is")
  func infeasible() throws {
    let world = try TinyWorld()
    let space = try world.searchSpace()
    let least = SubnetCosts(of: space.smallest, in: space).parameters
    var specialization = Specialization(
      space: SpaceSource(.named(world.space)), budgets: try Budgets(parameters: "\(least - 1)"))
    specialization.predictor = world.path("nowhere.json")
    let infeasible = #expect(throws: InfeasibleBudget.self) { _ = try specialization.run() }
    #expect(infeasible?.budget == "parameters" && infeasible?.limit == Double(least - 1))
    #expect(infeasible?.least == Double(least) && infeasible?.failure.kind == .infeasible)
    let text = try JSON.encode(try #require(infeasible), pretty: false)
    let start = "{\"feasible\":false,\"proven\":true,\"budget\":\"parameters\","
    #expect(
      text == start + "\"limit\":\(least - 1).0,\"least\":\(least).0}"
        || text == start + "\"limit\":\(least - 1),\"least\":\(least)}")

    specialization.budgets = try Budgets(parameters: "\(least)")
    #expect(failure { _ = try specialization.run() }?.kind == .missingInput)
  }

  @Test("What is missing or does not fit is said by its setting")
  func usage() throws {
    let world = try TinyWorld()
    var specialization = Specialization(
      space: SpaceSource(.named(world.space)), budgets: try Budgets(latency: "1ms"))
    var found = failure { _ = try specialization.run() }
    #expect(found?.kind == .usage && found?.place == "`latency`")

    specialization.budgets = Budgets()
    found = failure { _ = try specialization.run() }
    #expect(found?.kind == .usage && found?.message.contains("`predictor`") == true)

    specialization.resolutions = [9]
    found = failure { _ = try specialization.run() }
    #expect(found?.kind == .usage && found?.place == "`resolutions`")
  }

  @Test("A limit that is a device's own is not called a budget to be raised")
  func deviceLimit() throws {
    let world = try TinyWorld()
    var profile = DeviceProfile(
      device: DeviceProfile.Device(name: "watch"), measurement: DeviceProfile.Measurement(runner: "test"),
      table: LatencyTable())
    profile.limits.memoryBytes = 10
    let space = try world.searchSpace()
    for resolution in space.resolutions {
      for subnet in space.coveringSubnets(resolution: resolution) {
        for signature in space.graph(of: subnet).signatures {
          profile.table.entries[signature] = LatencyTable.Entry(medianMilliseconds: 1, count: 1)
        }
      }
    }
    try Documents.write(profile, to: world.path("watch.json"))
    var specialization = Specialization(space: SpaceSource(.named(world.space)), budgets: Budgets())
    specialization.profiles = [world.path("watch.json")]
    let refusal = #expect(throws: InfeasibleBudget.self) { try specialization.run() }
    #expect(refusal?.failure.message.contains("all that watch has: choose another device") == true)
    // A lower limit of the user's is the user's to raise.
    specialization.budgets.bound(.peakActivationBytes, by: 9)
    let own = #expect(throws: InfeasibleBudget.self) { try specialization.run() }
    #expect(own?.failure.message.hasSuffix("; raise this budget") == true)
  }

  @Test("A device that was not measured bounds what it can hold; a limit on its latency is refused with the remedy")
  func notMeasured() throws {
    let world = try TinyWorld()
    let training = world.training("run")
    _ = try training.run()
    let space = try world.searchSpace()
    let least = SubnetCosts(of: space.smallest, in: space).weightBytes
    var board = DeviceProfile(
      device: DeviceProfile.Device(name: "board"), measurement: DeviceProfile.Measurement(runner: "none"))
    board.limits.storageBytes = least + 400
    try Documents.write(board, to: world.path("board.json"))
    var specialization = Specialization(
      space: SpaceSource(.model(training.modelFolder)), budgets: try Budgets(multiplyAccumulates: "40k"))
    specialization.profiles = [world.path("board.json")]
    specialization.front = Output(world.path("front.jsonl"))
    let found = try specialization.run()
    #expect(found.front.allSatisfy { $0.costs.weightBytes <= least + 400 } && found.best.latencies.isEmpty)
    #expect(found.best.costs.weightBytes <= least + 400 && found.best.costs.multiplyAccumulates <= 40_000)
    #expect(try JSON.encode(found.best, pretty: false).contains("\"latencyMilliseconds\":null"))

    specialization.budgets.bound(.latency, by: 1)
    let refused = failure { _ = try specialization.run() }
    #expect(refused?.kind == .badData && refused?.place == "board")
    #expect(refused?.message.contains("ofa profile") == true)
  }

  @Test("A profile of another version of the engine is said to be, and is used all the same")
  func otherVersion() throws {
    let world = try TinyWorld()
    for (runner, version, isTold) in [
      ("host", "0.0.1", true), ("probe", "0.0.1", true), ("host", Package.version, false), ("host", nil, false),
      ("onnxruntime", "0.0.1", false),
    ] as [(String, String?, Bool)] {
      let profile = DeviceProfile(
        device: DeviceProfile.Device(name: "x"),
        measurement: DeviceProfile.Measurement(runner: runner, runnerVersion: version),
        table: LatencyTable(["block": LatencyTable.Entry(medianMilliseconds: 1, count: 1)]))
      try Documents.write(profile, to: world.path("p.json"))
      var warnings: [String] = []
      #expect(
        try DeviceProfile(reading: world.path("p.json"), monitor: Monitor(warn: { warnings.append($0) })) == profile)
      #expect(warnings.count == (isTold ? 1 : 0), "\(runner): \(warnings)")
      for word in isTold ? [world.path("p.json"), "0.0.1", Package.version, "measure again"] : [] {
        #expect(warnings[0].contains(word), "\(warnings)")
      }
    }
  }

  @Test("With several profiles every device keeps the limit, and all latencies are told")
  func severalDevices() throws {
    let world = try TinyWorld()
    let training = world.training("run")
    _ = try training.run()
    let space = try world.searchSpace()
    // The slow device takes ten times as long for everything.
    for (name, factor) in [("fast", 1.0), ("slow", 10.0)] {
      var table = LatencyTable()
      for subnet in space.subnets() {
        for signature in space.graph(of: subnet).signatures {
          table.entries[signature] = LatencyTable.Entry(
            medianMilliseconds: factor * Double(signature.utf8.count) / 1000, count: 1)
        }
      }
      let profile = DeviceProfile(
        device: DeviceProfile.Device(name: name), measurement: DeviceProfile.Measurement(runner: "test"), table: table)
      try Documents.write(profile, to: world.path("\(name).json"))
    }
    var specialization = Specialization(space: SpaceSource(.model(training.modelFolder)), budgets: Budgets())
    specialization.profiles = ["fast", "slow"].map { world.path("\($0).json") }
    let slow = try Documents.read(DeviceProfile.self, world.path("slow.json"))
    let least = try slow.latency(of: space.graph(of: space.smallest)).milliseconds
    let most = try slow.latency(of: space.graph(of: space.largest)).milliseconds
    let limit = (least + most) / 2
    specialization.budgets.bound(.latency, by: limit)
    let bounded = try specialization.run().best
    #expect(bounded.latencies.map(\.device) == ["fast", "slow"])
    #expect(bounded.latencies.allSatisfy { $0.milliseconds <= limit })
    #expect(bounded.latencyMilliseconds == bounded.latencies[1].milliseconds)
    #expect(try JSON.encode(bounded, pretty: false).contains("\"latencies\":{"))
    #expect(try !JSON.encode(best(of: training.modelFolder), pretty: false).contains("latencies"))

    specialization.resolutions = [8]
    #expect(try specialization.run().best.subnet.resolution == 8)

    // A resolution that was asked for and that a device was not measured at is not left out in silence.
    var narrow = slow
    for subnet in space.subnets() where subnet.resolution == 12 {
      for signature in space.graph(of: subnet).signatures { narrow.table.entries[signature] = nil }
    }
    try Documents.write(narrow, to: world.path("narrow.json"))
    for (asked, isTold) in [([8, 12], true), ([8], false), (nil, false)] as [([Int]?, Bool)] {
      var warnings: [String] = []
      specialization.profiles = [world.path("narrow.json")]
      specialization.resolutions = asked
      #expect(
        try specialization.run(monitor: Monitor(warn: { warnings.append($0) })).best.subnet.resolution == 8)
      let told = warnings.filter { $0.hasPrefix("resolution 12 is not searched: ") && $0.contains("slow") }
      #expect(told.count == (isTold ? 1 : 0), "\(warnings)")
    }

    // Beside a device that was not measured there is one latency.
    let bare = DeviceProfile(
      device: DeviceProfile.Device(name: "bare"), measurement: DeviceProfile.Measurement(runner: "none"))
    try Documents.write(bare, to: world.path("bare.json"))
    specialization.budgets = Budgets()
    specialization.profiles = [world.path("bare.json"), world.path("slow.json")]
    #expect(try specialization.run().best.latencies.map(\.device) == ["slow"])
  }
}

/// The best subnet of a model without a device or a budget.
private func best(of model: String) throws -> Specialization.Candidate {
  try Specialization(space: SpaceSource(.model(model)), budgets: Budgets()).run().best
}
