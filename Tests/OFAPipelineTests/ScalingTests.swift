import OFACluster
import OFAFormats
import OFAPipeline
import OFASpace
import TestSupport
import Testing

@Suite("Scaling")
struct ScalingTests {
  /// 10 ms and 1 ms an image; a third of the gradients is done at half of it, the rest at 0.9.
  private let model = ScalingModel(
    batch: 64, fixedSeconds: 0.01, secondsPerImage: 0.001, done: [0.5, 0.9], bytes: [1_000_000, 2_000_000])

  @Test("A step is as long as computing, and what the exchange takes more, by the model's definition")
  func definition() {
    func seconds(_ ranks: Int, _ bytesPerSecond: Double, latency: Double = 0) -> Double {
      model.stepSeconds(
        ranks: ranks, over: Cluster.LinkSpeed(latency: latency, bytesPerSecond: bytesPerSecond))
    }
    func isNear(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) < 1e-9 }
    #expect(isNear(seconds(1, 1), 0.074))
    // Two ranks compute 42 ms. So fast a link hides all but the last range and the sums.
    #expect(isNear(seconds(2, 1e9), 0.042 + 0.001 + 0.0015))
    // On a slow one the first range is still on its way when the last is done.
    #expect(isNear(seconds(2, 1e7), 0.021 + 0.05 + 0.1 + 0.15 + 0.0042))
    // Four ranges wait for a message's latency.
    #expect(isNear(seconds(2, 1e9, latency: 0.001), 0.042 + 0.002 + 0.0035))
    let fast = Cluster.LinkSpeed(latency: 0, bytesPerSecond: 1e12)
    #expect(isNear(model.exchangeSeconds(ranks: 4, over: Cluster.LinkSpeed(latency: 0, bytesPerSecond: 1e7)), 0.45))
    // With 16 ranks a step takes 14 ms, with 8 it takes 18: no longer a quarter less.
    #expect(model.mostRanks(over: fast) == 8)
    #expect(model.mostRanks(over: Cluster.LinkSpeed(latency: 0, bytesPerSecond: 1e7)) == 1)
  }

  @Test("Ranks that are slower in turn wait for each other, though each takes as long in the median")
  func waiting() {
    let times = ScalingBenchmark.StepTimes(seconds: [[1, 2, 3], [3, 2, 1]])
    #expect(times.slowest == 2 && times.waiting == 1)
  }

  @Test("Ranks measure together what a step takes and what is sent; one alone is told how to start several")
  func measured() throws {
    let space = try SearchSpace.named("mini-32")
    let results = ThreadNetwork(ranks: 2).run { cluster in
      defer { try? cluster.leave() }
      return try ScalingBenchmark.measure(space.smallest, in: space, batch: 16, threads: 1, cluster: cluster)
    }
    let result = try #require(try results[0].get())
    #expect(try results[1].get() == nil)
    #expect(result.ranks == 2 && result.stepSeconds > 0 && result.computeSeconds > 0)
    #expect(0...1 ~= result.overlap && result.bytesPerSecond > 0 && result.latencySeconds > 0)
    // Both halves are of half of all gradients.
    let bytes = 4 * space.supernetValues
    #expect(bytes...bytes + bytes / 2 ~= result.exchangedBytes)
    #expect(result.predictions.count == 16 && Set(result.predictions.map(\.network)).count == 4)
    // What is predicted for what was measured is that.
    #expect(result.predictions[0].stepSeconds > 0.5 * result.stepSeconds)
    #expect {
      try ScalingBenchmark.measure(space.smallest, in: space, batch: 16, threads: 1, cluster: .alone)
    } throws: { error in
      (error as? Failure)?.kind == .usage && "\(error)".contains("mpirun -n 2 ofa bench scaling")
    }
  }
}
