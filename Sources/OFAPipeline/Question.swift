import OFAFormats
import OFAHardware
import OFARegression
import OFASearch
import OFASpace

/// What a specialization asks, its files read: which subnets the budgets leave, and who tells their accuracies.
struct Question {
  /// The budgets, the devices' own limits among them.
  private(set) var budgets: Budgets
  /// The subnets that they leave.
  private(set) var problem: Problem
  /// What predicts accuracies; nil in the loop.
  let predictor: AccuracyPredictor?
  /// What evaluates every subnet that is tried; nil where accuracies are predicted.
  let images: HeldOutEvaluations?
  /// What evaluates those that are to be named; the same for all rounds of a search.
  let judge = Judge()
  /// Who tells accuracies, for the page: the predictor's path, or the images.
  let authority: String
  /// By what the profiles' latencies are multiplied, as measuring has shown.
  private(set) var latencyFactor = 1.0
  private let estimator: any AccuracyEstimator
  private let threads: Int

  /// What evaluates subnets on images, opened when it is first asked for: it reads the model and all images.
  final class Judge {
    private var opened: HeldOutEvaluations?

    func evaluations(_ open: () throws -> HeldOutEvaluations) rethrows -> HeldOutEvaluations {
      let evaluations = try opened ?? open()
      opened = evaluations
      return evaluations
    }
  }

  /// Whether accuracies are measured, not predicted.
  var isInTheLoop: Bool { images != nil }

  /// Reads what a specialization names.
  ///
  /// - Throws: as `Specialization.run(monitor:)`.
  init(_ asked: Specialization, _ space: SearchSpace, _ devices: [DeviceProfile], monitor: Monitor) throws {
    threads = asked.threads
    let isLimited = asked.budgets.limit(on: .latency) != nil
    if isLimited || asked.objectives.contains(where: { $0.quantity == .latency }) {
      guard !devices.isEmpty else {
        let what = isLimited ? "a limit on latency" : "what is sought of latency"
        throw Failure(.usage, "\(what) needs a device's profile; add `profiles`", at: isLimited ? "`latency`" : nil)
      }
      for device in devices { try device.requireLatencies() }
    }
    budgets = devices.reduce(asked.budgets) { $0.limited(by: $1.limits, of: $1.device.name) }
    // Of a device that was not timed, its limits count.
    let profiles = devices.filter(\.isTimed)
    var choices = space.choices
    choices.resolutions = try space.narrowed(to: asked.resolutions)
    let costs = try CostModel(space, choices: choices, profiles: profiles)
    for (resolution, failure) in costs.uncovered where asked.resolutions?.contains(resolution) == true {
      monitor.warn("resolution \(resolution) is not searched: \(failure)")
    }
    let problem = try Problem(meeting: budgets, costs)
    if asked.isInTheLoop {
      let images = try asked.heldOutEvaluations(archive: asked.archive, monitor: monitor)
      (self.problem, self.images, estimator, predictor) = (problem, images, images, nil)
      authority = images.place
      return
    }
    images = nil
    authority = try asked.predictorPath()
    let predictor = try asked.readPredictor(authority, for: space)
    self.predictor = predictor
    estimator = try PredictedAccuracy(predictor, space: space, threads: threads)
    let priced = costs.choices.resolutions
    let known = priced.filter(predictor.resolutions.contains)
    guard !known.isEmpty else {
      throw Failure(
        .badData, "the predictor knows resolutions \(predictor.resolutions), none of \(priced)", at: authority)
    }
    if known == priced {
      self.problem = problem
    } else {
      for strange in priced where asked.resolutions?.contains(strange) == true && !known.contains(strange) {
        monitor.warn("resolution \(strange) is not searched, as the predictor knows \(predictor.resolutions) alone")
      }
      choices.resolutions = known
      self.problem = try Problem(meeting: budgets, CostModel(space, choices: choices, profiles: profiles))
    }
  }

  /// The same question where latencies are so many times what the profiles say; nil where nothing meets it.
  func correctingLatencies(by factor: Double) -> Question? {
    var result = self
    result.latencyFactor = factor
    guard let limit = budgets.limit(on: .latency) else { return result }
    // As good as longer latencies is a shorter limit, and as shorter ones a longer.
    result.budgets.rebound(.latency, by: limit / factor)
    guard case .feasible(let problem) = Problem.decided(problem.costs, result.budgets) else { return nil }
    result.problem = problem
    return result
  }

  /// What a searcher searches.
  func domain(_ objectives: [Objective], leastAccuracy: Double? = nil, seeds: [Subnet] = []) -> SubnetDomain {
    SubnetDomain(
      problem, estimator, objectives: objectives, leastAccuracy: leastAccuracy, seeds: seeds, threads: threads)
  }

  /// All that is known of subnets.
  func candidates(_ subnets: [Subnet]) -> [Specialization.Candidate] {
    domain([.accuracy]).candidates(subnets).map { known in
      var result = Specialization.Candidate(
        known, in: problem.costs.space, devices: problem.costs.profiles.map(\.device.name))
      result.predictedRange = predictor?.range(of: known.accuracy)
      for device in result.latencies.indices { result.latencies[device].milliseconds *= latencyFactor }
      if isInTheLoop { result.heldOutAccuracy = known.accuracy }
      return result
    }
  }
}

extension Problem {
  /// The subnets that budgets leave.
  ///
  /// - Throws: ``InfeasibleBudget`` where they leave none.
  init(meeting budgets: Budgets, _ costs: CostModel) throws {
    switch Problem.decided(costs, budgets) {
    case .feasible(let problem): self = problem
    case .infeasible(let reason): throw InfeasibleBudget(reason)
    }
  }
}
