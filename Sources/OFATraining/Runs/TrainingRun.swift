import OFACluster
import OFAData
import OFAEngine
import OFAFormats
import OFANumerics
import OFASpace
import OFASupernet

/// The weights that a run begins with.
public struct TrainedWeights {
  /// The tensors, by their names in the run's space.
  public var weights: TensorArena
  /// The classes that the classifier tells apart; nil where they have no names of their own, and are the images'.
  public var classNames: [String]?

  /// Weights, and what their classifier is for.
  public init(_ weights: TensorArena, classNames: [String]? = nil) {
    (self.weights, self.classNames) = (weights, classNames)
  }
}

/// One training run: all phases of a recipe in order, in a folder of its own.
///
///     let run = try TrainingRun(configuration, data: data, folder: "runs/one", resuming: false, team: team)
///     let outcome = try run.train(progress: { print($0.epoch, $0.loss) }, isInterrupted: { signalArrived })
///
/// Every draw is a function of the seed and the step, so that a run that was killed and resumed leaves the same bytes
/// as one that was not, where epochs are counted. Nothing depends on the number of threads.
public final class TrainingRun {
  /// What is computed.
  public let configuration: RunConfiguration
  /// Where it is kept.
  public let folder: RunFolder
  /// The supernet as trained so far.
  public var supernet: Supernet { trainer.trained }
  /// How its subnets are measured.
  public var evaluator: Evaluator { maker.evaluator }

  private let lock: FolderLock
  let data: Dataset
  let cluster: Cluster
  let maker: StepMaker
  let metrics: MetricsLog
  let checkpointInterval: Duration
  var position: Position
  var clock: RunClock
  var speed = Speed()
  /// The corners when they were last evaluated between steps, in this process.
  var heldOut: [Evaluation] = []
  /// What evaluations between steps have taken, of this process.
  var evaluationSeconds = 0.0

  /// A run that begins, or goes on where its last checkpoint stands.
  ///
  /// - Parameters:
  ///   - configuration: what is computed; a run that is resumed must have the same.
  ///   - data: the images that the configuration names.
  ///   - folder: the run's folder; made if it is not there.
  ///   - resuming: whether to go on with the run in the folder. Where none was begun, or none came to a checkpoint, it
  ///     begins.
  ///   - cluster: the ranks that compute, of which this is the leader; the others take part by a ``TrainingHelper``.
  ///   - team: the threads that compute.
  ///   - start: gives the weights that a run begins with, all but those of a classifier for other classes; by default
  ///     they are drawn.
  ///   - checkpointInterval: the least time between checkpoints; there is one after each phase as well.
  ///   - remark: takes what should be known, such as a damaged checkpoint that was passed over.
  /// - Throws: `Failure(.usage)` when the folder holds a run and is not to be resumed, or another process trains in it;
  ///   `Failure(.badData)` when the folder's run has another configuration, its files are damaged, or the data do not
  ///   fit the space; `Failure(.inputOutput)`.
  public init(
    _ configuration: RunConfiguration, data: Dataset, folder: String, resuming: Bool, cluster: Cluster = .alone,
    team: ThreadTeam,
    from start: (() throws -> TrainedWeights)? = nil, checkpointInterval: Duration = .seconds(60),
    remark: (String) -> Void = { _ in }
  ) throws {
    self.configuration = configuration
    self.folder = RunFolder(folder)
    self.data = data
    self.cluster = cluster
    self.checkpointInterval = checkpointInterval
    try configuration.check(data, ranks: cluster.ranks, at: self.folder.configurationPath)
    // What keeps the ranks from training together leaves no trace.
    try cluster.tell(configuration)
    let maker = try StepMaker(configuration, data: data, cluster: cluster, team: team)
    self.maker = maker
    func begin() throws {
      guard let start = try start?() else { return }
      try maker.trainer.begin(
        with: start.weights, keepingClassifier: start.classNames == nil || start.classNames == data.train.classNames,
        at: configuration.from ?? "")
    }
    // Nor does what keeps a run from beginning.
    var isBegun = try self.folder.check(resuming: resuming)
    if !isBegun { try begin() }
    lock = try FolderLock(making: folder)
    // Another may have begun one meanwhile.
    isBegun = try self.folder.check(resuming: resuming)
    try self.folder.open(configuration, isBegun: isBegun)
    var reached: Position?
    if isBegun {
      reached = try self.folder.readNewestCheckpoint(of: configuration, into: maker.trainer.state, remark: remark)
      if reached == nil { try begin() }
    }
    try maker.shareState()
    position = reached ?? Position()
    metrics = try MetricsLog(path: self.folder.metricsPath, keepingThrough: position.steps)
    clock = RunClock(after: position)
  }

  /// Trains to the end, evaluates the corners, and writes the model.
  ///
  /// - Parameters:
  ///   - progress: called after each step.
  ///   - evaluated: called after each evaluation between steps, when it is in the metrics.
  ///   - isInterrupted: asked before each step and each last evaluation; when true, a checkpoint is written, and a
  ///     model as far as it is trained, and the run stops.
  /// - Throws: `Failure(.interrupted)`; `Failure(.diverged)` when a loss is no longer a number, the last checkpoint
  ///   stays; `Failure(.inputOutput)`; `Failure` when a rank is lost.
  public func train(
    progress: (TrainingProgress) -> Void = { _ in }, evaluated: () throws -> Void = {},
    isInterrupted: () -> Bool = { false }
  ) throws -> TrainingOutcome {
    do {
      return try trainTogether(progress: progress, evaluated: evaluated, isInterrupted: isInterrupted)
    } catch let failure as Failure where !cluster.isWhole {
      throw Failure(
        failure.kind, "\(failure.message); go on from the last checkpoint with: \(folder.resumeCommand)",
        at: failure.place)
    }
  }

  private func trainTogether(
    progress: (TrainingProgress) -> Void, evaluated: () throws -> Void, isInterrupted: () -> Bool
  ) throws -> TrainingOutcome {
    clock = RunClock(after: position)
    var line = MetricsWindow()
    var saved = ContinuousClock.now
    while position.phase < plans.count {
      if isInterrupted() { throw try stop() }
      let plan = plans[position.phase]
      let result = try step(plan)
      line.add(result)
      let ends = hasEnded(plan)
      let isEvaluationDue =
        ends || position.steps % (batches.stepsPerEpoch * configuration.recipe.evaluation.everyEpochs) == 0
      let evaluates = isEvaluationDue && hasTimeToEvaluate(plan)
      if evaluates || ends || position.steps % Self.stepsOfLine == 0 {
        try write(line, plan: plan, heldOut: evaluates ? try evaluateCorners(of: plan) : nil)
        line = MetricsWindow()
        if evaluates { try evaluated() }
      }
      progress(self.progress(plan, loss: result.trained.loss))
      if ends { position.phase += 1; position.stepInPhase = 0 }
      if ends || ContinuousClock.now - saved >= checkpointInterval {
        try save()
        saved = .now
      }
    }
    return try finish(isInterrupted: isInterrupted)
  }

  /// Tells the other ranks that the run has no more to do for them.
  ///
  /// - Throws: `Failure` when a rank is lost.
  public func dismissRanks() throws { try cluster.tell(Order.end) }

  /// What every rank does alike.
  var plans: [PhasePlan] { maker.plans }
  var batches: TrainingBatches { maker.batches }
  var trainer: SubnetTrainer { maker.trainer }
}
