import OFAGraph
import OFANumerics

/// How long a whole network takes, over many runs.
public struct NetworkTime: Hashable, Sendable {
  /// The median of all runs.
  public var medianMilliseconds: Double
  /// What a tenth of the runs stay below.
  public var p10Milliseconds: Double
  /// What nine tenths of the runs stay below.
  public var p90Milliseconds: Double
  /// How many runs there were, warm-ups left out.
  public var runs: Int
}

/// Times whole networks in turns.
///
/// A machine is slower in one second than in the next, so no network is timed in one go: in each of several rounds every network, in random
/// order, runs for a while, after warm-ups that bring it back into the caches. The median over all rounds is then of the machine, not
/// of the moment.
public struct WholeNetworks {
  /// How often each network gets a turn.
  public var rounds = 10
  /// The runs before the first timing of a turn.
  public var warmUps = 3
  /// The least timed runs of a turn.
  public var runs = 8
  /// The least time of a turn's timed runs.
  public var turn: Duration = .milliseconds(20)
  /// How many networks are ready to run at one time: a bound on memory.
  static let batch = 32

  /// The protocol as `ofa measure` runs it.
  public init() {}

  /// The time of each network.
  ///
  /// - Parameters:
  ///   - graphs: the networks.
  ///   - progress: called with the part that is done; what it throws ends the measurement.
  public func times(
    of graphs: [Graph], runner: some Runner, using generator: inout some RandomNumberGenerator,
    progress: (Double) throws -> Void = { _ in }
  ) throws -> [NetworkTime] {
    var times: [NetworkTime] = []
    for start in stride(from: 0, to: graphs.count, by: Self.batch) {
      let networks = try graphs[start..<min(start + Self.batch, graphs.count)].map { try runner.load($0) }
      var milliseconds = networks.map { _ in [Double]() }
      for round in 0..<rounds {
        for index in networks.indices.shuffled(using: &generator) {
          milliseconds[index] += try time(networks[index])
        }
        let done = Double(start) + Double(networks.count * (round + 1)) / Double(rounds)
        try progress(done / Double(graphs.count))
      }
      times += milliseconds.map {
        NetworkTime(
          medianMilliseconds: Statistics.median($0), p10Milliseconds: Statistics.quantile($0, 0.1),
          p90Milliseconds: Statistics.quantile($0, 0.9), runs: $0.count)
      }
    }
    return times
  }

  /// One turn of a network.
  private func time(_ network: any LoadedNetwork) throws -> [Double] {
    for _ in 0..<warmUps { _ = try network.run() }
    var milliseconds: [Double] = []
    var total = 0.0
    while milliseconds.count < runs || total < turn.seconds * 1e3 {
      milliseconds.append(try network.run() * 1e3)
      total += milliseconds[milliseconds.count - 1]
    }
    return milliseconds
  }
}
