import OFAFormats
import OFAGraph

/// A device as the search knows it: what it is, how it was measured, what each block takes on it, and what it can hold.
///
/// One JSON document under `HardwareProfiles/`. No tensors: a profile is a table of texts and numbers, made on the
/// device, imported or fitted, and read anywhere.
public struct DeviceProfile: Hashable, Sendable {
  /// What the device is.
  public var device: Device
  /// How it was measured.
  public var measurement: Measurement
  /// The names of the spaces that it was measured for; empty where none is known.
  public var spaces: [String]
  /// What it can hold.
  public var limits: Limits
  /// How sums over the table become latencies of whole networks; nil when the sum is the estimate.
  public var correction: LatencyCorrection?
  /// What each block takes.
  public var table: LatencyTable
  /// What the layers take of blocks that the table does not have, as fitted to whole networks; nil when the table is
  /// all, as it is where blocks were timed.
  public var layers: LayerLatency?

  /// A profile of a device.
  public init(
    device: Device, measurement: Measurement, spaces: [String] = [], limits: Limits = Limits(),
    correction: LatencyCorrection? = nil, table: LatencyTable = LatencyTable(), layers: LayerLatency? = nil
  ) {
    self.device = device
    self.measurement = measurement
    self.spaces = spaces
    self.limits = limits
    self.correction = correction
    self.table = table
    self.layers = layers
  }

  /// What a device is.
  public struct Device: Hashable, Sendable, Codable {
    /// The name that results go by, such as `note10`.
    public var name: String
    /// The processor or board, as it names itself; nil when not known.
    public var processor: String?
    /// The operating system; nil when not known.
    public var system: String?

    /// A device by its name.
    public init(name: String, processor: String? = nil, system: String? = nil) {
      self.name = name
      self.processor = processor
      self.system = system
    }
  }

  /// How the numbers of a profile came about. What is not known is nil.
  public struct Measurement: Hashable, Sendable, Codable {
    /// What ran the networks, such as `host` or `imported`; `none` where nothing was measured.
    public var runner: String
    /// The runner's version.
    public var runnerVersion: String?
    /// The form of the kernels, such as `avx2`.
    public var kernelForm: String?
    /// How many threads ran a network.
    public var threads: Int?
    /// What the system that they ran on calls the machine: a board's model, or a processor.
    public var machine: String?
    /// The processors that they were pinned to, such as `4-5`; nil where they were not.
    public var cores: String?
    /// The processor's clock.
    public var frequencyMegahertz: Double?
    /// The day, as in `2026-03-31`.
    public var date: String?
    /// How often each block was timed.
    public var repeats: Int?
    /// How often each block ran before the first timing.
    public var warmUps: Int?
    /// What the yardstick took, one network that is the same for all profiles by a runner, in milliseconds: by it,
    /// profiles of a device that were made at different times can be compared.
    public var yardstickMilliseconds: Double?
    /// Where numbers that were not measured here come from, if whoever made the profile says so.
    public var sources: [String]?
    /// What the space's largest subnet needs of the device's memory.
    public var largestNetwork: LargestNetwork?
    /// The device when measuring began.
    public var before: MachineState?
    /// The device when it ended.
    public var after: MachineState?

    /// Whether this package's engine ran the networks: on the machine itself, or as the board's program.
    public var isOfEngine: Bool { runner == "host" || runner == "probe" }

    /// A measurement by a runner.
    public init(
      runner: String, runnerVersion: String? = nil, kernelForm: String? = nil, threads: Int? = nil,
      frequencyMegahertz: Double? = nil, date: String? = nil, repeats: Int? = nil, warmUps: Int? = nil,
      sources: [String]? = nil
    ) {
      self.runner = runner
      self.runnerVersion = runnerVersion
      self.kernelForm = kernelForm
      self.threads = threads
      self.frequencyMegahertz = frequencyMegahertz
      self.date = date
      self.repeats = repeats
      self.warmUps = warmUps
      self.sources = sources
    }
  }

  /// A space's largest network, and the memory that it was seen to need. What is not known is nil.
  public struct LargestNetwork: Hashable, Sendable, Codable {
    /// The subnet's id.
    public var id: String
    /// The most that the process held while the network ran.
    public var processBytes: Int?
    /// What its activations take.
    public var arenaBytes: Int?

    /// A network and its need.
    public init(id: String, processBytes: Int?, arenaBytes: Int?) {
      self.id = id
      self.processBytes = processBytes
      self.arenaBytes = arenaBytes
    }
  }

  /// What a device can hold; nil where it does not limit a network.
  public struct Limits: Hashable, Sendable, Codable {
    /// Bytes that activations may take at one moment.
    public var memoryBytes: Int?
    /// Bytes that weights may take.
    public var storageBytes: Int?

    /// Limits in bytes.
    public init(memoryBytes: Int? = nil, storageBytes: Int? = nil) {
      self.memoryBytes = memoryBytes
      self.storageBytes = storageBytes
    }
  }
}

extension DeviceProfile {
  /// Whether it knows latencies. A profile of a data sheet knows limits alone.
  public var isTimed: Bool { !table.entries.isEmpty || layers != nil }

  /// - Throws: `.badData` with the command that measures, where no latency is known.
  public func requireLatencies() throws {
    guard !isTimed else { return }
    throw Failure(
      .badData,
      "no latency was measured on this device; measure it by ofa profile --space S --runner ssh:USER@HOST --output "
        + "FILE, or with a program of yours as the runner, exec:COMMAND", at: device.name)
  }

  /// The latency of a network: the sum over its blocks, corrected, with its 90 % interval.
  ///
  /// - Throws: `.badData` where no latency is known, naming the first block that was not measured, or layer that none
  ///   was fitted to.
  /// - Complexity: one signature and one table entry a block, or the block's layers.
  public func latency(of graph: Graph) throws -> LatencyEstimate {
    try requireLatencies()
    return estimate(
      try graph.blocks.indices.reduce(into: LatencySum()) { $0.add(try entry(ofBlock: $1, in: graph)) })
  }

  /// What a block of a network takes: the table's entry, or without one the sum over the block's layers.
  ///
  /// - Throws: `.badData` when the block was not measured, or when it has a layer that none was fitted to.
  public func entry(ofBlock block: Int, in graph: Graph) throws -> LatencyTable.Entry {
    do {
      let measured = { try table.entry(graph.signature(ofBlock: block), resolution: graph[graph.input].height) }
      guard let layers else { return try measured() }
      if !table.entries.isEmpty, let entry = try? measured() { return entry }
      return try layers.entry(of: graph.layers(ofBlock: block))
    } catch let failure as Failure {
      throw Failure(failure.kind, failure.message, at: device.name)
    }
  }

  /// The latency of a network whose blocks add up to `sum`.
  ///
  ///     milliseconds = intercept + slope · sum
  ///     low          = milliseconds − √( slope² · Σ below² + (e · milliseconds)² ),   at least 0
  ///     high         = milliseconds + √( slope² · Σ above² + (e · milliseconds)² )
  ///
  /// below and above are what a block's own interval reaches to either side, see ``LatencyTable/Entry/reach``; e is
  /// what nine of ten fresh networks needed beside it, ``LatencyCorrection/intervalError``. Where the table gives no
  /// spread and there is no correction the interval is the sum itself.
  public func estimate(_ sum: LatencySum) -> LatencyEstimate {
    let slope = correction?.slope ?? 1
    let milliseconds = corrected(sum.milliseconds)
    let model = (correction.map { $0.intervalError ?? $0.error.relativeErrorP90 } ?? 0) * milliseconds
    func halfWidth(_ squares: Double) -> Double { (slope * slope * squares + model * model).squareRoot() }
    return LatencyEstimate(
      milliseconds: milliseconds, low: max(0, milliseconds - halfWidth(sum.squareBelow)),
      high: milliseconds + halfWidth(sum.squareAbove))
  }

  /// What a sum of block latencies is as the latency of a whole network; increasing in the sum.
  public func corrected(_ milliseconds: Double) -> Double {
    correction?.latency(ofSum: milliseconds) ?? milliseconds
  }

  /// The sum of block latencies that is corrected to a latency; the inverse of ``corrected(_:)``.
  public func uncorrected(_ milliseconds: Double) -> Double {
    guard let correction else { return milliseconds }
    return (milliseconds - correction.interceptMilliseconds) / correction.slope
  }
}
