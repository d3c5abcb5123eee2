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
/// A runner that does not time blocks has whole networks timed, to which what layers take is fitted
/// (``LayerLatencyFit``) in place of the first two steps.
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
  /// How many networks layers are fitted to at the least.
  private static let fittedNetworks = 120
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
    try runner.timesBlocks ? tableProfile(progress: progress) : layerProfile(progress: progress)
  }

  /// A profile with a table of blocks.
  private func tableProfile(
    progress: (String, Double) throws -> Void
  ) throws -> (profile: DeviceProfile, error: PredictionError) {
    let samples = try tableSamples { try progress("timing blocks", $0) }
    let table = samples.table(least: Self.turns)
    let networks = samples.quietNetworks(least: Self.networks)
    let fit = LineFit.correction(
      sums: try networks.map { try $0.signatures.reduce(0) { $0 + (try table.entry($1).milliseconds) } },
      latencies: networks.map(\.milliseconds))
    let error = try validate(pace: samples.pace, progress: progress) { fit(try table.sum(over: $0).milliseconds) }
    var measurement = runner.measurement
    measurement.repeats = table.entries.values.map(\.count).min()
    measurement.warmUps = TableSamples.turn.warmUps
    let correction = LatencyCorrection(interceptMilliseconds: fit.intercept, slope: fit.slope, error: error)
    let profile = DeviceProfile(
      device: runner.device, measurement: measurement, correction: correction, table: table)
    return (profile, error)
  }

  /// A profile of what layers take, fitted to whole networks, for a runner that times nothing smaller.
  private func layerProfile(
    progress: (String, Double) throws -> Void
  ) throws -> (profile: DeviceProfile, error: PredictionError) {
    var generator = SeededGenerator(seed: seed, stream: "profile")
    var pace = try Pace(of: space, runner: runner)
    // Every layer of the space is in some of them.
    let witnesses = Set(space.distinctBlocks(resolutions: resolutions).values)
    var subnets = witnesses.sorted { space.id(of: $0) < space.id(of: $1) }
    while subnets.count < Self.fittedNetworks { subnets.append(spread(subnets.count, using: &generator)) }
    let graphs = subnets.map(space.graph(of:))
    // Loading networks, warm-ups and the reference take about as long as what is timed.
    let times = try wholeNetworks(graphs.count, share: Self.tableShare / 2).times(
      of: graphs, runner: runner, pace: &pace, using: &generator
    ) { try progress("timing networks", $0) }
    let timed = zip(graphs, times).map { graph, time in
      TimedNetwork(layers: graph.layers, latencyMilliseconds: time.medianMilliseconds)
    }
    let fit = try LayerLatencyFit(networks: timed, seed: seed).fitted { try progress("fitting layers", $0) }
    var measurement = runner.measurement
    measurement.repeats = times.map(\.runs).min()
    measurement.warmUps = WholeNetworks().turn.warmUps
    var profile = DeviceProfile(
      device: runner.device, measurement: measurement, correction: fit.correction, layers: fit.layers)
    let fitted = profile
    let error = try validate(pace: pace, progress: progress) { try fitted.latency(of: $0).milliseconds }
    profile.correction?.error = error
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

  /// How predictions compare with fresh networks, measured as `ofa measure` would.
  private func validate(
    pace: Pace, progress: (String, Double) throws -> Void, predict: (Graph) throws -> Double
  ) throws -> PredictionError {
    var generator = SeededGenerator(seed: seed, stream: "profile validation")
    let graphs = (0..<Self.freshNetworks).map { space.graph(of: spread($0, using: &generator)) }
    var pace = pace
    let times = try wholeNetworks(graphs.count, share: 1 - Self.tableShare).times(
      of: graphs, runner: runner, pace: &pace, using: &generator
    ) { try progress("checking the sums", $0) }
    return PredictionError(predicted: try graphs.map(predict), measured: times.map(\.medianMilliseconds))
  }

  /// The protocol of `ofa measure` for so many networks in a share of the budget.
  private func wholeNetworks(_ count: Int, share: Double) -> WholeNetworks {
    var networks = WholeNetworks()
    let share = budget * share
    networks.turn.time = min(networks.turn.time, share / (count * networks.rounds))
    // The pace is known by the reference's turns, of which there are many.
    networks.observation = .zero
    networks.patience = min(networks.patience, share)
    return networks
  }

  /// The `index`-th of a series of random subnets that takes turns through the resolutions.
  private func spread(_ index: Int, using generator: inout some RandomNumberGenerator) -> Subnet {
    space.spreadSubnet(resolution: resolutions[index % resolutions.count], using: &generator)
  }
}
