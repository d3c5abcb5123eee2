import OFAFormats
import OFAGraph
import OFAHardware
import OFANumerics
import OFASpace

/// Networks that were loaded together, and their turns.
struct Window: Hashable, Sendable, Codable {
  /// A turn in which a network's blocks were timed.
  struct BlockTurn: Hashable, Sendable, Codable {
    /// The subnet's id.
    var subnet: String
    /// Each block's median.
    var blockMilliseconds: [Double]
    /// The median of the whole runs.
    var milliseconds: Double
    /// What the pace's reference took, before or after, whichever was longer.
    var referenceMilliseconds: Double
  }

  var turns: [BlockTurn] = []
  /// How long all took, loading included.
  var seconds = 0.0
  /// What the yardstick took, and the pace's reference beside it.
  var yardstickMilliseconds: Double
  var yardstickReferenceMilliseconds: Double

  /// What takes more than no time; a block may take none by a coarse clock.
  var positiveTimes: [Double] {
    [seconds, yardstickMilliseconds, yardstickReferenceMilliseconds]
      + turns.flatMap { [$0.milliseconds, $0.referenceMilliseconds] }
  }

  /// A network's turn.
  static let turn = {
    var turn = Turn.Request(runs: 8)
    turn.blockRuns = 8
    return turn
  }()

  /// Times networks, `turns` turns each in random order.
  init(of subnets: [Subnet], in space: SearchSpace, turns count: Int, seed: UInt64, seat: Seat) throws {
    let start = ContinuousClock().now
    var generator = SeededGenerator(seed: seed, stream: "window")
    let networks = try seat.runner.load(subnets.map(space.graph(of:)))
    let yardstick = try seat.pace.around { try seat.yardstick().take(Yardstick.turn).medianMilliseconds }
    yardstickMilliseconds = yardstick.value
    yardstickReferenceMilliseconds = yardstick.reference
    for round in 0..<count {
      for (network, subnet) in zip(networks, subnets).shuffled(using: &generator) {
        let turn = try seat.pace.around { try network.take(Self.turn) }
        turns.append(
          BlockTurn(
            subnet: space.id(of: subnet), blockMilliseconds: turn.value.blockMedians,
            milliseconds: turn.value.medianMilliseconds, referenceMilliseconds: turn.reference))
      }
      try seat.report(Double(round + 1) / Double(count))
    }
    seconds = (ContinuousClock().now - start).seconds
  }
}

/// What was timed so far: samples of each block, and the whole networks that they were part of.
struct TableSamples {
  /// A network that was timed as a whole.
  struct Network {
    let signatures: [String]
    let milliseconds: Double
  }

  private let space: SearchSpace
  private let record: Pace.Record
  private var samples: [String: [Pace.Paced<Double>]] = [:]
  private var networks: [Pace.Paced<Network>] = []
  private var yardsticks: [Pace.Paced<Double>] = []
  /// How long all windows took.
  private(set) var seconds = 0.0
  /// How long a network took in the last window, loading and all turns.
  private(set) var secondsPerNetwork: Double?

  /// No samples of a space's blocks yet.
  init(space: SearchSpace, record: Pace.Record) {
    self.space = space
    self.record = record
  }

  /// Takes a window's turns.
  ///
  /// - Throws: `Failure` for turns that are of no subnet of the space: those of a file may be.
  mutating func add(_ window: Window) throws {
    seconds += window.seconds
    yardsticks.append(
      Pace.Paced(value: window.yardstickMilliseconds, reference: window.yardstickReferenceMilliseconds))
    var signaturesOfSubnets: [String: [String]] = [:]
    for turn in window.turns {
      let signatures =
        try signaturesOfSubnets[turn.subnet] ?? space.graph(of: space.subnet(id: turn.subnet)).signatures
      signaturesOfSubnets[turn.subnet] = signatures
      guard signatures.count == turn.blockMilliseconds.count else {
        throw Failure(
          .badData, "\(turn.blockMilliseconds.count) blocks' times, \(signatures.count) are expected", at: turn.subnet)
      }
      record.note(turn.referenceMilliseconds)
      let reference = turn.referenceMilliseconds
      for (signature, milliseconds) in zip(signatures, turn.blockMilliseconds) {
        samples[signature, default: []].append(Pace.Paced(value: milliseconds, reference: reference))
      }
      networks.append(
        Pace.Paced(value: Network(signatures: signatures, milliseconds: turn.milliseconds), reference: reference))
    }
    secondsPerNetwork = window.seconds / Double(max(1, signaturesOfSubnets.count))
  }

  /// Which of some blocks have less than `least` quiet samples, or samples at any pace.
  func lacking(_ signatures: [String], least: Int, atAnyPace: Bool) -> Set<String> {
    Set(
      signatures.filter { signature in
        let samples = samples[signature] ?? []
        return samples.count < least || !atAnyPace && record.quietCount(samples) < least
      })
  }

  /// The networks of quiet turns, or the quietest `least`.
  func quietNetworks(least: Int) -> [Network] { record.quiet(networks, least: least) }

  /// The yardstick's median in quiet moments.
  var yardstickMilliseconds: Double? {
    let times = record.quiet(yardsticks, least: 1)
    return times.isEmpty ? nil : Statistics.median(times)
  }

  /// The median and spread of each block over its quiet samples, or over the quietest `least`.
  func table(least: Int) -> LatencyTable {
    LatencyTable(
      samples.mapValues { samples in
        let values = record.quiet(samples, least: least)
        return LatencyTable.Entry(
          medianMilliseconds: Statistics.median(values), p10Milliseconds: Statistics.quantile(values, 0.1),
          p90Milliseconds: Statistics.quantile(values, 0.9), count: values.count)
      })
  }
}
