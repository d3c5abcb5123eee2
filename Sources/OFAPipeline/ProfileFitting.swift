import OFAFormats
import OFAHardware
import OFAProfiling
import OFAReport
import OFASpace

/// Makes a device's profile of the latencies of whole networks.
public struct ProfileFitting {
  /// The path of the networks with their latencies; see `TimedNetworks` for its lines.
  public var networks: String
  /// Which of the file's devices; nil where it has but one.
  public var column: String?
  /// The paths of networks that were timed elsewhere.
  public var sources: [String]
  /// Which devices of ``sources``, each a source of its own; the only one of a file, or that of ``column``, unless
  /// given.
  public var sourceColumns: [String]
  /// The space of networks that are subnets.
  public var space: SpaceSource?
  /// The device's name in results.
  public var device: String
  /// The seed of all draws.
  public var seed: UInt64
  /// Where to write a page that shows how well networks are predicted by models that did not see them.
  public var report: Output?
  /// The command that fits, for the page.
  public var origin: Origin?

  /// What a fit came to.
  public struct Result: Hashable, Sendable, Encodable {
    /// How many networks it was fitted to.
    public var networks: Int
    /// How many networks of the file have no latency on the device.
    public var passedOver: Int
    /// How many networks of other files it learned from.
    public var sourceNetworks: Int
    /// How many groups of layers have rates.
    public var layerGroups: Int
    /// Which kind of model did best: `additive` or `trees`.
    public var model: String
    /// The fraction of networks within 5 %, by cross-validation.
    public var withinFivePercent: Double
    /// The fraction of networks within 10 %, by cross-validation.
    public var withinTenPercent: Double
    /// Spearman's rank correlation, by cross-validation.
    public var spearman: Double
    /// What nine of ten relative errors stay below, by cross-validation: half the width of the interval.
    public var relativeErrorP90: Double
  }

  /// A fit to the networks of a file.
  public init(
    networks: String, column: String? = nil, sources: [String] = [], sourceColumns: [String] = [],
    space: SpaceSource? = nil, device: String, seed: UInt64 = 0
  ) {
    self.networks = networks
    self.column = column
    self.sources = sources
    self.sourceColumns = sourceColumns
    self.space = space
    self.device = device
    self.seed = seed
  }

  /// Reads the networks, fits, and writes the profile to a file, and the page where one is wanted.
  ///
  /// - Throws: `.missingInput`, `.badData` with file and line for what is no timed network and for too few of them,
  ///   `.usage` for an unknown device, `.inputOutput` when the profile cannot be written.
  public func run(output: Output, monitor: Monitor = Monitor()) throws -> Result {
    try output.check(for: DeviceProfile.fileKind)
    try Page.check(report, beside: output)
    let space = try space?.space()
    let target = try TimedNetworks(reading: networks, space: space).networks(column: column, at: "`column`")
    let files = try sources.map { try TimedNetworks(reading: $0, space: space) }
    let columns = sourceColumns.isEmpty ? [column] : sourceColumns.map(Optional.some)
    let sources = try (files.isEmpty ? [] : columns).map { column in
      LayerLatencyFit.Source(
        networks: try files.flatMap { file in
          // Where none is named, a file of one device is taken as it is.
          let isOnly = sourceColumns.isEmpty && file.columns.count == 1
          return try file.networks(column: isOnly ? nil : column, at: "`sourceColumns`").timed
        })
    }
    let fit = LayerLatencyFit(networks: target.timed, sources: sources, seed: seed)
    let fitted: LayerLatencyFit.Result
    do {
      fitted = try fit.fitted { try monitor.check("fitting", $0) }
    } catch let failure as Failure where failure.place == nil && failure.kind == .badData {
      throw Failure(failure.kind, failure.message, at: networks)
    }
    let profile = DeviceProfile(
      device: DeviceProfile.Device(name: device), measurement: DeviceProfile.Measurement(runner: "fitted"),
      spaces: space.map { [$0.name] } ?? [], correction: fitted.correction, layers: fitted.layers)
    try output.write(profile)
    if let doubt = profile.errorDoubt { monitor.warn("\(doubt); give more networks") }
    if let report {
      var page = Page.profile(profile, of: space, networks: fitted.compared)
      page.origins = [origin].compactMap(\.self)
      try report.write(page.html, as: Page.fileKind)
    }
    let error = fitted.correction.error
    return Result(
      networks: target.timed.count, passedOver: target.passedOver,
      sourceNetworks: sources.reduce(0) { $0 + $1.networks.count }, layerGroups: fitted.layers.groups.count,
      model: fitted.kind.rawValue, withinFivePercent: error.withinFivePercent,
      withinTenPercent: error.withinTenPercent, spearman: error.spearman, relativeErrorP90: error.relativeErrorP90)
  }
}
