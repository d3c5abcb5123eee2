import OFAFormats
import OFAHardware
import OFANumerics
import OFAProfiling
import OFASpace
import TestSupport
import Testing

@Suite struct ProfilerTests {
  @Test("The table has the true time of every block of the space, though runs begin cold and one in five is disturbed")
  func recoversBlocks() throws {
    let space = try tinySpace()
    let runner = PretendRunner()
    runner.state.disturbed = 0.2
    let (profile, _) = try Profiler(space: space, runner: runner, budget: .milliseconds(300)).profile()
    let signatures = Set(space.subnets().flatMap { space.graph(of: $0).signatures })
    #expect(Set(profile.table.entries.keys) == signatures)
    for (signature, entry) in profile.table.entries {
      let expected = 1e3 * PretendRunner.seconds(of: signature)
      #expect(abs(entry.milliseconds / expected - 1) < 1e-9, "\(signature)")
      #expect(entry.count >= 3)
    }
  }

  @Test("The correction finds what a network takes beyond its blocks, and fresh networks are then predicted exactly")
  func findsCorrection() throws {
    let (profile, error) = try Profiler(space: try tinySpace(), runner: PretendRunner(), budget: .milliseconds(300))
      .profile()
    let correction = try #require(profile.correction)
    #expect(abs(correction.interceptMilliseconds - 1e3 * PretendRunner.overhead) < 1e-6)
    #expect(abs(correction.slope - 1) < 1e-6)
    #expect(correction.error == error)
    #expect(error.withinFivePercent == 1 && error.withinTenPercent == 1 && error.networks >= 10)
    #expect(error.relativeErrorP90 < 1e-6 && error.spearman > 0.999)
  }

  @Test("Blocks for which there is no time are predicted from those that were measured, and intervals say how well")
  func predictsWithoutTime() throws {
    let space = try SearchSpace.named("mini-32")
    let (profile, error) = try Profiler(space: space, runner: PretendRunner(), budget: .nanoseconds(1)).profile()
    let blocks = allBlocks(of: space)
    #expect(Set(profile.table.entries.keys) == blocks && profile.layers == nil)
    #expect(measured(profile).count < blocks.count / 2)
    #expect(try Documents.decode(DeviceProfile.self, from: Documents.encode(profile), at: "p.json") == profile)
    #expect(profile.measurement.repeats ?? 0 >= 3 && profile.measurement.warmUps == 3 && error.networks == 10)
    var generator = SeededGenerator(seed: 4, stream: "fresh")
    for _ in 0..<20 {
      let latency = try profile.latency(of: space.graph(of: space.randomSubnet(using: &generator)))
      #expect(0..<latency.milliseconds ~= latency.low && latency.high > latency.milliseconds)
    }
  }

  /// The blocks that were measured.
  private func measured(_ profile: DeviceProfile) -> [String: LatencyTable.Entry] {
    profile.table.entries.filter { !$0.value.isPredicted }
  }

  @Test("What a profile predicted is measured when it is added to, or predicted anew, and what it measured stays")
  func addsToPredictions() throws {
    let space = try SearchSpace.named("mini-32")
    let (blocks32, blocks) = (allBlocks(of: space, resolutions: [32]), allBlocks(of: space, resolutions: [24, 32]))
    var profiler = try Profiler(space: space, runner: PretendRunner(), budget: .nanoseconds(1))
    profiler.resolutions = [24]
    let first = try profiler.profile().profile
    try #require(measured(first).count < first.table.entries.count)
    // Again without time, at another resolution: what is predicted elsewhere stays too.
    profiler.resolutions = [32]
    profiler.base = first
    let second = try profiler.profile().profile
    #expect(Set(second.table.entries.keys) == blocks)
    try #require(measured(second).count < second.table.entries.count)
    let kept = first.table.entries.filter { !$0.value.isPredicted || !blocks32.contains($0.key) }
    #expect(second.table.entries.filter { kept[$0.key] != nil } == kept)
    // With time, all is measured; that predictions were worse counts no more.
    profiler.resolutions = [24, 32]
    profiler.budget = .milliseconds(300)
    profiler.base = second
    let third = try profiler.profile().profile
    #expect(measured(third).count == blocks.count && measured(third).count == third.table.entries.count)
    #expect(third.table.entries.filter { measured(second)[$0.key] != nil } == measured(second))
    for (signature, entry) in third.table.entries {
      #expect(abs(entry.milliseconds / (1e3 * PretendRunner.seconds(of: signature)) - 1) < 1e-9, "\(signature)")
    }
    #expect(third.correction?.error.relativeErrorP90 ?? 1 < 1e-6)
    // Where few blocks are new, fewer than a fit takes, they are predicted from those that were measured before.
    let few = Set(blocks.sorted().prefix(2))
    profiler.budget = .nanoseconds(1)
    profiler.base?.table.entries = third.table.entries.filter { !few.contains($0.key) }
    let fourth = try profiler.profile().profile
    #expect(fourth.table.entries.filter { !few.contains($0.key) } == profiler.base?.table.entries)
    #expect(few.allSatisfy { fourth.table.entries[$0]?.isPredicted == true })
  }

  @Test("A measurement that was interrupted goes on from what it had, to the same blocks")
  func resumes() throws {
    let space = try SearchSpace.named("mini-32")
    try withTemporaryFolder { folder in
      var profiler = try Profiler(space: space, runner: PretendRunner(), budget: .milliseconds(300))
      profiler.journal = ProfileJournal(of: folder + "/p.json")
      var calls = 0
      #expect(throws: Failure(.interrupted, "enough")) {
        _ = try profiler.profile { _, _ in
          calls += 1
          if calls == 8 { throw Failure(.interrupted, "enough") }
        }
      }
      let kept = try String(contentsOfFile: folder + "/p.json.partial", encoding: .utf8).split(separator: "\n")
      #expect(kept.count > 2)
      // What a program that was killed leaves: a line without its end.
      try (kept.joined(separator: "\n") + "\n{\"window\":{\"turns\":[{\"sub").write(
        toFile: folder + "/p.json.partial", atomically: true, encoding: .utf8)
      let runner = PretendRunner()
      profiler.crew = try Crew(space: space, runner: runner)
      profiler.budget = .nanoseconds(1)
      let (profile, _) = try profiler.profile()
      // The networks that were timed before are not loaded again.
      #expect(measured(profile).count >= 20)
      for (signature, entry) in measured(profile) {
        #expect(abs(entry.milliseconds / (1e3 * PretendRunner.seconds(of: signature)) - 1) < 1e-9, "\(signature)")
      }
      // What is added stands behind the last whole line, so that one can go on once more.
      profiler.budget = .milliseconds(300)
      for _ in 0..<2 { #expect(throws: Never.self) { try profiler.profile() } }
      profiler.space = try tinySpace()
      profiler.resolutions = profiler.space.resolutions
      let failure = #expect(throws: Failure.self) { try profiler.profile() }
      #expect(failure?.kind == .usage && failure?.place == folder + "/p.json.partial")
    }
  }

  @Test("A journal is of one version, definition of the space, resolutions, seed and cores, and of nothing else")
  func otherJournal() throws {
    let space = try tinySpace()
    let text = try Documents.encode(space)
    let others = try [("\"widthMultiplier\": 1", "\"widthMultiplier\": 2"), ("\"classes\": 3", "\"classes\": 4")]
      .map { part, changed in
        let other = text.replacing(part, with: changed)
        try #require(other != text)
        return try Documents.decode(SearchSpace.self, from: other, at: "other")
      }
    try withTemporaryFolder { folder in
      var profiler = try Profiler(space: space, runner: PretendRunner(), budget: .milliseconds(100))
      profiler.journal = ProfileJournal(of: folder + "/p.json")
      let path = folder + "/p.json.partial"
      _ = try profiler.profile()
      func expectRefusal(_ way: String, _ change: (inout Profiler) throws -> Void) throws {
        var other = profiler
        try change(&other)
        let failure = #expect(throws: Failure.self, "\(way)") { try other.profile() }
        #expect(failure?.kind == .usage && failure?.place == path, "\(way)")
        #expect(failure?.message.hasPrefix("it is of another version, space") == true, "\(way)")
      }
      for other in others { try expectRefusal("definition") { $0.space = other } }
      try expectRefusal("resolutions") { $0.resolutions = [8] }
      try expectRefusal("seed") { $0.seed = 1 }
      let pinned = PretendRunner()
      pinned.measurement.cores = "0"
      try expectRefusal("cores") { $0.crew = try Crew(space: space, runner: pinned) }
      #expect(throws: Never.self) { try profiler.profile() }
      // As version 2 began.
      let begun = #"{"subject":{"format":"ofa-profile-journal","version":2,"space":"tiny","blocks":9,"runner":"x"}}"#
      try begun.write(toFile: path, atomically: true, encoding: .utf8)
      try expectRefusal("version") { _ in }
    }
  }

  @Test("A journal without a whole line is begun anew", arguments: ["", "\n", #"{"subject":{"format":"ofa-pro"#])
  func cutJournal(text: String) throws {
    try withTemporaryFolder { folder in
      var profiler = try Profiler(space: try tinySpace(), runner: PretendRunner(), budget: .milliseconds(100))
      profiler.journal = ProfileJournal(of: folder + "/p.json")
      try text.write(toFile: folder + "/p.json.partial", atomically: true, encoding: .utf8)
      // What the first leaves is gone on from.
      for _ in 0..<2 { #expect(throws: Never.self) { try profiler.profile() } }
      #expect(try InputFile.read(folder + "/p.json.partial").starts(with: #"{"subject":{"format":"ofa-profile-"#.utf8))
    }
  }

  @Test("A clock that tells some blocks no time is good enough for a profile, one that tells all of them none is not")
  func coarseClock() throws {
    let space = try tinySpace()
    let runner = PretendRunner()
    runner.state.tick = 0.3e-3
    let profiler = try Profiler(space: space, runner: runner, budget: .milliseconds(300))
    let (profile, _) = try profiler.profile()
    let times = profile.table.entries.values.map(\.milliseconds)
    #expect(times.contains(0) && times.contains { $0 > 0 })
    #expect(try Documents.decode(DeviceProfile.self, from: Documents.encode(profile), at: "p.json") == profile)
    runner.state.tick = 1
    let failure = #expect(throws: Failure.self) { try profiler.profile() }
    #expect(failure?.kind == .badData && failure?.place == "pretend")
    #expect(failure?.message.hasPrefix("all blocks of a network take no time") == true)
  }

  @Test("A journal with times that cannot be is refused", arguments: ["1e300", "-1e-300", "0", "5e-324"])
  func damagedJournal(time: String) throws {
    let space = try tinySpace()
    try withTemporaryFolder { folder in
      var profiler = try Profiler(space: space, runner: PretendRunner(), budget: .milliseconds(100))
      profiler.journal = ProfileJournal(of: folder + "/p.json")
      _ = try profiler.profile()
      let path = folder + "/p.json.partial"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      for key in ["seconds", "milliseconds", "referenceMilliseconds", "yardstickMilliseconds"] {
        let damaged = text.replacing(try Regex("\"\(key)\":[-0-9.e]+"), with: "\"\(key)\":\(time)")
        try #require(damaged != text)
        try damaged.write(toFile: path, atomically: true, encoding: .utf8)
        let failure = #expect(throws: Failure.self) { try profiler.profile() }
        #expect(failure?.kind == .badData && failure?.place == path, "\(key)")
        #expect(failure?.message.hasPrefix("it has times that cannot be") == true, "\(key)")
      }
    }
  }

  @Test("A space that is added to a profile has only its new blocks measured, on the profile's own scale")
  func adds() throws {
    let space = try SearchSpace.named("mini-32")
    var profiler = try Profiler(space: space, runner: PretendRunner(), budget: .milliseconds(200))
    profiler.resolutions = [24]
    let first = try profiler.profile().profile
    // The device is slower now.
    let slow = PretendRunner()
    slow.state.slow = 0..<1e9
    profiler.crew = try Crew(space: space, runner: slow)
    profiler.resolutions = [24, 32]
    profiler.base = first
    let both = try profiler.profile().profile
    #expect(Set(both.table.entries.keys) == allBlocks(of: space, resolutions: [24, 32]))
    for (signature, entry) in both.table.entries {
      if let before = first.table.entries[signature] { #expect(entry == before) }
      #expect(abs(entry.milliseconds / (1e3 * PretendRunner.seconds(of: signature)) - 1) < 1e-9, "\(signature)")
    }
    #expect(both.correction?.slope == first.correction?.slope && both.correction?.error.relativeErrorP90 ?? 1 < 1e-6)
    // Nothing is new, and a profile without a correction has nothing that one could be fitted to.
    profiler.base = both
    profiler.base?.correction = nil
    let same = try profiler.profile().profile
    #expect(same.table == both.table && same.correction == nil)
    // Of a data sheet, the device and its limits stay.
    profiler.base = DeviceProfile(
      device: DeviceProfile.Device(name: "sheet"), measurement: DeviceProfile.Measurement(runner: "none"),
      limits: DeviceProfile.Limits(memoryBytes: 5 << 20))
    let sheet = try profiler.profile().profile
    #expect(sheet.device.name == "sheet" && sheet.limits.memoryBytes == 5 << 20)
    #expect(sheet.measurement.runner == "pretend" && sheet.isTimed)
    profiler.base = first
    profiler.base?.measurement.threads = 2
    #expect { try profiler.profile() } throws: { ($0 as? Failure)?.kind == .usage }
    profiler.base = first
    profiler.base?.measurement.cores = "0"
    #expect { try profiler.profile() } throws: { ($0 as? Failure)?.message.contains("on other `cores`") == true }
    let other = PretendRunner()
    other.measurement.machine = "Raspberry Pi 5 Model B"
    profiler.crew = try Crew(space: space, runner: other)
    profiler.base = first
    profiler.base?.measurement.machine = "Raspberry Pi 3 Model B"
    #expect { try profiler.profile() } throws: {
      ($0 as? Failure)?.kind == .usage && "\($0)".contains("is of a Raspberry Pi 3 Model B, and this")
    }
  }

  @Test("A device that is slow for a while has the same profile as one that is not")
  func slowPhase() throws {
    let space = try tinySpace()
    let runner = PretendRunner()
    runner.state.slow = 1..<20
    var profiler = try Profiler(space: space, runner: runner, budget: .seconds(40))
    // The device's own time, however little of a processor the test gets.
    profiler.clock = { .seconds(runner.state.seconds) }
    let (profile, error) = try profiler.profile()
    #expect(runner.state.seconds > 20)
    for (signature, entry) in profile.table.entries {
      #expect(abs(entry.milliseconds / (1e3 * PretendRunner.seconds(of: signature)) - 1) < 1e-9, "\(signature)")
    }
    #expect(error.relativeErrorP90 < 1e-6)
  }

  @Test("A profile says how many networks the device takes alike for in two halves of their own turns")
  func tellsNoise() throws {
    let space = try tinySpace()
    let runner = PretendRunner()
    func share() throws -> Double? {
      let profile = try Profiler(space: space, runner: runner, budget: .milliseconds(300)).profile().profile
      let read = try Documents.decode(DeviceProfile.self, from: Documents.encode(profile), at: "p.json")
      return read.correction?.error.halvesWithinFivePercent
    }
    #expect(try share() == 1)
    #expect(try Profiler(space: space, runner: runner, budget: .milliseconds(300)).profile().error.leftOut == 0)
    runner.state.unsteady = 1
    let noisy = try #require(try share())
    #expect(0..<0.8 ~= noisy)
  }

  @Test("A device that times no blocks has its layers fitted to whole networks")
  func withoutBlocks() throws {
    let space = try tinySpace()
    let runner = PretendRunner()
    runner.timesBlocks = false
    let (profile, error) = try Profiler(space: space, runner: runner, budget: .milliseconds(300)).profile()
    #expect(profile.table.entries.isEmpty && profile.correction?.error == error && error.networks >= 10)
    for subnet in space.subnets() { #expect(try profile.latency(of: space.graph(of: subnet)).milliseconds > 0) }
  }

  @Test("Only the resolutions that were asked for are measured")
  func narrowsResolutions() throws {
    let space = try tinySpace()
    var profiler = try Profiler(space: space, runner: PretendRunner(), budget: .nanoseconds(1))
    profiler.resolutions = [8]
    let table = try profiler.profile().profile.table
    #expect(table.covers(space.graph(of: space.smallest)))
    #expect(!table.covers(space.graph(of: space.largest)))
  }

  @Test("What the progress throws ends the measurement and comes out")
  func isInterrupted() throws {
    let profiler = try Profiler(space: try tinySpace(), runner: PretendRunner(), budget: .seconds(60))
    #expect(throws: Failure(.interrupted, "enough")) {
      _ = try profiler.profile { _, _ in throw Failure(.interrupted, "enough") }
    }
  }

  @Test(
    "The blocks to be timed are those of all subnets, but for known ones, and the chosen subnets have them all",
    arguments: ["tiny", "mini-32", "mbv3-32"])
  func choice(name: String) throws {
    let space = try name == "tiny" ? tinySpace() : SearchSpace.named(name)
    var generator = SeededGenerator(seed: 2, stream: "random")
    let subnets = name == "tiny" ? Array(space.subnets()) : (0..<500).map { _ in space.randomSubnet(using: &generator) }
    let seen = Set(subnets.flatMap { space.graph(of: $0).signatures })
    let all = BlockChoice(space: space, resolutions: space.resolutions)
    #expect(name == "tiny" ? Set(all.signatures) == seen : Set(all.signatures).isSuperset(of: seen))
    #expect(all.signatures.count == Set(all.signatures).count)
    if let count = ["mini-32": 76, "mbv3-32": 223][name] { #expect(all.signatures.count == count) }
    let chosen = all.subnets(lacking: Set(all.signatures), count: .max)
    #expect(Set(chosen.flatMap { space.graph(of: $0).signatures }) == Set(all.signatures))
    let known = Set(space.graph(of: space.largest).signatures)
    let rest = BlockChoice(space: space, resolutions: space.resolutions, known: known.contains)
    #expect(Set(rest.signatures) == Set(all.signatures).subtracting(known))
  }

  @Test("Spread draws reach further down and up the range of costs than even draws, and stay in the space")
  func spreads() throws {
    let space = try SearchSpace.named("mbv3-32")
    var generator = SeededGenerator(seed: 1, stream: "spread")
    func costs(_ draw: (inout SeededGenerator) -> Subnet) -> [Double] {
      (0..<400).map { _ in
        let subnet = draw(&generator)
        #expect((try? space.subnet(space.document(of: subnet))) == subnet)
        return Double(space.graph(of: subnet).costs.multiplyAccumulates)
      }
    }
    let spread = costs { space.spreadSubnet(resolution: 32, using: &$0) }
    let even = costs { space.randomSubnet(resolution: 32, using: &$0) }
    #expect(Statistics.quantile(spread, 0.1) < 0.8 * Statistics.quantile(even, 0.1))
    #expect(Statistics.quantile(spread, 0.9) > 1.2 * Statistics.quantile(even, 0.9))
  }
}
