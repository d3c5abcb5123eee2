import OFAFormats
import OFAHardware
import OFANumerics
import OFASearch
import OFASpace

// What is predicted to meet a limit on latency is measured before it is named.

extension Specialization {
  /// What measures the best subnets on the device; the profile says with how many threads.
  public struct Verification: Hashable, Sendable {
    /// The runner's name.
    public var runner: String
    /// What runs networks on a board that is reached by `ssh`; see `Runners`.
    public var engine: String?
    /// The processors that a network's threads run on; by default those of the profile.
    public var cores: String?

    /// A verification by a runner.
    public init(runner: String, engine: String? = nil, cores: String? = nil) {
      (self.runner, self.engine, self.cores) = (runner, engine, cores)
    }
  }

  /// A subnet that was measured, and what the profile says of it.
  public struct MeasuredSubnet: Hashable, Sendable, Encodable {
    /// The subnet's id.
    public var id: String
    /// What the profile predicts.
    public var predictedMilliseconds: Double
    /// The median of what was measured.
    public var measuredMilliseconds: Double
    /// What nine runs of ten stay below; of a subnet that was measured twice, the greater.
    public var p90Milliseconds: Double

    /// Whether nine runs of ten keep a limit.
    func keeps(_ limit: Double?) -> Bool { p90Milliseconds <= limit ?? .infinity }
    /// By how much nine runs of ten stay below more than was predicted.
    var ratio: Double { p90Milliseconds / predictedMilliseconds }
  }

  /// Searches, measures the most accurate subnets, corrects the profile by what came of them, and searches again, until
  /// the best meets the limit on latency as measured.
  ///
  /// All predictions are corrected by one factor, the median of what nine runs of ten stay below to what was predicted.
  /// Where the best does not meet the limit, by as much as rules it out. The winner is measured once more: it was
  /// chosen for what may have been luck.
  ///
  /// - Throws: ``InfeasibleBudget`` where nothing that was measured meets the limit; what measuring throws.
  func verifiedAnswer(
    to asked: Question, by verification: Verification, using generator: inout SeededGenerator, monitor: Monitor
  ) throws -> Answer {
    let limit = asked.budgets.limit(on: .latency)
    var session = try MeasuringSession(of: asked, verification, seed: seed, monitor: monitor)
    var answer = try search(asked, using: &generator, monitor: monitor)
    /// Names the best of those that keep the limit; false where it breaks it when it is measured again.
    func named() throws -> Bool {
      let fast = session.measured.filter { $0.value.keeps(limit) }.map(\.key)
      let kept = asked.candidates(fast).filter { $0.predictedAccuracy >= leastAccuracy ?? 0 }.map(\.subnet)
      guard !kept.isEmpty else { return false }
      try name(bestOf: kept, in: &answer, monitor: monitor)
      guard let subnet = answer.best?.subnet else { return false }
      try session.measure([subnet], again: true)
      answer.best?.measured = session.measured[subnet]
      answer.measured = session.measured.values.sorted { $0.predictedMilliseconds < $1.predictedMilliseconds }
      guard session.measured[subnet]?.keeps(limit) == true else { return false }
      session.remark()
      return true
    }
    var refusal: InfeasibleBudget?
    for round in 1...Self.mostRounds {
      let leading = answer.found.leading.map(\.subnet)
      let isNew = try session.measure(leading)
      guard let leader = leading.first.flatMap({ session.measured[$0] }) else { break }
      let isClose = abs(session.ratio / answer.question.latencyFactor - 1) < Self.closeness
      if limit == nil || leader.keeps(limit) && (isClose || !isNew), try named() { return answer }
      // Of what is not measured any more there is no need to search.
      if round == Self.mostRounds { break }
      let factor = leader.keeps(limit) ? session.ratio : max(session.ratio, leader.ratio)
      guard let question = asked.correctingLatencies(by: factor) else {
        // No profile is so wrong that the fastest is not worth a look.
        try session.measure([asked.problem.cheapest(.latency)])
        break
      }
      generator = SeededGenerator(seed: seed, stream: "search", round)
      do {
        answer = try search(question, using: &generator, monitor: monitor)
      } catch let failure as InfeasibleBudget {
        // One that is measured already may do.
        refusal = failure
        break
      }
    }
    // One that fails when it is measured again is no longer among those that keep the limit.
    for _ in 0..<session.measured.count {
      if try named() { return answer }
    }
    if let refusal { throw refusal }
    guard let limit, let fastest = session.measured.values.map(\.p90Milliseconds).min() else { throw Self.noNumbers }
    throw InfeasibleBudget(limit: limit, fastest: fastest, measured: session.measured.count)
  }

  /// How often is searched at most.
  static let mostRounds = 6
  /// How far the correction may move, as a share, before it is worth another search.
  private static let closeness = 0.01
}

/// Subnets that are measured on a device, each once unless asked for again.
private struct MeasuringSession {
  let question: Question
  let measurement: LatencyMeasurement
  let monitor: Monitor
  /// What came of each subnet.
  private(set) var measured: [Subnet: Specialization.MeasuredSubnet] = [:]

  /// - Throws: `.usage` unless there is the profile of one device.
  init(
    of question: Question, _ verification: Specialization.Verification, seed: UInt64, monitor: Monitor
  ) throws {
    let profiles = question.problem.costs.profiles
    guard profiles.count == 1, let profile = profiles.first else {
      throw Failure(
        .usage, "what is measured is one device: name its profile, and no other, with `profiles`", at: "`verification`")
    }
    self.question = question
    self.monitor = monitor
    var measurement = LatencyMeasurement(
      runner: verification.runner, space: question.problem.costs.space, threads: profile.measurement.threads ?? 1,
      seed: seed)
    measurement.engine = verification.engine
    measurement.cores = verification.cores ?? profile.measurement.cores
    self.measurement = measurement
  }

  /// Measures those that have not been yet, or all again. Of two measurements the one with the slower runs counts.
  ///
  /// - Returns: whether there was anything to measure.
  @discardableResult
  mutating func measure(_ subnets: [Subnet], again: Bool = false) throws -> Bool {
    let wanted = again ? subnets : subnets.filter { measured[$0] == nil }
    guard !wanted.isEmpty else { return false }
    for (subnet, latency) in zip(wanted, try measurement.measure(wanted, monitor: monitor)) {
      let before = measured[subnet]
      if let before, before.p90Milliseconds >= latency.p90Milliseconds { continue }
      measured[subnet] = Specialization.MeasuredSubnet(
        id: latency.id, predictedMilliseconds: question.problem.costs.prices(of: subnet)[.latency],
        measuredMilliseconds: latency.latencyMilliseconds, p90Milliseconds: latency.p90Milliseconds)
    }
    return true
  }

  /// What nine runs of ten stay below, as a multiple of what was predicted.
  var ratio: Double { Statistics.median(measured.values.map(\.ratio)) }

  /// Warns where the profile is far off.
  func remark() {
    let slowness = Statistics.median(measured.values.map { $0.measuredMilliseconds / $0.predictedMilliseconds })
    guard !(0.8...1.25 ~= slowness) else { return }
    monitor.warn(
      "networks take \((100 * slowness).rounded() / 100) times what the profile says, which may be of another device "
        + "or of another state of it; measure anew with ofa profile")
  }
}
