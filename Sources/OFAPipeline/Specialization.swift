import Foundation
import OFACluster
import OFAFormats
import OFAHardware
import OFANumerics
import OFAReport
import OFASearch
import OFASpace

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
  /// The searcher's name, of `SearcherKind`; by default the one for so many objectives, or in the loop `linas`.
  public var searcher: String?
  /// The model's images, a folder or the name of a built-in set, to evaluate the best few on; by default those that it
  /// was trained on, where they are still there.
  public var data: String?
  /// Whether the best few are evaluated on held-out images.
  public var evaluates = true
  /// Whether accuracies are those on held-out images, not predicted: each subnet that the search tries is evaluated.
  public var isInTheLoop = false
  /// The ranks that evaluate together, of which this is the leader or a helper.
  public var cluster = Cluster.alone
  /// A file that keeps what is evaluated in the loop, and from which a search goes on that was stopped.
  public var archive: String?
  /// What measures the best subnets on the device before one is named; nil where predictions do.
  public var verification: Verification?
  /// How the subnet that is named is trained further; nil where it is not.
  public var finetuning: Finetuning?
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

  /// A search in a space.
  public init(space: SpaceSource, budgets: Budgets, seed: UInt64 = 0) {
    self.space = space
    self.budgets = budgets
    self.seed = seed
  }

  /// What a search came to, as far as it is.
  struct Answer {
    /// What was asked.
    var question: Question
    /// The accuracy that was wanted at least of what tells accuracies: more than asked for where held-out images have
    /// less than is predicted.
    var leastAccuracy: Double?
    /// All that was tried.
    var found: Archive
    /// The subnet that is named.
    var best: Candidate?
    /// How many were evaluated on held-out images for that.
    var evaluatedOnImages = 0
    /// What was measured on the device.
    var measured: [MeasuredSubnet] = []
  }

  /// Searches.
  ///
  /// Whether any subnet meets the budgets is decided before the predictor is opened.
  ///
  /// - Throws: ``InfeasibleBudget`` when none does; `.usage` for a latency without a profile, a resolution that the
  ///   space does not have, or no predictor; `.badData` for documents of another space, and for a device without
  ///   latencies where they are limited.
  public func run(monitor: Monitor = Monitor()) throws -> Result {
    try check()
    let space = try space.space()
    let devices = try profiles.map { try DeviceProfile(reading: $0, monitor: monitor) }
    let question = try Question(self, space, devices, monitor: monitor)
    var generator = SeededGenerator(seed: seed, stream: "search")
    var answer = try confirmedAnswer(to: question, using: &generator, monitor: monitor)
    let front = try front(of: answer, using: &generator)
    if let finetuning { try finetune(&answer, by: finetuning, monitor: monitor) }
    guard let best = answer.best else { throw Self.noNumbers }
    let found = answer.found
    let result = Result(
      best: best, evaluations: found.evaluations, seconds: found.duration / .seconds(1),
      evaluatedOnImages: answer.evaluatedOnImages, isInTheLoop: question.isInTheLoop, front: front,
      measured: answer.measured, latencyFactor: answer.question.latencyFactor,
      finetunedModel: finetuning?.model)
    if let warning = question.predictor.flatMap(PredictorQuality.init)?
      .warning(model: modelFolder, data: images, output: predictor, in: space)
    {
      monitor.warn(warning)
    }
    try self.front?.write(JSONLines.encode(front), as: Self.frontKind)
    if let report {
      let random =
        question.isInTheLoop
        ? found.trials.map(\.subnet)
        : (0..<Self.cloudSize).map { _ in answer.question.problem.randomSubnet(using: &generator) }
      var page = Page.specialization(result, cloud: answer.question.candidates(random), space: space)
      page.sections.append(Page.course(of: found, seeking: objectives[0]))
      page.conditions = [
        Page.Fact("budgets", question.budgets.isEmpty ? "none" : question.budgets.words),
        Page.Fact("device", devices.isEmpty ? "none" : devices.map(\.device.name).joined(separator: ", ")),
        Page.Fact(question.isInTheLoop ? "images" : "predictor", question.authority), Page.Fact("seed", "\(seed)"),
      ]
      page.origins = [origin].compactMap(\.self)
      try report.write(page.html, as: Page.fileKind)
    }
    return result
  }

  /// Searches. Where held-out images deny the subnet that is named the accuracy that is asked for, searches again among
  /// those that are predicted to have as much more as its prediction was wrong by.
  ///
  /// - Throws: ``InfeasibleBudget`` where the images confirm none.
  private func confirmedAnswer(
    to question: Question, using generator: inout SeededGenerator, monitor: Monitor
  ) throws -> Answer {
    var (asked, denied, evaluated) = (self, [Double](), 0)
    repeat {
      do {
        let answer = try asked.answer(to: question, using: &generator, monitor: monitor)
        evaluated += answer.evaluatedOnImages
        guard let leastAccuracy, let best = answer.best, let share = best.heldOutAccuracy, share < leastAccuracy else {
          return answer
        }
        denied.append(share)
        asked.leastAccuracy = best.predictedAccuracy + leastAccuracy - share
      } catch is InfeasibleBudget where !denied.isEmpty {
        break
      }
      // The most accurate is that of every search.
    } while objectives.first != .accuracy && denied.count < Self.mostRounds
    throw InfeasibleBudget(leastAccuracy: leastAccuracy ?? 0, best: denied.max() ?? 0, evaluations: evaluated)
  }

  /// Searches, and names a subnet.
  private func answer(
    to question: Question, using generator: inout SeededGenerator, monitor: Monitor
  ) throws -> Answer {
    if let verification {
      return try verifiedAnswer(to: question, by: verification, using: &generator, monitor: monitor)
    }
    var answer = try search(question, using: &generator, monitor: monitor)
    try name(bestOf: answer.found.leading.map(\.subnet), in: &answer, monitor: monitor)
    return answer
  }

  /// - Throws: `.usage` for options that do not go together.
  private func check() throws {
    if data != nil, modelFolder == nil {
      throw Failure(.usage, "a space has no weights to evaluate on images; name a `model`", at: "`data`")
    }
    try front?.check(for: Self.frontKind)
    try Page.check(report, beside: front)
    try checkFinetuning()
  }

  /// What is tried for a question.
  ///
  /// - Throws: ``InfeasibleBudget`` where nothing that was tried is as accurate as was asked for.
  func search(
    _ question: Question, using generator: inout SeededGenerator, monitor: Monitor
  ) throws -> Answer {
    let domain = question.domain(objectives, leastAccuracy: objectives == [.accuracy] ? nil : leastAccuracy)
    let searcher = try SearcherKind.searcher(
      named: searcher ?? (question.isInTheLoop ? SearcherKind.linas.rawValue : nil), for: domain, at: "`searcher`")
    let inTheLoop = timeLimit == nil ? Self.evaluationsInTheLoop : .max
    let most = evaluations ?? (question.isInTheLoop ? inTheLoop : nil)
    var search = Search(domain, evaluations: most, timeLimit: timeLimit)
    // As many as keep all ranks busy; alone, each is tried by itself, so that little is lost to a deadline.
    if question.isInTheLoop { search.part = cluster.ranks > 1 ? 2 * cluster.ranks : 1 }
    let found = try search.run(searcher, using: &generator) { part in
      try question.images?.rethrow()
      try monitor.check("searching", part)
    }
    try question.images?.rethrow()
    try requireAccuracy(of: found)
    return Answer(question: question, leastAccuracy: leastAccuracy, found: found)
  }

  /// Names the best of some subnets: of the few that are predicted to be the most accurate, the most accurate on
  /// held-out images, where these are at hand. Where something else is sought first, the images have no say in it.
  func name(bestOf subnets: [Subnet], in answer: inout Answer, monitor: Monitor) throws {
    let trials = answer.question.domain(objectives).trials(of: subnets).compactMap(\.self)
      .sorted { $0.objectives.lexicographicallyPrecedes($1.objectives) }
    let few = trials.prefix(objectives.first == .accuracy ? Self.mostContenders : 1)
    let contenders = answer.question.candidates(few.map(\.subnet))
    let evaluated = try evaluated(contenders, of: answer.question, monitor: monitor)
    answer.evaluatedOnImages = answer.question.isInTheLoop ? answer.found.evaluations : evaluated.count
    // Of equal ones the first, whose prediction is the best.
    let best = evaluated.reduce(evaluated.first) { best, other in
      other.heldOutAccuracy ?? 0 > best?.heldOutAccuracy ?? 0 ? other : best
    }
    answer.best = best ?? contenders.first
  }

  /// The front: of the objectives where there are several, else of accuracy and cost; empty unless it is asked for.
  private func front(of answer: Answer, using generator: inout SeededGenerator) throws -> [Candidate] {
    let (question, found) = (answer.question, answer.found)
    if objectives.count > 1 { return question.candidates(found.front.trials.map(\.subnet)) }
    guard front != nil || report != nil, let best = found.leading.first else { return [] }
    let cost: Quantity = question.problem.costs.profiles.isEmpty ? .multiplyAccumulates : .latency
    let domain = question.domain(
      [.accuracy, Objective(.cost(cost), isMaximized: false)], leastAccuracy: answer.leastAccuracy,
      seeds: [best.subnet])
    /// The front of some trials and of what the search itself has tried.
    func whole(_ trials: [Trial], and tried: [Trial]) -> ParetoFront {
      ParetoFront(trials + domain.trials(of: tried.map(\.subnet)).compactMap(\.self).filter(\.isAdmitted))
    }
    // In the loop nothing more is tried for it.
    if question.isInTheLoop { return question.candidates(whole([], and: found.trials).trials.map(\.subnet)) }
    let archive = try Search(domain, timeLimit: timeLimit.map { max($0 - found.duration, .zero) })
      .run(EliteSearch(), using: &generator)
    let tried = archive.evaluations < Self.fewTried ? Array(found.trials.suffix(Self.mostTriedAgain)) : []
    return question.candidates(
      whole(archive.front.trials, and: tried + [best]).spread(Self.frontSize).map(\.subnet))
  }

  /// - Throws: ``InfeasibleBudget`` where nothing that was tried is as accurate as was asked for.
  private func requireAccuracy(of found: Archive) throws {
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

  /// The most subnets that are evaluated before one is named.
  private static let mostContenders = 5
  /// The most subnets of a front that are written.
  private static let frontSize = 24
  /// Fewer than so many trials, where the time is over, make no front.
  private static let fewTried = 1_000
  /// How many of a search's trials are looked at for a front.
  private static let mostTriedAgain = 20_000
  /// How many random subnets a report shows.
  private static let cloudSize = 500
  /// How many subnets are evaluated in the loop, where nothing else is said.
  private static let evaluationsInTheLoop = 150
}
