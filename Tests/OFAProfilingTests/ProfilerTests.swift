import OFAFormats
import OFAHardware
import OFANumerics
import OFAProfiling
import OFASpace
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
    #expect(error.withinFivePercent == 1 && error.withinTenPercent == 1 && error.networks == 50)
    #expect(error.relativeErrorP90 < 1e-6 && error.spearman > 0.999)
  }

  @Test("Every block is measured even when the budget is over at once")
  func coversWithoutTime() throws {
    let space = try tinySpace()
    let (profile, _) = try Profiler(space: space, runner: PretendRunner(), budget: .nanoseconds(1)).profile()
    for subnet in space.subnets() { #expect(profile.table.covers(space.graph(of: subnet))) }
    #expect(profile.measurement.repeats ?? 0 >= 3 && profile.measurement.warmUps == 3)
  }

  @Test("A device that is slow for a while has the same profile as one that is not")
  func slowPhase() throws {
    let space = try tinySpace()
    let runner = PretendRunner()
    runner.state.slow = 1..<20
    let (profile, error) = try Profiler(space: space, runner: runner, budget: .milliseconds(300)).profile()
    #expect(runner.state.seconds > 20)
    for (signature, entry) in profile.table.entries {
      #expect(abs(entry.milliseconds / (1e3 * PretendRunner.seconds(of: signature)) - 1) < 1e-9, "\(signature)")
    }
    #expect(error.relativeErrorP90 < 1e-6)
  }

  @Test("A device that times no blocks has its layers fitted to whole networks")
  func withoutBlocks() throws {
    let space = try tinySpace()
    let runner = PretendRunner()
    runner.timesBlocks = false
    let (profile, error) = try Profiler(space: space, runner: runner, budget: .milliseconds(300)).profile()
    #expect(profile.table.entries.isEmpty && profile.correction?.error == error && error.networks == 50)
    for subnet in space.subnets() { #expect(try profile.latency(of: space.graph(of: subnet)).milliseconds > 0) }
  }

  @Test("Only the resolutions that were asked for are measured")
  func narrowsResolutions() throws {
    let space = try tinySpace()
    var profiler = Profiler(space: space, runner: PretendRunner(), budget: .nanoseconds(1))
    profiler.resolutions = [8]
    let table = try profiler.profile().profile.table
    #expect(table.covers(space.graph(of: space.smallest)))
    #expect(!table.covers(space.graph(of: space.largest)))
  }

  @Test("What the progress throws ends the measurement and comes out")
  func isInterrupted() throws {
    let profiler = Profiler(space: try tinySpace(), runner: PretendRunner(), budget: .seconds(60))
    #expect(throws: Failure(.interrupted, "enough")) {
      _ = try profiler.profile { _, _ in throw Failure(.interrupted, "enough") }
    }
  }

  @Test("The distinct blocks are those of all subnets, each with a subnet that has it")
  func distinctBlocks() throws {
    let space = try tinySpace()
    let blocks = space.distinctBlocks(resolutions: space.resolutions)
    #expect(Set(blocks.keys) == Set(space.subnets().flatMap { space.graph(of: $0).signatures }))
    for (signature, subnet) in blocks { #expect(space.graph(of: subnet).signatures.contains(signature)) }
  }

  @Test(
    "The spaces for small images have so many distinct blocks, and no random subnet has another",
    arguments: [("mbv3-32", 223), ("mini-32", 76)])
  func blocksOfLargerSpace(name: String, count: Int) throws {
    let space = try SearchSpace.named(name)
    let blocks = space.distinctBlocks(resolutions: space.resolutions)
    #expect(blocks.count == count)
    var generator = SeededGenerator(seed: 2, stream: "random")
    for _ in 0..<500 {
      let subnet = space.randomSubnet(using: &generator)
      #expect(space.graph(of: subnet).signatures.allSatisfy { blocks[$0] != nil })
    }
  }

  @Test("Spread draws reach further down and up the range of costs than even draws, and stay in the space")
  func spreads() throws {
    let space = try SearchSpace.named("mbv3-32")
    var generator = SeededGenerator(seed: 1, stream: "spread")
    func costs(_ draw: (inout SeededGenerator) -> Subnet) throws -> [Double] {
      try (0..<400).map { _ in
        let subnet = draw(&generator)
        let canonical = try space.canonical(subnet)
        #expect(canonical == subnet)
        return Double(space.graph(of: subnet).costs.multiplyAccumulates)
      }
    }
    let spread = try costs { space.spreadSubnet(resolution: 32, using: &$0) }
    let even = try costs { space.randomSubnet(resolution: 32, using: &$0) }
    #expect(Statistics.quantile(spread, 0.1) < 0.8 * Statistics.quantile(even, 0.1))
    #expect(Statistics.quantile(spread, 0.9) > 1.2 * Statistics.quantile(even, 0.9))
  }
}
