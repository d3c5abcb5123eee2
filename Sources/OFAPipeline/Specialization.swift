import Foundation
import OFAFormats
import OFAHardware
import OFANumerics
import OFARegression
import OFAReport
import OFASearch
import OFASpace
import OFASupernet
import OFATraining

/// Finds the most accurate subnet within budgets.
public struct Specialization {
  /// The space, or the model whose space and predictor are used.
  public var space: SpaceSource
  /// The bounds.
  public var budgets: Budgets
  /// The paths of devices' profiles; each device must meet the bound on latency, and its own limits.
  public var profiles: [String] = []
  /// The path of an accuracy predictor; the model's own unless given.
  public var predictor: String?
  /// The resolutions to search in; by default those that space, profiles and predictor all have.
  public var resolutions: [Int]?
  /// How long to search at most.
  public var timeLimit: Duration?
  /// How many subnets to estimate at most.
  public var evaluations: Int?
  /// What is sought: the most accurate subnet unless given. Where there are several, the answer is the best in the
  /// first, and the front has the rest.
  public var objectives = [Objective.accuracy]
  /// The accuracy that is wanted at least, 0…1.
  public var leastAccuracy: Double?
  /// The searcher's name, of `SearcherKind`; by default the one for so many objectives.
  public var searcher: String?
  /// The model's images, a folder or the name of a built-in set, to evaluate the best few on; by default those that it
  /// was trained on, where they are still there.
  public var data: String?
  /// Whether the best few are evaluated on held-out images.
  public var evaluates = true
  /// How many threads evaluate them.
  public var threads = 1
  /// Where to write the subnets that no other beats in accuracy and cost, one a line.
  public var front: Output?
  /// Where to write a page that shows the front against random subnets.
  public var report: Output?
  /// The command that searches, for the page.
  public var origin: Origin?
  /// The seed of the search.
  public var seed: UInt64

  /// A subnet that was found, and all that is known of it.
  public struct Candidate: Hashable, Sendable {
    /// The subnet's id.
    public var id: String
    /// The subnet.
    public var subnet: Subnet
    /// The subnet as results have it.
    public var document: SubnetDocument
    /// The accuracy that the predictor expects, 0…1.
    public var predictedAccuracy: Double
    /// Where nine accuracies of ten lie that are predicted so; nil when nobody told how well the predictor does.
    public var predictedRange: ClosedRange<Double>?
    /// The accuracy on held-out images, 0…1; nil where it was not evaluated.
    public var heldOutAccuracy: Double?
    /// What it costs on each device whose latency is known, in the order of the profiles.
    public var latencies: [DeviceLatency]
    /// The costs that do not depend on the device.
    public var costs: SubnetCosts
  }

  /// A subnet's latency on one device.
  public struct DeviceLatency: Hashable, Sendable {
    /// The device's name.
    public var device: String
    /// The prediction.
    public var milliseconds: Double
  }

  /// What a search came to.
  public struct Result: Sendable {
    /// The most accurate subnet within the budgets.
    public var best: Candidate
    /// How many subnets were estimated.
    public var evaluations: Int
    /// How long the search took.
    public var seconds: Double
    /// How many of the best were evaluated on held-out images, of which the most accurate is named.
    public var evaluatedOnImages: Int
    /// The subnets that no other beats in accuracy and cost; empty unless asked for.
    public var front: [Candidate]
  }

  /// A search in a space.
  public init(space: SpaceSource, budgets: Budgets, seed: UInt64 = 0) {
    self.space = space
    self.budgets = budgets
    self.seed = seed
  }

  /// Searches.
  ///
  /// Whether any subnet meets the budgets is decided before the predictor is opened.
  ///
  /// - Throws: ``InfeasibleBudget`` when none does; `.usage` for a latency without a profile, a resolution that the
  ///   space does not have, or no predictor; `.badData` for documents of another space, and for a device without
  ///   latencies where they are limited.
  public func run(monitor: Monitor = Monitor()) throws -> Result {
    if data != nil, modelFolder == nil {
      throw Failure(.usage, "a space has no weights to evaluate on images; name a `model`", at: "`data`")
    }
    try front?.check(for: Self.frontKind)
    try report?.check(for: Page.fileKind)
    if let front, front.path == report?.path {
      throw Failure(.usage, "the front and the report need a file each", at: front.path)
    }
    let space = try space.space()
    let devices = try profiles.map { try DeviceProfile(reading: $0, monitor: monitor) }
    if budgets.limit(on: .latency) != nil {
      guard !devices.isEmpty else {
        throw Failure(.usage, "a limit on latency needs a device's profile; add `profiles`", at: "`latency`")
      }
      for device in devices { try device.requireLatencies() }
    }
    let budgets = devices.reduce(self.budgets) { $0.limited(by: $1.limits, of: $1.device.name) }
    // Of a device that was not timed, its limits count.
    let profiles = devices.filter(\.isTimed)
    var choices = space.choices
    choices.resolutions = try space.narrowed(to: resolutions)
    var problem = try Self.problem(CostModel(space, choices: choices, profiles: profiles), budgets)

    let predictorPath = try predictorPath()
    let predictor = try readPredictor(predictorPath, for: space)
    let estimator = try PredictedAccuracy(predictor, space: space, threads: threads)
    let known = problem.costs.choices.resolutions.filter(predictor.resolutions.contains)
    guard !known.isEmpty else {
      throw Failure(
        .badData,
        "the predictor knows resolutions \(predictor.resolutions), none of \(problem.costs.choices.resolutions)",
        at: predictorPath)
    }
    if known != problem.costs.choices.resolutions {
      choices.resolutions = known
      problem = try Self.problem(CostModel(space, choices: choices, profiles: profiles), budgets)
    }

    let domain = SubnetDomain(
      problem, estimator, objectives: objectives, leastAccuracy: objectives == [.accuracy] ? nil : leastAccuracy,
      threads: threads)
    let searcher = try SearcherKind.searcher(named: searcher, for: domain, at: "`searcher`")
    var generator = SeededGenerator(seed: seed, stream: "search")
    monitor.show(StageProgress("searching", 0))
    let found = try Search(domain, evaluations: evaluations ?? .max, timeLimit: timeLimit)
      .run(searcher, using: &generator) { _ in try monitor.check("searching", 0) }
    try requireAccuracy(of: found, in: domain)
    func candidates(_ subnets: [Subnet]) -> [Candidate] {
      domain.candidates(subnets).map { known in
        var result = Candidate(known, in: space, devices: profiles.map(\.device.name))
        result.predictedRange = predictor.range(of: known.accuracy)
        return result
      }
    }
    var front: [Candidate] = []
    if objectives.count > 1 {
      front = candidates(found.front.trials.map(\.subnet))
    } else if self.front != nil || report != nil {
      front = candidates(try self.front(to: found, of: problem, estimator, using: &generator))
    }
    // Where something else is sought first, the images have no say in what is best.
    let leading = objectives.first == .accuracy ? found.leading : Array(found.leading.prefix(1))
    let contenders = candidates(leading.map(\.subnet))
    let trainingRun = trainingRun
    let evaluated = try evaluated(contenders, leftBy: trainingRun, monitor: monitor)
    // Of equal ones the first, whose prediction is the best.
    let best = evaluated.reduce(evaluated.first) { best, other in
      other.heldOutAccuracy ?? 0 > best?.heldOutAccuracy ?? 0 ? other : best
    }
    let result = Result(
      best: best ?? contenders[0], evaluations: found.evaluations, seconds: found.duration / .seconds(1),
      evaluatedOnImages: evaluated.count, front: front)
    if let warning = PredictorQuality(predictor)?.warning(model: modelFolder, data: data ?? trainingRun?.data) {
      monitor.warn(warning)
    }
    try self.front?.write(JSONLines.encode(front), as: Self.frontKind)
    if let report {
      let random = candidates((0..<Self.cloudSize).map { _ in problem.randomSubnet(using: &generator) })
      var page = Page.specialization(result, random: random, space: space)
      page.conditions = [
        Page.Fact("budgets", budgets.isEmpty ? "none" : budgets.words),
        Page.Fact("device", devices.isEmpty ? "none" : devices.map(\.device.name).joined(separator: ", ")),
        Page.Fact("predictor", predictorPath), Page.Fact("seed", "\(seed)"),
      ]
      page.origins = [origin].compactMap(\.self)
      try report.write(page.html, as: Page.fileKind)
    }
    return result
  }

  /// The front of accuracy and cost that ends with a search's answer, which does not depend on it.
  private func front(
    to found: Archive, of problem: Problem, _ estimator: PredictedAccuracy, using generator: inout SeededGenerator
  ) throws -> [Subnet] {
    guard let best = found.leading.first else { return [] }
    let cost: Quantity = problem.costs.profiles.isEmpty ? .multiplyAccumulates : .latency
    let domain = SubnetDomain(
      problem, estimator, objectives: [.accuracy, Objective(.cost(cost), isMaximized: false)], seeds: [best.subnet],
      threads: threads)
    let archive = try Search(domain, timeLimit: timeLimit.map { max($0 - found.duration, .zero) })
      .run(EliteSearch(), using: &generator)
    return archive.front.spread(Self.frontSize).filter { $0.objectives[0] > best.objectives[0] }.map(\.subnet)
      + [best.subnet]
  }

  /// - Throws: ``InfeasibleBudget`` where nothing that was tried is as accurate as was asked for.
  private func requireAccuracy(of found: Archive, in domain: SubnetDomain) throws {
    guard let leastAccuracy else { return }
    let best =
      found.leading.first.map { objectives == [.accuracy] ? -$0.objectives[0] : leastAccuracy }
      ?? found.trials.compactMap { trial in trial.excesses.last.map { leastAccuracy - $0 } }.max() ?? 0
    if best < leastAccuracy {
      throw InfeasibleBudget(leastAccuracy: leastAccuracy, best: best, evaluations: found.evaluations)
    }
  }

  /// The kind of the front that is written.
  private static let frontKind = FileKind.front("a front", key: "predictedAccuracy")

  /// The most subnets of a front that are written.
  private static let frontSize = 24
  /// How many random subnets a report shows.
  private static let cloudSize = 500

  /// - Throws: ``InfeasibleBudget``.
  private static func problem(_ costs: CostModel, _ budgets: Budgets) throws -> Problem {
    switch Problem.decided(costs, budgets) {
    case .feasible(let problem): return problem
    case .infeasible(let reason): throw InfeasibleBudget(reason)
    }
  }

  /// Reads a predictor's document. The published predictors are tensors, which have to be imported first: the error
  /// says how, or why that will not do.
  private func readPredictor(_ path: String, for space: SearchSpace) throws -> AccuracyPredictor {
    if let kind = FileFormat(start: try InputFile.start(of: path, count: 9)), kind != .gzip {
      do {
        _ = try AccuracyPredictor(published: Checkpoint.tensors(reading: path), space: space, at: path)
      } catch let failure as Failure {
        throw Failure(
          failure.kind,
          "\(kind), no predictor's document, nor can ofa import make one of it: \(failure.message)",
          at: failure.place)
      }
      let document = ((path as NSString).lastPathComponent as NSString).deletingPathExtension + ".json"
      let line = commandLine(
        ["ofa", "import", "--predictor", path] + self.space.arguments + ["--output", document])
      let what = kind.isPyTorch ? "a PyTorch file" : "\(kind)"
      throw Failure(
        .badData, "\(what), no predictor's document; make one by \(line) and give that with `predictor`", at: path)
    }
    return try Documents.read(AccuracyPredictor.self, path)
  }

  private func predictorPath() throws -> String {
    if let predictor { return predictor }
    guard let folder = modelFolder else {
      throw Failure(.usage, "a space has no accuracy predictor of its own; add `predictor`, or name a `model`")
    }
    let path = Model.predictorPath(in: folder)
    guard FileManager.default.fileExists(atPath: path) else {
      let fitting = commandLine(["ofa", "predictor", "train", "--model", folder, "--output", path, "--data", "FOLDER"])
      let remedy =
        RunFolder(ofModel: folder).map { "end its training with: \($0.resumeCommand)" } ?? "fit one with: \(fitting)"
      throw Failure(.missingInput, "the model has no accuracy predictor yet; \(remedy)", at: path)
    }
    return path
  }
}

/// No subnet meets the budgets, or none was found: which budget, its limit, and the least that the space can reach.
public struct InfeasibleBudget: Error, Hashable, Sendable, Encodable {
  /// Always false: what tells this object from a result.
  public let feasible = false
  /// Whether it is proven that no subnet meets the budgets; if not, none was found.
  public let proven: Bool
  /// The quantity that cannot be met, such as `latencyMilliseconds`.
  public let budget: String
  /// Its limit.
  public let limit: Double
  /// The least that a subnet reaches with the other budgets kept: as the limit it is met. Of an answer that is not
  /// proven, what no subnet is proven to go below. Nil of an accuracy.
  public let least: Double?
  /// Of an accuracy the best that was found; nil of what a subnet costs.
  public let best: Double?
  /// Of an accuracy how many subnets were tried for it.
  public let evaluations: Int?
  /// What ends the command.
  public let failure: Failure

  private enum CodingKeys: String, CodingKey { case feasible, proven, budget, limit, least, best, evaluations }

  init(_ reason: Infeasible) {
    proven = reason.isProven
    budget = reason.quantity.rawValue
    limit = reason.limit
    least = reason.least
    (best, evaluations) = (nil, nil)
    failure = reason.failure
  }

  /// No subnet was found that is accurate enough.
  init(leastAccuracy: Double, best: Double, evaluations: Int) {
    (proven, budget, limit, least) = (false, "accuracy", leastAccuracy, nil)
    (self.best, self.evaluations) = (best, evaluations)
    let (wanted, found) = (String(format: "%.2f", 100 * leastAccuracy), String(format: "%.2f", 100 * best))
    failure = Failure(
      .infeasible,
      "no subnet was found with an accuracy of \(wanted) %; the best of \(evaluations) has \(found) %; ask for less, "
        + "or raise the budgets")
  }
}

extension Specialization.Candidate: Encodable {
  private enum CodingKeys: String, CodingKey {
    case id, subnet, predictedAccuracy, predictedAccuracyLow, predictedAccuracyHigh, heldOutAccuracy
    case latencyMilliseconds, latencies
    case multiplyAccumulates, parameters, weightBytes, peakActivationBytes
  }

  init(_ candidate: OFASearch.Candidate, in space: SearchSpace, devices: [String]) {
    id = space.id(of: candidate.subnet)
    subnet = candidate.subnet
    document = space.document(of: subnet)
    predictedAccuracy = candidate.accuracy
    latencies = zip(devices, candidate.prices.latencyMilliseconds).map {
      Specialization.DeviceLatency(device: $0, milliseconds: $1)
    }
    costs = SubnetCosts(of: candidate.subnet, in: space)
  }

  /// The latency on the slowest device; nil without a device.
  public var latencyMilliseconds: Double? { latencies.map(\.milliseconds).max() }

  /// Writes all as one flat object; with several devices, `latencies` by the devices' names too.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(document, forKey: .subnet)
    try container.encode(predictedAccuracy, forKey: .predictedAccuracy)
    try container.encodeIfPresent(predictedRange?.lowerBound, forKey: .predictedAccuracyLow)
    try container.encodeIfPresent(predictedRange?.upperBound, forKey: .predictedAccuracyHigh)
    try container.encodeIfPresent(heldOutAccuracy, forKey: .heldOutAccuracy)
    try container.encode(latencyMilliseconds, forKey: .latencyMilliseconds)
    if latencies.count > 1 {
      try container.encode(
        Dictionary(latencies.map { ($0.device, $0.milliseconds) }, uniquingKeysWith: max), forKey: .latencies)
    }
    try container.encode(costs.multiplyAccumulates, forKey: .multiplyAccumulates)
    try container.encode(costs.parameters, forKey: .parameters)
    try container.encode(costs.weightBytes, forKey: .weightBytes)
    try container.encode(costs.peakActivationBytes, forKey: .peakActivationBytes)
  }
}

extension Specialization.Result: Encodable {
  private enum CodingKeys: String, CodingKey { case evaluations, seconds }

  /// Writes the best subnet's object with `evaluations` and `seconds` in it.
  public func encode(to encoder: any Encoder) throws {
    try best.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(evaluations, forKey: .evaluations)
    try container.encode(seconds, forKey: .seconds)
  }
}
