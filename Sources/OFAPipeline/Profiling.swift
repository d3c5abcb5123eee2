import Foundation
import OFAFormats
import OFAHardware
import OFAProfiling
import OFAReport
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
  /// The processors that these run on, such as `0,2-3`; see `Runners`.
  public var cores: String?
  /// About how long it may take.
  public var budget: Duration
  /// The device's name in results; the runner's word for it unless given.
  public var device: String?
  /// The seed of all draws.
  public var seed: UInt64
  /// At which input sizes; nil for all of the space.
  public var resolutions: [Int]?
  /// Where to write a page that shows how well the profile predicts, and what blocks take.
  public var report: Output?
  /// The command that measures, for the page.
  public var origin: Origin?
  /// Whether what the output file has, or an interrupted measurement of it, is kept, and only what is new is measured.
  public var resumes = false

  /// What a profile came to.
  public struct Result: Hashable, Sendable, Encodable {
    /// The distinct blocks that were measured.
    public var blocks: Int
    /// The distinct blocks for which there was no time, and whose latency is predicted from the others'; nil for none.
    public var predictedBlocks: Int?
    /// How long it took.
    public var seconds: Double
    /// The fraction of fresh networks whose prediction is within 5 % of their measurement.
    public var withinFivePercent: Double
    /// The fraction of fresh networks whose prediction is within 10 % of their measurement.
    public var withinTenPercent: Double
    /// Spearman's rank correlation of predictions and measurements.
    public var spearman: Double
    /// The fraction of fresh networks whose measurement's two halves are within 5 % of each other.
    public var halvesWithinFivePercent: Double?
    /// How many more fresh networks were left out, as they were measured in no quiet moment.
    public var leftOut: Int
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

  /// Measures, and writes the profile to a file, and the page where one is wanted.
  ///
  /// - Throws: `.usage` for an unknown runner, for resolutions that the space does not have, and for an interrupted
  ///   measurement that would be lost; `.inputOutput` when the file cannot be written.
  public func run(output: Output, monitor: Monitor = Monitor()) throws -> Result {
    try output.check(for: DeviceProfile.fileKind)
    try Page.check(report, beside: output)
    let start = ContinuousClock().now
    let resolutions = try space.narrowed(to: resolutions)
    let journal = ProfileJournal(of: output.path)
    let base =
      resumes && FileManager.default.fileExists(atPath: output.path)
      ? try DeviceProfile(reading: output.path) : nil
    if journal.exists, !resumes {
      guard output.isForced else {
        throw Failure(
          .usage, "an interrupted measurement is there; go on with it by `resumes`, or begin anew with `force`",
          at: journal.path)
      }
      try journal.remove()
    }
    let crew = try Runners.crew(
      runner, engine: engine, space: space, threads: threads, cores: cores, isInterrupted: monitor.isInterrupted,
      remark: monitor.warn)
    var profiler = Profiler(space: space, crew: crew, budget: budget, seed: seed)
    profiler.resolutions = resolutions
    profiler.base = base
    profiler.journal = journal
    var networks: [ComparedNetwork] = []
    let (profile, error) = try keeping(journal) {
      let largest = crew.largestNetwork(of: space)
      var (profile, error) = try profiler.profile(
        progress: { try monitor.check($0, $1, devices: crew.news) }, compared: { networks = $0 })
      let conditions = crew.conditions()
      profile.measurement.largestNetwork = largest
      profile.measurement.before = conditions.first?.before
      profile.measurement.after = conditions.first?.after
      if !profile.spaces.contains(space.name) { profile.spaces.append(space.name) }
      if let device { profile.device.name = device }
      try output.write(profile)
      conditions.flatMap(\.doubts).forEach(monitor.warn)
      if let doubt = profile.errorDoubt {
        monitor.warn("\(doubt); measure again when the machine is quiet, or with a longer `budget`")
      }
      return (profile, error)
    }
    try journal.remove()
    if let report {
      var page = Page.profile(profile, of: space, resolution: resolutions.max(), networks: networks)
      page.conditions += [
        Page.Fact("budget", Measure.seconds.text(budget / .seconds(1))), Page.Fact("seed", "\(seed)"),
      ]
      page.origins = [origin].compactMap(\.self)
      try report.write(page.html, as: Page.fileKind)
    }
    let predicted = profile.table.entries.values.count { $0.isPredicted }
    return Result(
      blocks: profile.table.entries.count - predicted, predictedBlocks: predicted == 0 ? nil : predicted,
      seconds: (ContinuousClock().now - start) / .seconds(1), withinFivePercent: error.withinFivePercent,
      withinTenPercent: error.withinTenPercent, spearman: error.spearman,
      halvesWithinFivePercent: error.halvesWithinFivePercent, leftOut: error.leftOut ?? 0)
  }

  /// Says with a failure how to go on from what was measured; a journal of nothing is taken away.
  private func keeping<Value>(_ journal: ProfileJournal, _ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let failure as Failure {
      // One that cannot be gone on from says so itself.
      let isOfJournal = failure.place?.hasPrefix(journal.path) == true && failure.kind != .inputOutput
      if isOfJournal { throw failure }
      guard journal.hasMeasurements else {
        try journal.remove()
        throw failure
      }
      throw Failure(
        failure.kind, "\(failure.message); what was measured is kept: go on by the same with `resumes`",
        at: failure.place ?? journal.path)
    }
  }
}
