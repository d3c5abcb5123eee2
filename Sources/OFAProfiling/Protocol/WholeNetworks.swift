import OFAGraph
import OFANumerics

/// How long a whole network takes, over many runs.
public struct NetworkTime: Hashable, Sendable {
  /// The median of the runs that count: those of the machine's quiet moments.
  public var medianMilliseconds: Double
  /// What a tenth of these runs stay below.
  public var p10Milliseconds: Double
  /// What nine tenths of these runs stay below.
  public var p90Milliseconds: Double
  /// How many runs count, warm-ups left out.
  public var runs: Int
}

/// Times whole networks in turns.
///
/// A machine is slower in one second than in the next, so no network is timed in one go: in each of several rounds
/// every network, in random order, runs for a while, after warm-ups that bring it back into the caches. The median over
/// the quiet turns (see ``Pace``) is then of the machine, not of the moment.
public struct WholeNetworks {
  /// How often each network gets a turn, at the least.
  public var rounds = 10
  /// A network's turn.
  public var turn = {
    var turn = Turn.Request(runs: 8)
    turn.time = .milliseconds(20)
    return turn
  }()
  /// The least time of all timed runs: who looks too briefly takes a slow phase for the machine.
  public var observation: Duration = .seconds(8)
  /// The time of all timed runs after which no further round waits for a quiet one.
  public var patience: Duration = .seconds(40)
  /// How many networks are ready to run at one time: a bound on memory.
  static let batch = 32

  /// The protocol as `ofa measure` runs it.
  public init() {}

  /// The quiet turns that each network should have.
  private var quietTurns: Int { (rounds + 1) / 2 }

  /// The time of each network.
  ///
  /// - Parameters:
  ///   - graphs: the networks.
  ///   - pace: tells quiet turns from others; what it has learned stays with the caller.
  ///   - progress: called with the part that is done; what it throws ends the measurement.
  public func times(
    of graphs: [Graph], runner: some Runner, pace: inout Pace, using generator: inout some RandomNumberGenerator,
    progress: (Double) throws -> Void = { _ in }
  ) throws -> [NetworkTime] {
    var times: [NetworkTime] = []
    for start in stride(from: 0, to: graphs.count, by: Self.batch) {
      let networks = try runner.load(Array(graphs[start..<min(start + Self.batch, graphs.count)]))
      var turns = networks.map { _ in [Pace.Paced<[Double]>]() }
      var seconds = 0.0
      var done = 0.0
      while done < 1 {
        for index in networks.indices.shuffled(using: &generator) {
          let taken = try pace.around { try networks[index].take(turn).milliseconds }
          turns[index].append(taken)
          seconds += taken.value.reduce(0, +) / 1e3
        }
        done = min(Double(turns[0].count) / Double(rounds), seconds / observation.seconds)
        if done >= 1, seconds < patience.seconds, turns.contains(where: { $0.count(where: pace.isQuiet) < quietTurns })
        {
          done = 0.99
        }
        try progress((Double(start) + min(done, 1) * Double(networks.count)) / Double(graphs.count))
      }
      times += turns.map {
        let milliseconds = pace.quiet($0, least: quietTurns).flatMap { $0 }
        return NetworkTime(
          medianMilliseconds: Statistics.median(milliseconds), p10Milliseconds: Statistics.quantile(milliseconds, 0.1),
          p90Milliseconds: Statistics.quantile(milliseconds, 0.9), runs: milliseconds.count)
      }
    }
    return times
  }
}
