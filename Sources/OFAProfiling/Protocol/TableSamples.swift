import OFAGraph
import OFAHardware
import OFANumerics
import OFASpace

/// What was timed so far: samples of each block, and the whole networks that they were part of.
struct TableSamples {
  /// A network that was timed as a whole.
  struct Network {
    let signatures: [String]
    let milliseconds: Double
  }

  /// A network's turn.
  static let turn = {
    var turn = Turn.Request(runs: 8)
    turn.blockRuns = 8
    return turn
  }()

  /// The machine's pace while samples were taken.
  private(set) var pace: Pace
  /// For each block that has to be timed a subnet that contains it.
  private let witnesses: [String: Subnet]
  private var samples: [String: [Pace.Paced<Double>]]
  private var networks: [Pace.Paced<Network>] = []

  /// No samples of the given blocks.
  init(witnesses: [String: Subnet], pace: Pace) {
    self.pace = pace
    self.witnesses = witnesses
    samples = witnesses.mapValues { _ in [] }
  }

  /// Up to `count` subnets with blocks that have less than `least` quiet samples, or any samples if `anyPace`; none
  /// once all have as many.
  func unfinished(least: Int, anyPace: Bool, count: Int) -> [Subnet] {
    var subnets: [Subnet] = []
    for (signature, values) in samples.sorted(by: { $0.key < $1.key })
    where values.count(where: { anyPace || pace.isQuiet($0) }) < least {
      guard let subnet = witnesses[signature], !subnets.contains(subnet) else { continue }
      subnets.append(subnet)
      if subnets.count == count { break }
    }
    return subnets
  }

  /// The part of all blocks that have at least `least` quiet samples.
  func finishedShare(least: Int) -> Double {
    Double(samples.values.count { $0.count(where: pace.isQuiet) >= least }) / Double(samples.count)
  }

  /// Times networks in turns and keeps what was found.
  mutating func take(
    _ graphs: [Graph], turns: Int, runner: any Runner, using generator: inout some RandomNumberGenerator
  ) throws {
    let loaded = Array(zip(try runner.load(graphs), graphs.map(\.signatures)))
    for _ in 0..<turns {
      for (network, signatures) in loaded.shuffled(using: &generator) {
        let turn = try pace.around { try network.take(Self.turn) }
        for (signature, milliseconds) in zip(signatures, turn.value.blockMedians) {
          samples[signature, default: []].append(Pace.Paced(value: milliseconds, reference: turn.reference))
        }
        let network = Network(signatures: signatures, milliseconds: turn.value.medianMilliseconds)
        networks.append(Pace.Paced(value: network, reference: turn.reference))
      }
    }
  }

  /// The networks of quiet turns, or the quietest `least`.
  func quietNetworks(least: Int) -> [Network] { pace.quiet(networks, least: least) }

  /// The median and spread of each block over its quiet samples, or over the quietest `least`.
  func table(least: Int) -> LatencyTable {
    LatencyTable(
      samples.compactMapValues { samples in
        let values = pace.quiet(samples, least: least)
        guard !values.isEmpty else { return nil }
        return LatencyTable.Entry(
          medianMilliseconds: Statistics.median(values), p10Milliseconds: Statistics.quantile(values, 0.1),
          p90Milliseconds: Statistics.quantile(values, 0.9), count: values.count)
      })
  }
}
