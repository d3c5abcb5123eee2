import OFAGraph
import OFAHardware
import OFANumerics
import OFARegression
import OFASpace

/// Measures every distinct block of a space on a device, and how well their sums predict whole networks.
///
/// Blocks are timed where they will run, inside whole networks, because a block alone finds its input and weights in
/// other caches. The work goes in three steps:
///
/// 1. *Table.* Random networks that cover every block, and then ones that spread over the range of costs, are loaded a
///    few at a time. Each gets several turns in random order; a turn is some warm-ups, some runs timed block by block,
///    and some timed as a whole. The median of a turn's runs is one sample of each block; a table's entry is the median
///    over a block's samples from quiet turns (see ``Pace``), so that neither a disturbed run nor a slow phase of the
///    machine decides it.
/// 2. *Correction.* A line from the table's sums to the whole runs of the same turns: the least relative errors, see
///   `LineFit`.
/// 3. *Validation.* Fresh networks are measured as `ofa measure` would, and the profile records how far off the
///   prediction is.
///
/// - Note: Once-for-All, 2020, §3.4 for latency as a sum over a table.
public struct Profiler {
  /// The space whose blocks are measured.
  public var space: SearchSpace
  /// What measures.
  public var runner: any Runner
  /// At which input sizes; the space's own unless narrowed.
  public var resolutions: [Int]
  /// About how long it may take; half as long again where the machine has few quiet moments. Every block is measured a
  /// few times however short this is.
  public var budget: Duration
  /// The seed of all draws.
  public var seed: UInt64

  /// The part of the budget that the table gets; the validation has the rest.
  private static let tableShare = 0.75
  /// How many samples every block gets at the least, and how many turns a network gets while it is loaded.
  private static let turns = 3
  /// After how many times the table's time a sample no longer has to be quiet.
  private static let patience = 1.5
  /// How many networks decide the correction at the least.
  private static let networks = 50
  /// How many networks are loaded at one time.
  private static let window = 8
  /// How many fresh networks the validation measures.
  private static let freshNetworks = 50

  /// A profiler of a space at all its resolutions.
  public init(space: SearchSpace, runner: any Runner, budget: Duration, seed: UInt64 = 0) {
    self.space = space
    self.runner = runner
    self.resolutions = space.resolutions
    self.budget = budget
    self.seed = seed
  }

  /// Measures.
  ///
  /// - Parameter progress: called with the name of the step and the part of it that is done; what it throws ends the
  ///   measurement.
  /// - Returns: the profile, and how well it predicts fresh networks, which stands in it too.
  public func profile(
    progress: (String, Double) throws -> Void = { _, _ in }
  ) throws -> (profile: DeviceProfile, error: PredictionError) {
    let samples = try tableSamples { try progress("timing blocks", $0) }
    let table = samples.table(least: Self.turns)
    let networks = samples.quietNetworks(least: Self.networks)
    let fit = LineFit.correction(
      sums: try networks.map { try $0.signatures.reduce(0) { $0 + (try table.entry($1).milliseconds) } },
      latencies: networks.map(\.milliseconds))
    let error = try validate(fit, of: table, pace: samples.pace) { try progress("checking the sums", $0) }
    var measurement = runner.measurement
    measurement.repeats = table.entries.values.map(\.count).min()
    measurement.warmUps = TableSamples.turn.warmUps
    let correction = LatencyCorrection(interceptMilliseconds: fit.intercept, slope: fit.slope, error: error)
    let profile = DeviceProfile(
      device: runner.device, measurement: measurement, correction: correction, table: table)
    return (profile, error)
  }

  private func tableSamples(progress: (Double) throws -> Void) throws -> TableSamples {
    var generator = SeededGenerator(seed: seed, stream: "profile")
    let pace = try Pace(of: space, runner: runner)
    var samples = TableSamples(witnesses: space.distinctBlocks(resolutions: resolutions), pace: pace)
    let clock = ContinuousClock()
    let start = clock.now
    while true {
      let spent = (clock.now - start) / (budget * Self.tableShare)
      try progress(min(spent, samples.finishedShare(least: Self.turns)))
      var subnets = samples.unfinished(
        least: Self.turns, anyPace: spent >= Self.patience, count: Self.window)
      if subnets.isEmpty {
        if spent >= 1 { return samples }
        subnets = (0..<Self.window).map { spread($0, using: &generator) }
      }
      try samples.take(subnets.map(space.graph(of:)), turns: Self.turns, runner: runner, using: &generator)
    }
  }

  private func validate(
    _ fit: LineFit, of table: LatencyTable, pace: Pace, progress: (Double) throws -> Void
  ) throws -> PredictionError {
    var generator = SeededGenerator(seed: seed, stream: "profile validation")
    let graphs = (0..<Self.freshNetworks).map { space.graph(of: spread($0, using: &generator)) }
    var protocolOfMeasure = WholeNetworks()
    let share = budget * (1 - Self.tableShare)
    protocolOfMeasure.turn.time = min(
      protocolOfMeasure.turn.time, share / (Self.freshNetworks * protocolOfMeasure.rounds))
    // The pace is known by now.
    protocolOfMeasure.observation = .zero
    protocolOfMeasure.patience = min(protocolOfMeasure.patience, share)
    var pace = pace
    let times = try protocolOfMeasure.times(
      of: graphs, runner: runner, pace: &pace, using: &generator, progress: progress)
    return PredictionError(
      predicted: try graphs.map { fit(try table.sum(over: $0).milliseconds) },
      measured: times.map(\.medianMilliseconds))
  }

  /// The `index`-th of a series of random subnets that takes turns through the resolutions.
  private func spread(_ index: Int, using generator: inout some RandomNumberGenerator) -> Subnet {
    space.spreadSubnet(resolution: resolutions[index % resolutions.count], using: &generator)
  }
}
