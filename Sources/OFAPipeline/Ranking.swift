import Foundation
import OFACluster
import OFAData
import OFAEngine
import OFAFormats
import OFANumerics
import OFAReport
import OFASpace
import OFASupernet
import OFATraining

/// Says whether a supernet ranks its subnets as they rank when each is trained alone.
///
/// Some subnets are spread over the range of multiply-accumulates; others all have nearly one number of them, where
/// size alone tells nothing. Each is trained alone, from drawn weights, and held against itself in the supernet, on the
/// same held-out images.
public struct Ranking {
  /// The model's folder.
  public var model: String
  /// A folder with images, or the name of a built-in set.
  public var data: String
  /// How many subnets are spread over all costs.
  public var subnets: Int
  /// How many more are of one cost.
  public var band: Int
  /// The folder for the networks and the results.
  public var output: String
  /// Whether to go on with what the folder holds.
  public var resumes: Bool
  /// How a network is trained alone: a built-in recipe's name, or a document's path.
  public var recipe = "single"
  /// For how many epochs; by default as many as the supernet's.
  public var epochs: Int?
  /// The seed of the draws and of each training.
  public var seed: UInt64 = 0
  /// The ranks that train, each its own networks, of which this is the leader or a helper.
  public var cluster = Cluster.alone
  /// How many threads to use.
  public var threads: Int
  /// The command that ranks, for its page.
  public var origin: Origin?

  /// A ranking of a model's subnets.
  public init(
    model: String, data: String, subnets: Int, band: Int, output: String, resumes: Bool = false, threads: Int
  ) {
    (self.model, self.data, self.subnets, self.band) = (model, data, subnets, band)
    (self.output, self.resumes, self.threads) = (output, resumes, threads)
  }

  /// How far the supernet's order is the true one.
  public struct Result: Hashable, Sendable, Encodable {
    /// How many subnets were trained alone.
    public var subnets: Int
    /// Kendall's τ of the accuracies in the supernet and alone.
    public var kendallTau: Double
    /// Spearman's ρ of them.
    public var spearman: Double
    /// Kendall's τ of those of one cost; nil without such.
    public var bandKendallTau: Double?
    /// Kendall's τ of the multiply-accumulates and the accuracies alone.
    public var macsKendallTau: Double
    /// By how much alone is better on average, accuracies in 0…1.
    public var meanGap: Double
    /// By how much at most.
    public var worstGap: Double
  }

  /// One subnet's accuracies.
  public struct Line: Hashable, Sendable, Codable {
    /// The subnet's id.
    public var id: String
    /// Whether it is one of those of one cost.
    public var isInBand: Bool
    /// Its multiply-accumulates.
    public var multiplyAccumulates: Int
    /// Its accuracy on held-out images with the supernet's weights, 0…1.
    public var supernetAccuracy: Double
    /// Its accuracy when it was trained alone, 0…1.
    public var aloneAccuracy: Double
  }

  /// Trains what is not trained yet, and ranks.
  ///
  /// - Throws: `.usage`, `.badData` and `.missingInput` for what it is given; `.interrupted`, with what is done kept;
  ///   `.inputOutput`.
  public func run(monitor: Monitor = Monitor()) throws -> (result: Result, intervals: [String: ClosedRange<Double>]) {
    let trained = try TrainedModel(reading: model, threads: threads)
    let bench = try Bench(self, trained, monitor: monitor)
    var generator = SeededGenerator(seed: seed, stream: "subnets to rank")
    let drawn = trained.space.subnetsToRank(spread: subnets, band: band, using: &generator)
    guard drawn.count > 1 else {
      throw Failure(
        .badData, "the space has \(drawn.count) such subnets, and an order needs two; ask for more over its range",
        at: trained.space.name)
    }
    var lines = try begun(bench.subject)
    if drawn.count < subnets + band {
      monitor.warn("the space has only \(drawn.count) such subnets, not \(subnets + band)")
    }
    let tasks = drawn.map { Task(id: trained.space.id(of: $0.subnet), isInBand: $0.isInBand, epochs: bench.epochs) }
      .filter { task in !lines.contains { $0.id == task.id } }
    let done = drawn.count - tasks.count
    var count = done
    try cluster.farm(tasks) { task in
      let number = done + (tasks.firstIndex(of: task) ?? 0)
      return try bench.line(of: task, monitor) { fraction in
        let stage = "training \(number + 1) of \(drawn.count) alone"
        monitor.show(StageProgress(stage, (Double(count) + fraction) / Double(drawn.count), detail: task.id))
      }
    } each: { _, line in
      try JSONLines.append(line, to: linesPath)
      lines.append(line)
      count += 1
    }
    let order = Dictionary(uniqueKeysWithValues: drawn.enumerated().map { (trained.space.id(of: $1.subnet), $0) })
    lines = lines.filter { order[$0.id] != nil }.sorted { order[$0.id] ?? 0 < order[$1.id] ?? 0 }
    let result = Result(lines)
    let intervals = intervals(lines)
    var page = Page.ranking(lines, result: result, intervals: intervals, space: trained.space)
    page.conditions = [
      Page.Fact("model", model), Page.Fact("images", self.data), Page.Fact("recipe", bench.recipe.name),
      Page.Fact("seed", "\(seed)"),
    ]
    page.origins = [origin].compactMap(\.self)
    try AtomicFile.write(page.html, to: output + "/report.html")
    return (result, intervals)
  }

  private var subjectPath: String { output + "/ranking.json" }
  private var linesPath: String { output + "/subnets.jsonl" }

  /// What an earlier ranking of the same in the folder came to.
  private func begun(_ subject: Subject) throws -> [Line] {
    guard InputFile.isFile(linesPath) || InputFile.isFile(subjectPath) else {
      guard try resumes || !InputFile.isFolder(output) || InputFolder.names(in: output).isEmpty else {
        throw Failure(
          .usage, "the folder is not empty; go on with a ranking by `resumes`, or choose another", at: output)
      }
      try Documents.write(subject, to: subjectPath)
      return []
    }
    guard resumes else {
      throw Failure(.usage, "the folder holds a ranking; go on with it by `resumes`, or choose another", at: output)
    }
    if let part = subject.firstDifference(from: try Documents.read(Subject.self, subjectPath)) {
      throw Failure(
        .badData, "the ranking was begun with another \(part); resume it with the same, or choose another folder",
        at: subjectPath)
    }
    guard InputFile.isFile(linesPath) else { return [] }
    return try JSONLines.read(Line.self, linesPath, allowingCutEnd: true)
  }

  /// Trains the networks that the leader's ranking gives to this rank, in folders of their own on this machine.
  ///
  /// - Throws: as ``run(monitor:)``.
  public func help(monitor: Monitor = Monitor()) throws {
    let bench = try Bench(self, TrainedModel(reading: model, threads: threads), monitor: monitor)
    try cluster.serve { try bench.line(of: $0, monitor) { _ in } }
  }

  /// What decides the line of a network: `ranking.json` of the folder.
  private struct Subject: VersionedDocument {
    static var format: String { "ofa-ranking" }
    static var currentVersion: Int { 1 }

    /// The supernet's weights.
    var weightsDigest: String
    var data: String
    var recipe: Recipe
    var epochs: Int
    var seed: UInt64

    /// The name of the first part in which another differs, or nil where none does.
    func firstDifference(from other: Subject) -> String? {
      if weightsDigest != other.weightsDigest { return "model" }
      if data != other.data { return "data" }
      if recipe != other.recipe { return "recipe" }
      if epochs != other.epochs { return "number of epochs" }
      return seed == other.seed ? nil : "seed"
    }
  }

  /// A network to train.
  private struct Task: Hashable, Codable {
    var id: String
    var isInBand: Bool
    var epochs: Int
  }

  /// All that a network is trained and held against itself with, the same on every rank.
  private struct Bench {
    let recipe: Recipe
    /// For how many each is trained.
    let epochs: Int
    private let ranking: Ranking
    private let trained: TrainedModel
    private let data: Dataset
    private let images: ImageSet
    private let evaluator: Evaluator

    init(_ ranking: Ranking, _ trained: TrainedModel, monitor: Monitor) throws {
      (self.ranking, self.trained) = (ranking, trained)
      data = try trained.dataset(
        ranking.data, sharing: ranking.cluster.pictureSharing(of: ranking.data), monitor: monitor)
      images = try trained.images(.heldOut, of: data, at: ranking.data)
      recipe = try Recipe.named(ranking.recipe)
      evaluator = trained.evaluator(on: data)
      epochs = ranking.epochs ?? Self.supernetEpochs(trained, data) ?? recipe.epochs
      try ranking.cluster.agree(on: trained, images, at: ranking.data)
      try ranking.cluster.agree(
        on: "the recipe \(ranking.recipe)", JSON.encode(recipe, pretty: false).utf8.digest, else: .badData,
        "copy the same to all machines")
    }

    /// What decides a network's line.
    var subject: Subject {
      Subject(
        weightsDigest: trained.model.supernet.weights.digest, data: ranking.data, recipe: recipe, epochs: epochs,
        seed: ranking.seed)
    }

    /// Trains a network, or goes on with it where it was begun, and holds it against itself in the supernet.
    func line(of task: Task, _ monitor: Monitor, progress: (Double) -> Void) throws -> Line {
      let subnet = try trained.space.subnet(id: task.id)
      let space = trained.space.narrowed(to: subnet)
      let configuration = RunConfiguration(
        space: space, recipe: recipe, budget: .epochs(task.epochs), seed: ranking.seed, data: ranking.data,
        trainingImages: data.train.count, heldOutImages: data.heldOut.count)
      let run = try TrainingRun(
        configuration, data: data, folder: "\(ranking.output)/\(task.id)", resuming: true, team: trained.team,
        remark: monitor.warn)
      let outcome = try run.train(progress: { progress($0.fraction) }, isInterrupted: monitor.isInterrupted)
      return Line(
        id: task.id, isInBand: task.isInBand, multiplyAccumulates: Int(space.multiplyAccumulates(of: space.largest)),
        supernetAccuracy: try evaluator.evaluate(subnet, of: trained.model.supernet, on: images).topOneAccuracy,
        aloneAccuracy: outcome.corners[0].topOneAccuracy)
    }

    /// As many epochs as the supernet saw, where the run that left it is known.
    private static func supernetEpochs(_ trained: TrainedModel, _ data: Dataset) -> Int? {
      guard let run = RunFolder(ofModel: trained.folder),
        let configuration = try? Documents.read(RunConfiguration.self, run.configurationPath)
      else { return nil }
      // A file may say any numbers. An epoch has whole batches.
      let stepsPerEpoch = max(1, data.train.count / max(1, configuration.recipe.batchSize))
      let possible = TrainingBudget.possibleEpochs
      let epochs = (Double(trained.model.results.steps) / Double(stepsPerEpoch)).rounded()
      return Int(min(max(epochs, Double(possible.lowerBound)), Double(possible.upperBound)))
    }
  }

  /// The 90 % intervals of the correlations and the mean gap, by drawing the subnets again and again.
  private func intervals(_ lines: [Line]) -> [String: ClosedRange<Double>] {
    var generator = SeededGenerator(seed: seed, stream: "bootstrap")
    let samples = (0..<1_000).map { _ in
      Result(lines.indices.map { _ in lines[Int.random(in: lines.indices, using: &generator)] })
    }
    func interval(_ value: (Result) -> Double?) -> ClosedRange<Double>? {
      let values = samples.compactMap(value).sorted()
      guard values.count > 20 else { return nil }
      return values[values.count / 20]...values[values.count - 1 - values.count / 20]
    }
    return [
      "kendallTau": interval(\.kendallTau), "spearman": interval(\.spearman),
      "bandKendallTau": interval(\.bandKendallTau), "macsKendallTau": interval(\.macsKendallTau),
      "meanGap": interval(\.meanGap),
    ].compactMapValues { $0 }
  }
}

extension SearchSpace {
  /// Different subnets: some spread over the multiply-accumulates with both ends, then more that are within 5 % of the
  /// geometric mean of the ends. Fewer where the space does not have as many.
  package func subnetsToRank(
    spread: Int, band: Int, using generator: inout some RandomNumberGenerator
  ) -> [(subnet: Subnet, isInBand: Bool)] {
    let (candidates, mostDraws, bandWidth) = (24, 2_000, 0.05)
    let (least, most) = (multiplyAccumulates(of: smallest), multiplyAccumulates(of: largest))
    var drawn: [(subnet: Subnet, isInBand: Bool)] = []
    func isNew(_ subnet: Subnet) -> Bool { !drawn.contains { $0.subnet == subnet } }
    func near(_ number: Double) -> Subnet? {
      leaningSubnet(nearest: number, of: candidates, in: choices, using: &generator, where: isNew)
    }
    for index in 0..<spread {
      let share = spread > 1 ? Double(index) / Double(spread - 1) : 0.5
      let end = share == 0 ? smallest : share == 1 ? largest : nil
      if let subnet = end ?? near(least + share * (most - least)), isNew(subnet) { drawn.append((subnet, false)) }
    }
    let middle = (least * most).squareRoot()
    let wanted = drawn.count + band
    for _ in 0..<mostDraws where drawn.count < wanted {
      guard let subnet = near(middle), abs(multiplyAccumulates(of: subnet) - middle) <= bandWidth * middle else {
        continue
      }
      drawn.append((subnet, true))
    }
    return drawn
  }
}

extension Ranking.Result {
  /// The correlations and gaps of some subnets.
  package init(_ lines: [Ranking.Line]) {
    func tau(_ lines: [Ranking.Line], _ value: (Ranking.Line) -> Double) -> Double {
      Statistics.kendallTau(lines.map(value), lines.map(\.aloneAccuracy))
    }
    let band = lines.filter(\.isInBand)
    let gaps = lines.map { $0.aloneAccuracy - $0.supernetAccuracy }
    self.init(
      subnets: lines.count, kendallTau: tau(lines, \.supernetAccuracy),
      spearman: Statistics.spearman(lines.map(\.supernetAccuracy), lines.map(\.aloneAccuracy)),
      bandKendallTau: band.count > 1 ? tau(band, \.supernetAccuracy) : nil,
      macsKendallTau: tau(lines) { Double($0.multiplyAccumulates) },
      meanGap: gaps.reduce(0, +) / Double(max(gaps.count, 1)), worstGap: gaps.max() ?? 0)
  }
}
