import OFAGraph
import OFANumerics

/// How long a whole network takes, over many runs.
public struct NetworkTime: Hashable, Sendable, Codable {
  /// The median of the runs that count: those of the machine's quiet moments.
  public var medianMilliseconds: Double
  /// What a tenth of these runs stay below.
  public var p10Milliseconds: Double
  /// What nine tenths of these runs stay below.
  public var p90Milliseconds: Double
  /// How many runs count, warm-ups left out.
  public var runs: Int
  /// How many turns were in quiet moments; of none, the quietest turns' runs count.
  public var quietTurns: Int
  /// By how much the medians of every other turn and of the turns between differ, as a part of the median: how noisy
  /// the device was; nil of a single turn.
  public var halvesDifference: Double?
}

extension Collection<NetworkTime> {
  /// Where networks had a turn in a quiet moment: the times of the others are of whatever else the machine did. All,
  /// where these are fewer than half, as then it is the quiet moments that are not the machine's usual ones.
  package var ofQuietMoments: [Index] {
    let quiet = indices.filter { self[$0].quietTurns > 0 }
    return 2 * quiet.count < count ? Array(indices) : quiet
  }
}

/// Times whole networks in turns.
///
/// A machine is slower in one second than in the next, so no network is timed in one go: in each of several rounds
/// every network, in random order, runs for a while, after warm-ups that bring it back into the caches. The median over
/// the quiet turns (see `Pace`) is then of the machine, not of the moment.
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
  /// The time of a batch's timed runs after which no further round waits for a quiet one.
  public var patience: Duration = .seconds(40)
  /// The time of a network, all its turns, after which few rounds do; nil where it may take what it takes.
  var limit: Duration?
  /// How many rounds do then.
  private static let fewRounds = 3
  /// How many networks are ready to run at one time: a bound on memory.
  static let batch = 32

  /// The protocol as `ofa measure` runs it.
  public init() {}

  /// The protocol for so many networks, whose timed runs take about a given time or a little more: the pace is known by
  /// the reference's turns, of which there are many.
  package init(count: Int, within time: Duration) {
    observation = .zero
    patience = min(patience, time * (Double(min(count, Self.batch)) / Double(max(1, count))))
  }

  /// The quiet turns that each network should have.
  private var quietTurns: Int { (rounds + 1) / 2 }

  /// The time of each network, each on one device of a crew.
  ///
  /// - Parameters:
  ///   - graphs: the networks.
  ///   - crew: the devices.
  ///   - known: the times of some of them, by index, which are not measured again.
  ///   - generator: draws the order.
  ///   - keep: takes the times that were measured, by index, as soon as they are there. A later moment may show that
  ///     one was not quiet: what is returned knows of all.
  ///   - progress: called with the part that is done; what it throws ends the measurement.
  public func times(
    of graphs: [Graph], crew: Crew, known: [Int: NetworkTime] = [:], using generator: inout some RandomNumberGenerator,
    keep: ([Int: NetworkTime]) throws -> Void = { _ in }, progress: (Double) throws -> Void = { _ in }
  ) throws -> [NetworkTime] {
    let unknown = graphs.indices.filter { known[$0] == nil }
    // Several devices get small batches, so that all have some and little is lost with one.
    let size = crew.count == 1 ? Self.batch : min(Self.batch, max(2, unknown.count / (4 * crew.count)))
    var batches = stride(from: 0, to: unknown.count, by: size).map { start in
      Batch(indices: Array(unknown[start..<min(start + size, unknown.count)]), seed: generator.next())
    }
    batches.reverse()
    let count = batches.count
    var measured: [Int: Turns] = [:]
    var noisy: [Int: Int] = [:]
    try crew.work(
      next: { batches.popLast() },
      on: { batch, seat in try turns(of: batch.indices.map { graphs[$0] }, seed: batch.seed, seat: seat) },
      take: { batch, turns in
        if !areQuiet(turns, crew.record), crew.count > 1 {
          // Another device may find a quieter moment.
          noisy[batch.indices[0], default: 0] += 1
          if noisy[batch.indices[0]] ?? 0 < crew.count { return false }
        }
        let found = Dictionary(uniqueKeysWithValues: zip(batch.indices, turns))
        measured.merge(found) { $1 }
        try keep(found.mapValues { time($0, crew.record) })
        return true
      },
      progress: {
        let fresh = $0 / Double(max(1, count)) * Double(unknown.count)
        try progress(min(1, (Double(known.count) + fresh) / Double(max(1, graphs.count))))
      })
    return graphs.indices.compactMap { known[$0] ?? measured[$0].map { time($0, crew.record) } }
  }

  /// Networks that are loaded at one time, by index, and the seed of their turns' order.
  private struct Batch {
    let indices: [Int]
    let seed: UInt64
  }

  private typealias Turns = [Pace.Paced<[Double]>]

  /// The turns of each network on one device.
  private func turns(of graphs: [Graph], seed: UInt64, seat: Seat) throws -> [Turns] {
    var generator = SeededGenerator(seed: seed, stream: "turns")
    let networks = try seat.runner.load(graphs)
    var turns = networks.map { _ in Turns() }
    var seconds = 0.0
    var done = 0.0
    let end = limit.map { ContinuousClock().now + $0 * graphs.count }
    while done < 1 {
      for index in networks.indices.shuffled(using: &generator) {
        let taken = try seat.pace.around { try networks[index].take(turn).milliseconds }
        turns[index].append(taken)
        seconds += taken.value.reduce(0, +) / 1e3
      }
      done = min(Double(turns[0].count) / Double(rounds), seconds / observation.seconds)
      if done >= 1, seconds < patience.seconds, !areQuiet(turns, seat.pace.record) { done = 0.99 }
      if let end, ContinuousClock().now > end, turns[0].count >= Self.fewRounds { done = 1 }
      try seat.report(min(done, 1))
    }
    return turns
  }

  private func areQuiet(_ turns: [Turns], _ record: Pace.Record) -> Bool {
    turns.allSatisfy { record.quietCount($0) >= quietTurns }
  }

  private func time(_ turns: Turns, _ record: Pace.Record) -> NetworkTime {
    let quiet = record.quiet(turns, least: quietTurns)
    let milliseconds = quiet.flatMap { $0 }
    let median = Statistics.median(milliseconds)
    let halves = (0..<2).map { half in stride(from: half, to: quiet.count, by: 2).flatMap { quiet[$0] } }
    return NetworkTime(
      medianMilliseconds: median, p10Milliseconds: Statistics.quantile(milliseconds, 0.1),
      p90Milliseconds: Statistics.quantile(milliseconds, 0.9), runs: milliseconds.count,
      quietTurns: record.quietCount(turns),
      halvesDifference: quiet.count > 1
        ? abs(Statistics.median(halves[0]) - Statistics.median(halves[1])) / median : nil)
  }
}
