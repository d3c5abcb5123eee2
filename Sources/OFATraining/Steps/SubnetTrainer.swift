import OFAEngine
import OFASpace
import OFASupernet

/// Trains subnets of one supernet, a batch a step.
///
/// A step is composed: a sampler chooses the subnets (`SubnetSampler`), an objective says what each minimizes, an
/// exchange makes one gradient of several, an optimizer moves the weights. All that goes on from step to step is in
/// ``state``.
public final class SubnetTrainer {
  /// What is trained.
  public let supernet: Supernet
  /// What the subnets of a step minimize.
  public let objective: Objective
  /// What moves the weights.
  public let optimizer: any Optimizer
  /// The moving average of the weights, if one is kept.
  public let average: WeightAverage?
  private let exchange: GradientExchange
  /// Of each shard that is computed here.
  private let gradients: [TensorArena]
  private let workspace = Workspace()
  private let team: ThreadTeam

  /// A trainer of a supernet.
  public init(
    supernet: Supernet, objective: Objective = Objective(), optimizer: any Optimizer, averaging: Double? = nil,
    exchange: GradientExchange = GradientExchange(), team: ThreadTeam
  ) {
    self.supernet = supernet
    self.objective = objective
    self.optimizer = optimizer
    average = averaging.map { WeightAverage(of: supernet.weights, decay: $0) }
    self.exchange = exchange
    gradients = exchange.own.map { _ in TensorArena(supernet.weights.layout) }
    self.team = team
  }

  /// All that a step changes and a later one depends on, by the names that a checkpoint gives the arenas.
  public var state: [(name: String, arena: TensorArena)] {
    [("weights", supernet.weights)] + optimizer.state + (average?.state ?? [])
  }

  /// Takes over trained weights before the first step; see ``Supernet/adopt(_:keepingClassifier:at:)``.
  func begin(with trained: TensorArena, keepingClassifier: Bool, at place: String) throws {
    try supernet.adopt(trained, keepingClassifier: keepingClassifier, at: place)
    average?.weights.assign(supernet.weights)
  }

  /// The weights to evaluate and to keep: their average, if one is kept.
  public var trained: Supernet {
    average.map { Supernet(space: supernet.space, weights: $0.weights) } ?? supernet
  }

  /// What a step did.
  public struct Result: Hashable, Sendable {
    /// The mean loss of the subnets in nats.
    public var loss: Double
    /// The length of the whole gradient before clipping.
    public var gradientNorm: Double
    /// What its parts took.
    public var seconds: StepSeconds
    /// Where the first value arose that is no number, in words; nil where all is well. The weights are then as before
    /// the step, unless it arose in a gradient.
    public var divergence: String?
  }

  /// Makes one step: the gradient of the subnets' mean loss moves the weights once.
  ///
  /// - Parameters:
  ///   - subnets: canonical subnets at the images' resolution; at least one. The first teaches the others.
  ///   - shards: images and what the labels want the logits to become; those that are computed here.
  ///   - learningRate: the step's.
  ///   - steps: how many were made before.
  /// - Throws: `Failure` when another rank is lost.
  /// - Note: Yu et al., BigNAS, 2020, §3 (in-place distillation). The code of Once-for-All adds the gradients up
  ///   instead, so that its learning rates are larger than they say.
  public func step(
    subnets: [Subnet], shards: [TaughtBatch], learningRate: Double, after steps: Int
  ) throws -> Result {
    precondition(!subnets.isEmpty, "A step needs a subnet.")
    var losses: [Double] = []
    var seconds = StepSeconds()
    var divergence: String?
    let ranges = try exchange.begin(supernet.weights.layout)
    for ((shard, gradients), place) in zip(zip(shards, gradients), exchange.own) {
      gradients.clear(team: team)
      let weight = shard.share / Float(subnets.count)
      var sum = 0.0
      var teacher: Rows?
      for (index, subnet) in subnets.enumerated() {
        let (loss, logits) = try addGradient(
          of: subnet, shard, to: gradients, teacher: teacher, weight: weight, &seconds,
          ranges: index == subnets.count - 1 ? ranges : [], isDone: { try exchange.send($0, of: place, gradients) })
        if !loss.isFinite, divergence == nil {
          divergence = "first in \(firstNonNumber(of: subnet, shard)) of \(supernet.space.id(of: subnet))"
        }
        sum += loss
        teacher = teacher ?? logits
      }
      losses.append(sum * Double(weight))
    }
    let start = ContinuousClock.now
    let (gradients, loss) = try exchange.combine(gradients, losses: losses, team: team)
    guard loss.isFinite else {
      return Result(loss: loss, gradientNorm: 0, seconds: seconds, divergence: try exchange.first(of: divergence))
    }
    let norm = optimizer.step(weights: supernet.weights, gradients: gradients, learningRate: learningRate, team: team)
    average?.update(with: supernet.weights, after: steps, team: team)
    seconds.update = (ContinuousClock.now - start).seconds
    let lost = norm.isFinite ? nil : gradients.firstNonNumber.map { "first in the gradient of \($0)" }
    return Result(loss: loss, gradientNorm: norm, seconds: seconds, divergence: lost)
  }

  /// Adds a subnet's gradient times a weight; returns its loss and its logits.
  private func addGradient(
    of subnet: Subnet, _ batch: TaughtBatch, to gradients: TensorArena, teacher: Rows?, weight: Float,
    _ seconds: inout StepSeconds, ranges: [Range<Int>], isDone: (Range<Int>) throws -> Void
  ) throws -> (loss: Double, logits: Rows) {
    let start = ContinuousClock.now
    let plan = TrainingPlan(
      graph: supernet.space.graph(of: subnet), batch: batch.targets.count, layout: supernet.weights.layout,
      workspace: workspace)
    return try batch.images.withUnsafeBufferPointer { images in
      let logits = Rows(
        width: batch.targets.width,
        values: Array(plan.forward(weights: supernet.weights, images: images, team: team)))
      let (loss, gradient) = objective.loss(logits, targets: batch.targets, teacher: teacher)
      let middle = ContinuousClock.now
      try gradient.scaled(by: weight).values.withUnsafeBufferPointer {
        try plan.backward(
          weights: supernet.weights, gradients: gradients, images: images, logitGradients: $0, team: team,
          ranges: ranges, isDone: isDone)
      }
      seconds.forward += (middle - start).seconds
      seconds.backward += (ContinuousClock.now - middle).seconds
      return (loss, logits)
    }
  }
}

// MARK: Divergence

extension SubnetTrainer {
  /// What first makes a value that is no number, of a subnet whose loss is none: a weight, or an operation.
  ///
  /// Operations are told by the statistics that normalizations take of what comes before them.
  private func firstNonNumber(of subnet: Subnet, _ batch: TaughtBatch) -> String {
    if let name = supernet.weights.firstNonNumber { return "the weight \(name)" }
    if !batch.images.allSatisfy(\.isFinite) { return "the images" }
    let graph = supernet.space.graph(of: subnet)
    let plan = TrainingPlan(
      graph: graph, batch: batch.targets.count, layout: supernet.weights.layout, backward: false, workspace: workspace)
    batch.images.withUnsafeBufferPointer { _ = plan.forward(weights: supernet.weights, images: $0, team: team) }
    let statistics = plan.statistics
    for node in graph.nodes {
      let moments = (statistics.means[node.name] ?? []) + (statistics.variances[node.name] ?? [])
      if !moments.allSatisfy(\.isFinite) { return graph.nodes[node.inputs[0].node].name }
    }
    return graph.nodes[graph.output.node].name
  }
}

extension TensorArena {
  /// The first tensor that has a value which is no number.
  fileprivate var firstNonNumber: String? {
    layout.entries.first { entry in !self[entry.name].allSatisfy(\.isFinite) }?.name
  }
}

/// What the parts of a step, or of several, took in seconds.
public struct StepSeconds: Hashable, Sendable, Codable {
  /// Making its images ready.
  public var images = 0.0
  /// Compiling its subnets and computing their losses.
  public var forward = 0.0
  /// Their gradients.
  public var backward = 0.0
  /// Moving the weights.
  public var update = 0.0

  /// No time at all.
  public init() {}

  /// All parts together.
  public var total: Double { images + forward + backward + update }

  /// Adds the parts of other steps.
  public static func += (sum: inout StepSeconds, other: StepSeconds) {
    sum.images += other.images
    sum.forward += other.forward
    sum.backward += other.backward
    sum.update += other.update
  }
}
