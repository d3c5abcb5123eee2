import OFACluster
import OFAData
import OFAEngine
import OFAFormats
import OFARegression
import OFAReport
import OFASpace
import OFASupernet
import OFATraining

/// Trains a supernet and fits what predicts its subnets' accuracy: from images to a model folder.
public struct Training {
  /// The run's folder.
  public var output: String
  /// Whether to go on with the run in the folder; what is not said here is then as it was begun.
  public var resumes: Bool
  /// How many threads to use; nothing but speed depends on it.
  public var threads: Int
  /// Another run's `config.json`, for all that is not said here.
  public var configuration: String?
  /// The space; its channels and classes become those of the data.
  public var space: SpaceSource?
  /// A folder with images, or the name of a built-in set.
  public var data: String?
  /// The resolutions in place of the space's own.
  public var resolutions: [Int]?
  /// A model whose weights the run begins with, all but the classifier's where classes differ; its space is the run's
  /// unless another is said.
  public var from: String?
  /// What names one subnet to train alone, see `SearchSpace.subnet(named:at:)`; with `from`, from that model's
  /// weights.
  public var subnet: String?
  /// A built-in recipe's name, or a document's path.
  public var recipe: String?
  /// How many passes over the images; without a time or this, the recipe's.
  public var epochs: Int?
  /// How many that may be.
  public static var possibleEpochs: ClosedRange<Int> { TrainingBudget.possibleEpochs }
  /// How long to train, evaluations included.
  public var time: Duration?
  /// The seed of every random draw.
  public var seed: UInt64?
  /// How many images a step takes in place of the recipe's number; its learning rate follows, see
  /// `Recipe.scaled(toBatch:)`.
  public var batchSize: Int?
  /// How many shards a batch is cut into, each with statistics of its own; one for each rank unless told otherwise.
  public var shards: Int?
  /// The ranks that train together, of which this is the leader.
  public var cluster = Cluster.alone
  /// The command that trains, for the run's page.
  public var origin: Origin?

  /// A run in a folder.
  public init(output: String, resumes: Bool = false, threads: Int) {
    self.output = output
    self.resumes = resumes
    self.threads = threads
  }

  /// What a run came to.
  public struct Result: Hashable, Sendable, Encodable {
    /// The optimizer's steps.
    public var steps: Int
    /// The time of training and all evaluations.
    public var seconds: Double
    /// Images a second over all steps; a batch counts once, however many subnets it trains.
    public var imagesPerSecond: Double
    /// The largest and the smallest subnet, at the greatest and the least resolution.
    public var corners: [Corner]
    /// How well the model's predictor does; nil for a single network.
    public var predictor: PredictorQuality?

    /// A subnet on all held-out images.
    public struct Corner: Hashable, Sendable, Encodable {
      /// The subnet's id.
      public var id: String
      /// The share of images that it classifies right, 0…1.
      public var topOneAccuracy: Double
    }

    package init(
      steps: Int, seconds: Double, imagesPerSecond: Double, corners: [Corner], predictor: PredictorQuality? = nil
    ) {
      self.steps = steps
      self.seconds = seconds
      self.imagesPerSecond = imagesPerSecond
      self.corners = corners
      self.predictor = predictor
    }
  }

  /// The page that shows the run, as far as it is.
  public var reportPath: String { RunFolder(output).reportPath }

  /// A command that makes use of the model once it is there: a search within half of the range of costs, or the export
  /// of its only network.
  ///
  /// - Throws: what reading the model throws.
  public func nextCommand() throws -> String {
    let space = try Model.space(in: modelFolder)
    guard space.smallest != space.largest else {
      return commandLine([
        "ofa", "export", "--model", modelFolder, "--subnet", space.id(of: space.largest), "--output", "network.onnx",
      ])
    }
    let costs = [space.smallest, space.largest].map { space.multiplyAccumulates(of: $0) }
    let half = Int((costs[0] + costs[1]) / 2)
    let amount = half >= 10_000_000 ? "\(half / 1_000_000)M" : half >= 10_000 ? "\(half / 1_000)k" : "\(half)"
    return commandLine(["ofa", "specialize", "--model", modelFolder, "--max-macs", amount])
  }

  /// The folder of the model that the run leaves.
  public var modelFolder: String { RunFolder(output).modelPath }

  /// Trains, evaluates, fits the predictor, and writes the model folder and `report.html`.
  ///
  /// - Throws: `.usage`, `.badData` and `.missingInput` for what it is given; `.interrupted` and `.diverged`, with the
  ///   last checkpoint kept; `.inputOutput`.
  public func run(monitor: Monitor = Monitor()) throws -> Result {
    let (configuration, data) = try resolved(monitor)
    let run = try TrainingRun(
      configuration, data: data, folder: output, resuming: resumes, cluster: cluster,
      team: ThreadTeam.started(threads: threads),
      from: configuration.from.map { model in { try Self.weights(of: model, subnet: configuration.subnet) } },
      remark: monitor.warn)
    if resumes {
      monitor.note("\(output): \(run.standing.map { "goes on \($0)" } ?? "begins, as no checkpoint is there")")
    }
    if let origin { try JSONLines.append(origin, to: run.folder.commandsPath) }
    func writeReport() throws {
      try AtomicFile.write(TrainingReport(runs: [output]).page().html, to: run.folder.reportPath)
    }
    let outcome: TrainingOutcome
    let quality: PredictorQuality?
    let start: ContinuousClock.Instant
    do {
      outcome = try run.train(
        progress: { monitor.show(StageProgress($0)) }, evaluated: writeReport, isInterrupted: monitor.isInterrupted)
      start = ContinuousClock.now
      // What was fitted to a run that is done, perhaps to more subnets since, stays.
      let path = Model.predictorPath(in: modelFolder)
      let kept = try InputFile.isFile(path) ? Documents.read(AccuracyPredictor.self, path) : nil
      quality = try (kept ?? fitPredictor(to: run, monitor: monitor)).flatMap(PredictorQuality.init)
    } catch let failure as Failure where failure.kind == .interrupted {
      try writeReport()
      try run.dismissRanks()
      throw failure
    }
    try run.dismissRanks()
    let result = Result(
      steps: outcome.steps, seconds: outcome.seconds + (ContinuousClock.now - start) / .seconds(1),
      imagesPerSecond: outcome.imagesPerSecond,
      corners: outcome.corners.map { Result.Corner(id: $0.id, topOneAccuracy: $0.topOneAccuracy) },
      predictor: quality)
    let space = configuration.space
    if let warning = quality?.warning(model: modelFolder, data: configuration.data, in: space) { monitor.warn(warning) }
    try writeReport()
    return result
  }

  /// The configuration that the options amount to, and its images.
  private func resolved(_ monitor: Monitor) throws -> (RunConfiguration, Dataset) {
    let folder = RunFolder(output)
    let goesOn = try folder.check(resuming: resumes) && configuration == nil
    let other = try (configuration ?? (goesOn ? folder.configurationPath : nil)).map {
      try Documents.read(RunConfiguration.self, $0)
    }
    if resumes, other == nil, data == nil || space == nil && from == nil {
      throw Failure(
        .usage, "no run was begun here; name the images with `data`, and the space with `space` or a model with `from`",
        at: output)
    }
    guard let dataName = data ?? other?.data else {
      throw Failure(.usage, "name the images with `data`, or another run's `configuration`")
    }
    guard var base = try space?.space() ?? from.map(Model.space(in:)) ?? other?.space else {
      throw Failure(.usage, "name the space with `space`, or a model with `from`, or another run's `configuration`")
    }
    if let resolutions { base = try base.adapted(resolutions: resolutions) }
    let from = from ?? other?.from
    var alone = other?.subnet
    if let subnet {
      let subnet = try base.subnet(named: subnet)
      alone = base.id(of: subnet)
      base = base.narrowed(to: subnet)
    }
    // A single network needs no predictor.
    if base.largest != base.smallest { try AccuracyPredictor.check(base) }
    var recipe = try recipe.map(Recipe.named) ?? other?.recipe ?? Recipe.named(Recipe.builtInNames[0])
    if let batchSize { recipe = try recipe.scaled(toBatch: batchSize) }
    let data = try cluster.tell(
      ImageOrder(
        name: dataName, resolution: base.largest.resolution, channels: from == nil ? nil : base.channels)
    ).load(with: cluster, threads: threads, monitor: monitor)
    let budget =
      epochs.map(TrainingBudget.epochs) ?? time.map(TrainingBudget.time)
      ?? (self.recipe == nil || goesOn ? other?.budget : nil) ?? .epochs(recipe.epochs)
    let configuration = RunConfiguration(
      space: try base.adapted(
        classes: space?.classes ?? data.classes,
        channels: from == nil ? data.channels : base.channels),
      recipe: recipe, budget: budget, seed: seed ?? other?.seed ?? 0, data: dataName, trainingImages: data.train.count,
      heldOutImages: data.heldOut.count, from: from, subnet: alone,
      shards: shards ?? other?.shards ?? (goesOn ? 1 : cluster.ranks))
    return (configuration, data)
  }

  /// The images to train on, which the leader tells the others.
  private struct ImageOrder: Codable {
    var name: String
    var resolution: Int
    /// As which pictures are read; by default as what they are.
    var channels: Int?

    func load(with cluster: Cluster, threads: Int, monitor: Monitor) throws -> Dataset {
      try Dataset.load(
        name, resolution: resolution, channels: channels, threads: threads,
        sharing: cluster.pictureSharing(of: name), monitor: monitor)
    }
  }

  /// Takes part in a training that another rank leads; all else than threads is as that says.
  ///
  /// - Throws: what reading the images throws; `Failure` when a rank is lost.
  public static func help(_ cluster: Cluster, threads: Int) throws {
    let data = try cluster.hear(ImageOrder.self).load(with: cluster, threads: threads, monitor: Monitor())
    try TrainingHelper.help(cluster, on: data, team: ThreadTeam.started(threads: threads))
  }

  /// A model's weights: all, or those of a subnet.
  private static func weights(of folder: String, subnet: String?) throws -> TrainedWeights {
    let model = try Model(reading: folder)
    // What was imported numbers its classes.
    let classNames = model.results.recipe == TrainingResults.imported ? nil : model.input.classNames
    guard let subnet else { return TrainedWeights(model.supernet.weights, classNames: classNames) }
    let space = model.supernet.space
    let alone = try model.supernet.extract(space.subnet(id: subnet), statistics: model.statistics).weights
    return TrainedWeights(alone, classNames: classNames)
  }

  /// The names of the recipes that are built in.
  public static var recipeNames: [String] { Recipe.builtInNames }

  /// The document of a recipe.
  ///
  /// - Throws: `.usage` for an unknown one.
  public static func document(ofRecipe name: String) throws -> String { try Documents.encode(Recipe.named(name)) }

  /// Draws and evaluates subnets on held-out images, and fits the model's predictor to them; nil for a space of a
  /// single subnet, or of few, which needs none.
  private func fitPredictor(to run: TrainingRun, monitor: Monitor) throws -> AccuracyPredictor? {
    // A run that was late still leaves a predictor, if a poor one.
    let evaluations = try run.samples(
      atLeast: AccuracyPredictor.fewestSamples,
      progress: { monitor.show(StageProgress("evaluating subnets", $0)) }, isInterrupted: monitor.isInterrupted)
    try AtomicFile.write(try JSONLines.encode(evaluations), to: run.folder.samplesPath)
    guard evaluations.count >= AccuracyPredictor.fewestSamples else { return nil }
    let predictor = try AccuracyPredictor(
      fitting: evaluations, in: run.configuration.space, seed: run.configuration.seed)
    try Documents.write(predictor, to: Model.predictorPath(in: run.folder.modelPath))
    return predictor
  }
}

extension StageProgress {
  /// The state of a training run.
  init(_ progress: TrainingProgress) {
    self.init(
      "training: \(progress.phase)", progress.fraction,
      detail: ([
        "epoch \(Self.tenths(progress.epoch))" + (progress.epochs.map { " of \($0)" } ?? ""),
        "loss \(Self.tenths(progress.loss))",
      ] + zip(["largest", "smallest"], progress.heldOut).map { "\($0) \(Self.tenths(100 * $1.topOneAccuracy)) %" }
        + ["\(Int(progress.imagesPerSecond)) images/s"]).joined(separator: ", "), timeLeft: progress.timeLeft)
  }

  private static func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
