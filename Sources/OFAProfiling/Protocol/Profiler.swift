import OFAFormats
import OFAGraph
import OFAHardware
import OFANumerics
import OFARegression
import OFASpace

/// Measures the distinct blocks of a space on a device, and how well their sums predict whole networks.
///
/// Blocks are timed where they will run, inside whole networks, because a block alone finds its input and weights in
/// other caches. The work goes in three steps:
///
/// 1. *Table.* Networks with blocks that were not timed yet, those first that matter most (`BlockChoice`), and then
///    ones that spread over the range of costs, are loaded a few at a time. Each gets several turns in random order; a
///    turn is some warm-ups, some runs timed block by block, and some timed as a whole. The median of a turn's runs is
///    one sample of each block; a table's entry is the median over a block's samples from quiet turns (see `Pace`), so
///    that neither a disturbed run nor a slow phase of the machine decides it. Where the time does not allow to time
///    all blocks, the others' entries are predictions: what their layers take is fitted to the blocks that were timed
///    (``LayerLatencyFit``).
/// 2. *Correction.* A line from the table's sums to the whole runs of the same turns: the least relative errors, see
///   `LineFit`. Some networks that are measured as in the next step set its scale.
/// 3. *Validation.* Fresh networks are measured as `ofa measure` would, and the profile records how far off the
///   prediction is, and how wide its intervals have to be.
///
/// A runner that does not time blocks has whole networks timed, to which what layers take is fitted in place of the
/// first two steps.
///
/// - Note: Once-for-All, 2020, §3.4 for latency as a sum over a table.
public struct Profiler {
  /// The space whose blocks are measured.
  public var space: SearchSpace
  /// What measures.
  public var crew: Crew
  /// At which input sizes; the space's own unless narrowed.
  public var resolutions: [Int]
  /// About how long it may take; up to two thirds more where the machine has few quiet moments. However short this is,
  /// blocks with every kind of layer are measured, and some fresh networks.
  public var budget: Duration
  /// The seed of all draws.
  public var seed: UInt64
  /// A profile of the device to which is added what it does not have. What it only predicted is measured, or predicted
  /// anew.
  public var base: DeviceProfile?
  /// Where measurements are kept until the profile is whole; what it has already is not measured again.
  public var journal: ProfileJournal?
  /// Tells the time that the table's part of the budget is spent by.
  package var clock: () -> Duration = {
    let start = ContinuousClock.now
    return { ContinuousClock.now - start }
  }()

  /// The part of the budget that the table gets; the validation has the rest.
  static let tableShare = 0.75
  /// How many samples every block gets at the least, and how many turns a network gets while it is loaded.
  private static let turns = 3
  /// After how many times the table's time a sample no longer has to be quiet.
  private static let patience = 1.5
  /// The part of a network's time that its blocks take together at the least, if clocks tell anything.
  private static let leastShare = 1e-6
  /// How many networks decide the correction at the least.
  private static let networks = 50
  /// How many networks layers are fitted to at the least.
  private static let fittedNetworks = 120
  /// How many networks are loaded at one time at the most, and for about how many seconds.
  private static let window = 8
  private static let windowSeconds = 10.0

  /// A profiler of a space at all its resolutions.
  public init(space: SearchSpace, crew: Crew, budget: Duration, seed: UInt64 = 0) {
    self.space = space
    self.crew = crew
    self.resolutions = space.resolutions
    self.budget = budget
    self.seed = seed
  }

  /// A profiler with one device.
  public init(space: SearchSpace, runner: any Runner, budget: Duration, seed: UInt64 = 0) throws {
    self.init(space: space, crew: try Crew(space: space, runner: runner), budget: budget, seed: seed)
  }

  /// Measures.
  ///
  /// - Parameters:
  ///   - progress: called with the name of the step and the part of it that is done; what it throws ends the
  ///     measurement.
  ///   - compared: takes the fresh networks.
  /// - Returns: the profile, and how well it predicts fresh networks, which stands in it too.
  /// - Throws: `.usage` when the profile to add to, or the journal, is of another device or was measured otherwise.
  public func profile(
    progress: (String, Double) throws -> Void = { _, _ in }, compared: ([ComparedNetwork]) -> Void = { _ in }
  ) throws -> (profile: DeviceProfile, error: PredictionError) {
    try checkBase()
    return try crew.first.timesBlocks
      ? tableProfile(progress: progress, compared: compared) : layerProfile(progress: progress, compared: compared)
  }

  /// A profile with a table of blocks.
  private func tableProfile(
    progress: (String, Double) throws -> Void, compared: ([ComparedNetwork]) -> Void
  ) throws -> (profile: DeviceProfile, error: PredictionError) {
    let choice = BlockChoice(
      space: space, resolutions: resolutions, known: { base?.table.entries[$0]?.isPredicted == false }, seed: seed)
    let samples = try tableSamples(of: choice) { try progress("timing blocks", $0) }
    var profile = begun
    for signature in choice.signatures { profile.table.entries[signature] = nil }
    let known = Set(profile.table.entries.keys)
    // What is added is what it would have been when the profile was made.
    let now = samples.yardstickMilliseconds
    let factor = base?.measurement.yardstickMilliseconds.flatMap { then in now.map { then / $0 } } ?? 1
    let table = samples.table(least: Self.turns).scaled(by: factor)
    profile.table.entries.merge(table.entries) { known, _ in known }
    profile.measurement.repeats = profile.table.entries.values.filter { !$0.isPredicted }.map(\.count).min()
    profile.measurement.warmUps = Window.turn.warmUps
    profile.measurement.yardstickMilliseconds = profile.measurement.yardstickMilliseconds ?? now
    let networks = samples.quietNetworks(least: Self.networks)
    let latencies = networks.map { $0.milliseconds * factor }
    let sums = try networks.map { try $0.signatures.reduce(0) { $0 + (try profile.table.entry($1).milliseconds) } }
    guard zip(sums, latencies).allSatisfy({ $0 > Self.leastShare * $1 }) else {
      throw Failure(
        .badData, "all blocks of a network take no time: its clock is wrong, or too coarse", at: crew.first.device.name)
    }
    try predict(choice.blocks, in: &profile.table)
    if profile.correction == nil, !networks.isEmpty {
      let fit = LineFit.correction(sums: sums, latencies: latencies)
      profile.correction = LatencyCorrection(interceptMilliseconds: fit.intercept, slope: fit.slope, error: .none)
    }
    // What the profile has of other spaces, or other resolutions, is as good as it was.
    let others = known.subtracting(choice.blocks.map(\.signature))
    let error = try validate(
      &profile, known: known, before: others.isEmpty ? nil : base?.correction, factor: factor, progress: progress,
      compared: compared)
    return (profile, error)
  }

  /// A profile of what layers take, fitted to whole networks, for a runner that times nothing smaller.
  private func layerProfile(
    progress: (String, Double) throws -> Void, compared: ([ComparedNetwork]) -> Void
  ) throws -> (profile: DeviceProfile, error: PredictionError) {
    var generator = SeededGenerator(seed: seed, stream: "profile")
    // Every block of the space is in some of them.
    let choice = BlockChoice(space: space, resolutions: resolutions, seed: seed)
    let covering = choice.subnets(lacking: Set(choice.signatures), count: .max)
    let spread = space.spreadSubnets(
      max(0, Self.fittedNetworks - covering.count), resolutions: resolutions, using: &generator)
    let graphs = (covering + spread).map(space.graph(of:))
    let known = try journal?.lines(of: subject(blocks: choice.signatures.count)).compactMap(\.networks) ?? []
    // Loading networks, warm-ups and the reference take about as long as what is timed.
    let networks = wholeNetworks(graphs.count, share: Self.tableShare / 2)
    let times = try networks.times(
      of: graphs, crew: crew, known: known.reduce(into: [:]) { $0.merge($1) { $1 } }, using: &generator,
      keep: { try journal?.append(ProfileJournal.Line(networks: $0)) },
      progress: { try progress("timing networks", $0) })
    let timed = zip(graphs, times).map { graph, time in
      TimedNetwork(layers: graph.layers, latencyMilliseconds: time.medianMilliseconds)
    }
    let fit = try LayerLatencyFit(networks: timed, seed: seed).fitted { try progress("fitting layers", $0) }
    var profile = begun
    (profile.correction, profile.layers) = (fit.correction, fit.layers)
    profile.measurement.repeats = times.map(\.runs).min()
    profile.measurement.warmUps = networks.turn.warmUps
    let error = try validate(
      &profile, known: [], before: nil, factor: 1, progress: progress, compared: compared)
    return (profile, error)
  }

  private func tableSamples(of choice: BlockChoice, progress: (Double) throws -> Void) throws -> TableSamples {
    var samples = TableSamples(space: space, record: crew.record)
    let lines = try journal?.lines(of: subject(blocks: choice.signatures.count)) ?? []
    for window in lines.compactMap(\.window) { try samples.add(window) }
    guard !choice.signatures.isEmpty else { return samples }
    var generator = SeededGenerator(seed: seed, stream: "profile \(lines.count)")
    let start = clock() - .seconds(samples.seconds / Double(crew.count))
    func spent() -> Double { (clock() - start) / (budget * Self.tableShare) }
    /// The blocks of windows that are out, each as often as it is in one.
    var pending: [String: Int] = [:]
    func note(_ subnets: [Subnet], _ count: Int) {
      for signature in subnets.flatMap({ space.graph(of: $0).signatures }) { pending[signature, default: 0] += count }
    }
    /// The part of the blocks that are done; looked at after each window, as it takes a while.
    var finished = 0.0
    try crew.work(
      next: { () -> (subnets: [Subnet], seed: UInt64)? in
        let lacking = samples.lacking(
          choice.signatures, least: Self.turns, atAnyPace: spent() >= Self.patience)
        if spent() >= 1, isEnough(samples, lacking, of: choice, spent: spent()) { return nil }
        let out = Set(pending.filter { $0.value > 0 }.keys)
        // As many as take a few seconds: the first tell how many that are.
        let count = samples.secondsPerNetwork.map { Int(min(Self.windowSeconds / $0, Double(Self.window))) } ?? 2
        var subnets = choice.subnets(lacking: lacking.subtracting(out), count: max(1, count))
        if subnets.isEmpty {
          guard spent() < 1 else { return nil }
          subnets = space.spreadSubnets(max(1, count), resolutions: resolutions, using: &generator)
        }
        note(subnets, 1)
        return (subnets, generator.next())
      },
      on: { [space] item, seat in
        try Window(of: item.subnets, in: space, turns: Self.turns, seed: item.seed, seat: seat)
      },
      take: { item, window in
        note(item.subnets, -1)
        try samples.add(window)
        try journal?.append(ProfileJournal.Line(window: window))
        let lacking = samples.lacking(choice.signatures, least: Self.turns, atAnyPace: false)
        finished = 1 - Double(lacking.count) / Double(choice.signatures.count)
        return true
      }, progress: { _ in try progress(min(spent(), finished)) })
    return samples
  }

  /// Whether samples are enough for a table whose time is over.
  private func isEnough(
    _ samples: TableSamples, _ lacking: Set<String>, of choice: BlockChoice, spent: Double
  ) -> Bool {
    if lacking.isEmpty { return true }
    let untimed = samples.lacking(choice.signatures, least: 1, atAnyPace: true)
    // What was never timed is predicted, which takes a sample of each kind of layer. Where all were timed, a quiet
    // moment is waited for.
    return choice.coversLayers(without: untimed) && (!untimed.isEmpty || spent >= Self.patience)
  }

  /// Predicts the blocks that a table does not have from what the layers of the others take.
  private func predict(_ blocks: [BlockChoice.Block], in table: inout LatencyTable) throws {
    let lacking = blocks.filter { table.entries[$0.signature] == nil }
    guard !lacking.isEmpty else { return }
    // What takes no time by a coarse clock tells nothing of its layers.
    let timed = blocks.compactMap { block -> TimedNetwork? in
      guard let entry = table.entries[block.signature], entry.milliseconds > 0 else { return nil }
      return TimedNetwork(layers: block.layers, latencyMilliseconds: entry.milliseconds)
    }
    var fit = LayerLatencyFit(networks: timed, seed: seed)
    fit.hasIntercept = false
    let result = try fit.fitted()
    var layers = result.layers
    // As for a normal distribution.
    layers.relativeDeviation = result.correction.error.relativeErrorP90 / 1.6449
    for block in lacking { table.entries[block.signature] = try layers.entry(of: block.layers, count: 0) }
  }

  /// The protocol of `ofa measure` for so many networks in a share of the budget.
  private func wholeNetworks(_ count: Int, share: Double) -> WholeNetworks {
    let share = budget * share
    var networks = WholeNetworks(count: count, within: share)
    networks.turn.time = min(networks.turn.time, share / (count * networks.rounds))
    networks.limit = budget * Self.tableShare / count
    return networks
  }

  /// The profile to add to. One of a data sheet tells the device and its limits.
  private var begun: DeviceProfile {
    var profile = base ?? DeviceProfile(device: crew.first.device, measurement: crew.first.measurement)
    if !profile.isTimed { profile.measurement = crew.first.measurement }
    return profile
  }

  /// Of what the journal's measurements are.
  private func subject(blocks: Int) throws -> ProfileJournal.Subject {
    let measurement = crew.first.measurement
    return ProfileJournal.Subject(
      space: space.name, definition: try Documents.encode(space).utf8.digest, resolutions: resolutions, seed: seed,
      blocks: blocks, runner: measurement.runner, runnerVersion: measurement.runnerVersion,
      kernelForm: measurement.kernelForm, machine: measurement.machine, threads: measurement.threads,
      cores: measurement.cores)
  }

  /// - Throws: `.usage` when what is to be added would be measured otherwise than what the profile has.
  private func checkBase() throws {
    guard let base, base.isTimed else { return }
    let (then, now) = (base.measurement, crew.first.measurement)
    if let other = then.machine, let machine = now.machine, other != machine {
      throw Failure(.usage, "the profile is of a \(other), and this is a \(machine); write another file")
    }
    guard
      (then.runner, then.runnerVersion, then.kernelForm, then.threads, then.cores)
        == (now.runner, now.runnerVersion, now.kernelForm, now.threads, now.cores)
    else {
      throw Failure(
        .usage,
        "the profile was measured by another runner, version, kernel form or number of threads, or on other `cores`; "
          + "write another file")
    }
    guard !base.table.entries.isEmpty, crew.first.timesBlocks else {
      throw Failure(.usage, "what was fitted to whole networks cannot be added to; write another file")
    }
  }
}

extension PredictionError {
  /// Before anything was compared.
  fileprivate static let none = PredictionError(
    networks: 0, withinFivePercent: 0, withinTenPercent: 0, spearman: 0, relativeErrorP90: 0)
}
