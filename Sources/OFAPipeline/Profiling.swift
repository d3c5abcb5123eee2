import OFAFormats
import OFAHardware
import OFAProfiling
import OFASpace

/// Makes a device's profile for a space.
public struct Profiling {
  /// The space whose blocks are measured.
  public var space: SearchSpace
  /// The runner's name.
  public var runner: String
  /// What runs networks on a board that is reached by `ssh`; see `Runners`.
  public var engine: String?
  /// How many threads run one network.
  public var threads: Int
  /// About how long it may take.
  public var budget: Duration
  /// The device's name in results; the runner's word for it unless given.
  public var device: String?
  /// The seed of all draws.
  public var seed: UInt64

  /// What a profile came to.
  public struct Result: Hashable, Sendable, Encodable {
    /// The distinct blocks that were measured.
    public var blocks: Int
    /// How long it took.
    public var seconds: Double
    /// The fraction of fresh networks whose prediction is within 5 % of their measurement.
    public var withinFivePercent: Double
    /// The fraction of fresh networks whose prediction is within 10 % of their measurement.
    public var withinTenPercent: Double
    /// Spearman's rank correlation of predictions and measurements.
    public var spearman: Double
  }

  /// A profiling of a space's blocks at all its resolutions.
  public init(
    space: SearchSpace, runner: String, threads: Int = 1, budget: Duration = .seconds(120), device: String? = nil,
    seed: UInt64 = 0
  ) {
    self.space = space
    self.runner = runner
    self.threads = threads
    self.budget = budget
    self.device = device
    self.seed = seed
  }

  /// Measures, and writes the profile to a file.
  ///
  /// - Throws: `.usage` for an unknown runner, `.inputOutput` when the file cannot be written.
  public func run(output: Output, monitor: Monitor = Monitor()) throws -> Result {
    try output.check(for: DeviceProfile.fileKind)
    let start = ContinuousClock().now
    let runner = try Runners.named(
      runner, engine: engine, space: space, threads: threads, isInterrupted: monitor.isInterrupted)
    let profiler = Profiler(space: space, runner: runner, budget: budget, seed: seed)
    var ((profile, error), conditions) = try Conditions.watching(runner) {
      try profiler.profile { try monitor.check($0, $1) }
    }
    profile.measurement.before = conditions.before
    profile.measurement.after = conditions.after
    profile.spaces = [space.name]
    if let device { profile.device.name = device }
    try output.write(profile)
    conditions.doubts.forEach(monitor.warn)
    return Result(
      blocks: profile.table.entries.count, seconds: (ContinuousClock().now - start) / .seconds(1),
      withinFivePercent: error.withinFivePercent, withinTenPercent: error.withinTenPercent, spearman: error.spearman)
  }
}
