import OFAFormats
import OFAGraph
import OFAHardware
import OFANumerics
import OFAProfiling
import OFARegression
import OFASpace
import Testing

@Suite struct WholeNetworksTests {
  @Test("The median is the warm time, in the order of the networks, whatever the order of their turns")
  func medians() throws {
    let space = try tinySpace()
    let graphs = [space.largest, space.smallest, space.largest].map(space.graph(of:))
    let runner = PretendRunner()
    runner.state.disturbed = 0.2
    var generator = SeededGenerator(seed: 1, stream: "turns")
    var measurement = WholeNetworks()
    measurement.turn.time = .milliseconds(1)
    measurement.observation = .zero
    measurement.patience = .zero
    let crew = try Crew(space: space, runner: runner)
    let times = try measurement.times(of: graphs, crew: crew, using: &generator)
    for (graph, time) in zip(graphs, times) {
      let expected = 1e3 * (graph.signatures.map(PretendRunner.seconds).reduce(0, +) + PretendRunner.overhead)
      #expect(abs(time.medianMilliseconds / expected - 1) < 1e-9)
      #expect(abs(time.p10Milliseconds / expected - 1) < 1e-9)
      #expect(abs(time.p90Milliseconds / (3 * expected) - 1) < 1e-9)
      // The reference is disturbed at times, and turns beside it do not count then.
      #expect(time.runs % measurement.turn.runs == 0)
      #expect(measurement.rounds * measurement.turn.runs / 2...measurement.rounds * measurement.turn.runs ~= time.runs)
    }
  }

  @Test("A turn lasts at least its time")
  func lasts() throws {
    let space = try tinySpace()
    var generator = SeededGenerator(seed: 1, stream: "turns")
    var measurement = WholeNetworks()
    let graph = space.graph(of: space.smallest)
    let seconds = graph.signatures.map(PretendRunner.seconds).reduce(PretendRunner.overhead, +)
    measurement.turn.time = .seconds(100 * seconds)
    measurement.observation = .zero
    let runner = PretendRunner()
    let crew = try Crew(space: space, runner: runner)
    let time = try measurement.times(of: [graph], crew: crew, using: &generator)[0]
    #expect(99 * measurement.rounds...101 * measurement.rounds ~= time.runs)
  }

  @Test("More networks than are loaded at a time are all measured, and progress ends at 1")
  func manyNetworks() throws {
    let space = try tinySpace()
    var generator = SeededGenerator(seed: 1, stream: "turns")
    var progress: [Double] = []
    var measurement = WholeNetworks()
    measurement.turn.time = .zero
    let runner = PretendRunner()
    let crew = try Crew(space: space, runner: runner)
    let graphs = (0..<70).map { _ in space.graph(of: space.randomSubnet(using: &generator)) }
    let times = try measurement.times(of: graphs, crew: crew, using: &generator, progress: { progress.append($0) })
    #expect(times.count == 70)
    #expect(progress == progress.sorted() && progress.last == 1)
  }

  @Test("Phases in which the machine is slow are left out, whether a measurement begins, goes on or ends in one")
  func slowPhases() throws {
    let space = try tinySpace()
    let graph = space.graph(of: space.largest)
    let expected = 1e3 * graph.signatures.map(PretendRunner.seconds).reduce(PretendRunner.overhead, +)
    for slow in [0.0..<6, 1..<2, 3..<60] {
      let runner = PretendRunner()
      runner.state.slow = slow
      let crew = try Crew(space: space, runner: runner)
      var generator = SeededGenerator(seed: 1, stream: "turns")
      let time = try WholeNetworks().times(of: [graph], crew: crew, using: &generator)[0]
      #expect(abs(time.medianMilliseconds / expected - 1) < 1e-9, "slow in \(slow)")
      #expect(abs(time.p90Milliseconds / expected - 1) < 1e-9, "slow in \(slow)")
      #expect(time.quietTurns > 0)
    }
  }

  @Test("A machine that is never as fast again as at one moment does not hold up a measurement for ever")
  func patience() throws {
    let space = try tinySpace()
    let graph = space.graph(of: space.largest)
    let expected = 1e3 * graph.signatures.map(PretendRunner.seconds).reduce(PretendRunner.overhead, +)
    let runner = PretendRunner()
    runner.state.slow = 0.1..<1e6
    let crew = try Crew(space: space, runner: runner)
    var generator = SeededGenerator(seed: 1, stream: "turns")
    let time = try WholeNetworks().times(of: [graph], crew: crew, using: &generator)[0]
    // Cold runs take most of the time in this device.
    #expect(runner.state.seconds < 400)
    #expect(time.quietTurns == 0)
    #expect(time.medianMilliseconds <= PretendRunner.slowness * expected * (1 + 1e-9))
  }

  @Test("What a later moment shows to have been slow does not count as quiet, though it was measured and kept before")
  func slowBefore() throws {
    let space = try tinySpace()
    let graphs = (0..<64).map { _ in space.graph(of: space.smallest) }
    var measurement = WholeNetworks()
    (measurement.turn.time, measurement.observation, measurement.patience) = (.zero, .zero, .zero)
    func times(_ count: Int, of runner: PretendRunner, keep: ([Int: NetworkTime]) -> Void = { _ in }) throws
      -> [NetworkTime]
    {
      var generator = SeededGenerator(seed: 1, stream: "turns")
      return try measurement.times(
        of: Array(graphs.prefix(count)), crew: Crew(space: space, runner: runner), using: &generator, keep: keep)
    }
    let half = PretendRunner()
    half.state.slow = 0..<1e9
    _ = try times(32, of: half)
    let whole = PretendRunner()
    whole.state.slow = 0..<half.state.seconds
    var kept: [Int: NetworkTime] = [:]
    let found = try times(64, of: whole) { kept.merge($0) { $1 } }
    #expect(kept[0]?.quietTurns ?? 0 > 0 && kept.count == 64)
    #expect(found.prefix(32).allSatisfy { $0.quietTurns == 0 } && found.suffix(31).allSatisfy { $0.quietTurns > 0 })
  }

  @Test("Times without one quiet turn are left out, but where they are most")
  func ofQuietMoments() throws {
    func times(_ quietTurns: [Int]) throws -> [NetworkTime] {
      try JSON.decode(
        [NetworkTime].self,
        from: "["
          + quietTurns.map {
            #"{"medianMilliseconds": 1, "p10Milliseconds": 1, "p90Milliseconds": 1, "runs": 8, "quietTurns": \#($0)}"#
          }.joined(separator: ",") + "]", at: "times")
    }
    #expect(try times([1, 0, 5, 3]).ofQuietMoments == [0, 2, 3])
    #expect(try times([1, 0, 5, 3]).dropFirst().ofQuietMoments == [2, 3])
    #expect(try times([1, 0]).ofQuietMoments == [0])
    #expect(try times([1, 0, 0]).ofQuietMoments == [0, 1, 2])
    #expect(try times([]).ofQuietMoments.isEmpty)
  }

  @Test("Many networks wait for quiet moments no longer than all together may, however many are loaded at a time")
  func patienceOfMany() throws {
    let space = try tinySpace()
    let graphs = (0..<96).map { _ in space.graph(of: space.smallest) }
    let runner = PretendRunner()
    let crew = try Crew(space: space, runner: runner)
    var generator = SeededGenerator(seed: 1, stream: "turns")
    var measurement = WholeNetworks(count: graphs.count, within: .seconds(20))
    measurement.turn.time = .zero
    // The reference was fast once.
    runner.state.slow = 0.1..<1e6
    _ = try measurement.times(of: graphs, crew: crew, using: &generator)
    // 20 s are 250 s of this device with its cold runs; three batches that wait as long each take three times that.
    #expect(runner.state.seconds < 350)
  }
}

@Suite struct AgreementTests {
  @Test("The correction is the line through points that lie on one, and rises through noise that does not")
  func correction() {
    let line = LineFit.correction(sums: [1, 2, 4], latencies: [2.5, 4.5, 8.5])
    #expect(abs(line.intercept - 0.5) < 1e-9 && abs(line.slope - 2) < 1e-9)
    let falling = LineFit.correction(sums: [1, 2], latencies: [3, 2])
    #expect(falling.intercept == 0 && abs(falling.slope - 2.5 / 1.5) < 1e-9)
  }

  @Test("The error counts the predictions within 5 and 10 percent of the measurement")
  func error() {
    let error = PredictionError(predicted: [1.04, 0.94, 2.5, 4], measured: [1, 1, 2, 4])
    #expect(error.networks == 4 && error.withinFivePercent == 0.5 && error.withinTenPercent == 0.75)
    #expect(abs(error.relativeErrorP90 - (0.06 + 0.7 * 0.19)) < 1e-9)
  }
}

@Suite struct IntervalTests {
  @Test("Nine of ten fresh networks are within the intervals that a hundred others set, whatever the blocks' spread")
  func coverage() throws {
    let space = try tinySpace()
    for spread in [0, 0.01, 0.03] {
      let entry = LatencyTable.Entry(
        medianMilliseconds: 1, p10Milliseconds: 1 - spread, p90Milliseconds: 1 + spread, count: 9)
      let table = LatencyTable(Dictionary(uniqueKeysWithValues: allBlocks(of: space).map { ($0, entry) }))
      var profile = DeviceProfile(
        device: DeviceProfile.Device(name: "x"), measurement: DeviceProfile.Measurement(runner: "x"),
        correction: LatencyCorrection(
          interceptMilliseconds: 0, slope: 1, error: PredictionError(predicted: [1], measured: [1])),
        table: table)
      var generator = SeededGenerator(seed: 7, stream: "errors")
      func draw(_ count: Int) throws -> [(graph: Graph, measured: Double)] {
        try (0..<count).map { _ in
          let graph = space.graph(of: space.randomSubnet(using: &generator))
          return (graph, try profile.latency(of: graph).milliseconds * (1 + 0.02 * generator.gaussian()))
        }
      }
      let seen = try draw(100)
      let error = try LatencyCorrection.intervalError(
        of: profile, graphs: seen.map(\.graph), measured: seen.map(\.measured))
      profile.correction?.intervalError = error
      let covered = try draw(1_000).count {
        let estimate = try profile.latency(of: $0.graph)
        return estimate.low...estimate.high ~= $0.measured
      }
      #expect(850...950 ~= covered, "\(covered) at a spread of \(spread)")
    }
  }
}

@Suite struct RunnerTests {
  @Test("An unknown runner is a usage error that names those there are")
  func unknown() throws {
    let space = try tinySpace()
    let names = "host, onnxruntime, probe, ssh:USER@HOST[:PORT][,…], exec:COMMAND"
    for name in ["toaster", "exec", "exec:", "host:2", ""] {
      #expect(throws: Failure(.usage, "unknown runner \"\(name)\"; there is: \(names)", at: "`runner`")) {
        _ = try Runners.named(name, space: space, threads: 1)
      }
    }
  }

  @Test("This machine times whole networks and their blocks, and tells what it is", arguments: [1, 2])
  func host(threads: Int) throws {
    let space = try tinySpace()
    let runner = try Runners.named("host", space: space, threads: threads)
    let graph = space.graph(of: space.largest)
    var request = Turn.Request(runs: 4)
    request.blockRuns = 2
    let turn = try runner.load([graph])[0].take(request)
    #expect(turn.milliseconds.count == 4 && turn.milliseconds.allSatisfy { $0 > 0 })
    #expect(turn.blockMilliseconds.map(\.count) == [graph.blocks.count, graph.blocks.count])
    #expect(turn.blockMilliseconds.joined().allSatisfy { $0 > 0 })
    #expect(runner.measurement.runner == "host" && runner.measurement.threads == threads)
    #expect(!(runner.measurement.kernelForm ?? "").isEmpty && !runner.device.name.isEmpty)
  }

  @Test("A whole profile of this machine covers the space and predicts by a rising line")
  func hostProfile() throws {
    let space = try tinySpace()
    let runner = try HostRunner(space: space, threads: 1)
    let (profile, _) = try Profiler(space: space, runner: runner, budget: .milliseconds(200)).profile()
    #expect(try profile.latency(of: space.graph(of: space.largest)).milliseconds > 0)
    #expect(try #require(profile.correction).slope > 0)
  }
}
