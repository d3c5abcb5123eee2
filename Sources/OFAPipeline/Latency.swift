import OFAFormats
import OFAHardware
import OFANumerics
import OFAProfiling
import OFASpace

/// The latency of one subnet as a profile predicts it.
public struct PredictedLatency: Hashable, Sendable, Encodable {
  /// The subnet's id.
  public var id: String
  /// The prediction.
  public var latencyMilliseconds: Double
  /// The lower end of the 90 % interval.
  public var lowMilliseconds: Double
  /// The upper end of the 90 % interval.
  public var highMilliseconds: Double

  /// The prediction for a canonical subnet.
  ///
  /// - Throws: `.badData` naming a block that the profile does not have.
  public init(of subnet: Subnet, in space: SearchSpace, on profile: DeviceProfile) throws {
    let estimate = try profile.latency(of: space.graph(of: subnet))
    id = space.id(of: subnet)
    latencyMilliseconds = estimate.milliseconds
    lowMilliseconds = estimate.low
    highMilliseconds = estimate.high
  }
}

/// The latency of one subnet as it was measured.
public struct MeasuredLatency: Hashable, Sendable, Encodable {
  /// The subnet's id.
  public var id: String
  /// The median of the runs that count: those of the machine's quiet moments.
  public var latencyMilliseconds: Double
  /// What a tenth of these runs stay below.
  public var p10Milliseconds: Double
  /// What nine tenths of these runs stay below.
  public var p90Milliseconds: Double
  /// How many runs count.
  public var runs: Int
  /// The memory that it needs, where that was asked for.
  public var memory: NetworkMemory?
}

extension MeasuredLatency {
  private enum Key: CodingKey { case id, latencyMilliseconds, p10Milliseconds, p90Milliseconds, runs }

  /// Writes the memory's keys beside the latency's.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(id, forKey: .id)
    try container.encode(latencyMilliseconds, forKey: .latencyMilliseconds)
    try container.encode(p10Milliseconds, forKey: .p10Milliseconds)
    try container.encode(p90Milliseconds, forKey: .p90Milliseconds)
    try container.encode(runs, forKey: .runs)
    try memory?.encode(to: encoder)
  }
}

/// Times whole subnets on a device.
public struct LatencyMeasurement {
  /// The runner's name.
  public var runner: String
  /// What runs networks on a board that is reached by `ssh`; see `Runners`.
  public var engine: String?
  /// The space of the subnets.
  public var space: SearchSpace
  /// How many threads run one network.
  public var threads: Int
  /// The processors that these run on, such as `0,2-3`; see `Runners`.
  public var cores: String?
  /// Whether the memory that each network needs is looked at, before any is timed.
  public var measuresMemory = false
  /// The seed of the order in which networks take turns.
  public var seed: UInt64

  /// A measurement by a runner.
  public init(runner: String, space: SearchSpace, threads: Int = 1, seed: UInt64 = 0) {
    self.runner = runner
    self.space = space
    self.threads = threads
    self.seed = seed
  }

  /// The latency of each subnet, in order.
  ///
  /// - Throws: `.usage` for an unknown runner.
  public func measure(_ subnets: [Subnet], monitor: Monitor = Monitor()) throws -> [MeasuredLatency] {
    var latencies: [MeasuredLatency] = []
    try measure(subnets, monitor: monitor) { latencies.append($0) }
    return latencies
  }

  /// Hands over the latency of each subnet, in order, once all are measured; where something ends the work before, of
  /// each that is measured by then.
  ///
  /// - Throws: as ``measure(_:monitor:)``, what `take` throws.
  public func measure(
    _ subnets: [Subnet], monitor: Monitor, take: (MeasuredLatency) throws -> Void
  ) throws {
    let crew = try Runners.crew(
      runner, engine: engine, space: space, threads: threads, cores: cores, isInterrupted: monitor.isInterrupted,
      remark: monitor.warn)
    let memory =
      measuresMemory
      ? try crew.memory(of: subnets.map(space.graph(of:))) {
        try monitor.check("measuring memory", $0, devices: crew.news)
      } : []
    var generator = SeededGenerator(seed: seed, stream: "measure")
    var kept: [Int: NetworkTime] = [:]
    func handOver() throws {
      for (index, time) in kept.sorted(by: { $0.key < $1.key }) {
        try take(
          MeasuredLatency(
            id: space.id(of: subnets[index]), latencyMilliseconds: time.medianMilliseconds,
            p10Milliseconds: time.p10Milliseconds, p90Milliseconds: time.p90Milliseconds, runs: time.runs,
            memory: measuresMemory ? memory[index] : nil))
      }
    }
    do {
      let times = try WholeNetworks().times(
        of: subnets.map(space.graph(of:)), crew: crew, using: &generator, keep: { kept.merge($0) { $1 } },
        progress: { try monitor.check("measuring", $0, devices: crew.news) })
      crew.conditions().flatMap(\.doubts).forEach(monitor.warn)
      kept = Dictionary(uniqueKeysWithValues: zip(subnets.indices, times))
    } catch {
      try handOver()
      throw error
    }
    try handOver()
  }
}
