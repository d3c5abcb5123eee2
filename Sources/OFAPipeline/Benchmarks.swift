import Foundation
import OFAEngine
import OFAFormats
import OFAGraph
import OFAHardware
import OFANumerics
import OFAProfiling
import OFARegression
import OFASearch
import OFASpace
import OFASupernet
import OFATraining

/// How fast the engine is at one subnet.
public struct EngineBenchmark: Hashable, Sendable, Encodable {
  /// The median time of a step or a run.
  public var medianSeconds: Double
  /// Images a second at that time.
  public var imagesPerSecond: Double
  /// Billions of multiply-accumulates a second; a training step counts three forward passes.
  public var gmacsPerSecond: Double
  /// The most memory that the process held.
  public var peakBytes: Int
  /// The form of the kernels.
  public var kernelForm: String

  /// The least repetitions, and the least time of all.
  private static let (leastRuns, leastTime) = (10, Duration.seconds(2))

  /// Times training steps of one subnet with random weights and images: compiling, forward, loss, backward and the
  /// update.
  public static func trainingStep(
    of subnet: Subnet, in space: SearchSpace, batch: Int, threads: Int, monitor: Monitor = Monitor()
  ) throws -> EngineBenchmark {
    let team = try team(threads: threads, monitor)
    try checkMemory(of: subnet, in: space, batch: batch, for: .training)
    let trainer = randomTrainer(space, team: team)
    let images = randomBatch(batch, for: subnet, in: space)
    return try measured(subnet, in: space, batch: batch, passes: 3, team, monitor) {
      _ = try trainer.step(subnets: [subnet], shards: [images], learningRate: 1e-3, after: 0)
    }
  }

  /// Times inference of one subnet with random weights and images, the plan compiled before.
  public static func inference(
    of subnet: Subnet, in space: SearchSpace, batch: Int, threads: Int, monitor: Monitor = Monitor()
  ) throws -> EngineBenchmark {
    let team = try team(threads: threads, monitor)
    let graph = space.graph(of: subnet)
    try checkMemory(of: subnet, in: space, batch: batch, for: .inference)
    let plan = InferencePlan(
      graph: graph, batch: batch, weights: randomSupernet(space).weights, statistics: .unit(for: graph))
    let images = randomImages(batch, for: subnet, in: space)
    return try measured(subnet, in: space, batch: batch, passes: 1, team, monitor) {
      images.withUnsafeBufferPointer { _ = plan.run(images: $0, team: team) }
    }
  }

  private static func measured(
    _ subnet: Subnet, in space: SearchSpace, batch: Int, passes: Int, _ team: ThreadTeam, _ monitor: Monitor,
    body: () throws -> Void
  ) throws -> EngineBenchmark {
    let clock = ContinuousClock()
    for _ in 0..<3 {
      try monitor.check("timing", 0)
      try body()
    }
    var seconds: [Double] = []
    var total = Duration.zero
    while seconds.count < leastRuns || total < leastTime {
      try monitor.check("timing", min(total / leastTime, Double(seconds.count) / Double(leastRuns)))
      let duration = try clock.measure(body)
      seconds.append(duration / .seconds(1))
      total += duration
    }
    let median = Statistics.median(seconds)
    let images = Double(batch) / median
    let macs = Double(space.graph(of: subnet).costs.multiplyAccumulates * passes)
    return EngineBenchmark(
      medianSeconds: median, imagesPerSecond: images, gmacsPerSecond: images * macs / 1e9,
      peakBytes: ProcessUsage.peakBytes, kernelForm: team.form.name)
  }

  /// The threads to time; warns of more than there are processors.
  static func team(threads: Int, _ monitor: Monitor) throws -> ThreadTeam {
    MachineState.doubt(threads: threads, processors: Processors.available()).map(monitor.warn)
    return try ThreadTeam.started(threads: threads)
  }

  /// Refuses a pass that this machine has no memory for.
  static func checkMemory(
    of subnet: Subnet, in space: SearchSpace, batch: Int, for pass: MachineMemory.Pass
  ) throws {
    try MachineMemory.check(space.graph(of: subnet), weights: space.supernetValues, batch: batch, for: pass)
  }

  static func randomSupernet(_ space: SearchSpace) -> Supernet {
    let supernet = Supernet(space: space)
    var generator = SeededGenerator(seed: 0, stream: "benchmark weights")
    supernet.initialize(using: &generator)
    return supernet
  }

  /// A trainer of random weights.
  static func randomTrainer(
    _ space: SearchSpace, exchange: GradientExchange = GradientExchange(), team: ThreadTeam
  ) -> SubnetTrainer {
    SubnetTrainer(
      supernet: randomSupernet(space),
      optimizer: MomentumOptimizer(space: space, momentum: 0.9, weightDecay: 1e-4, maximumGradientNorm: 10),
      exchange: exchange, team: team)
  }

  /// Random images with labels of all classes in turn.
  static func randomBatch(_ count: Int, for subnet: Subnet, in space: SearchSpace, share: Float = 1) -> TaughtBatch {
    TaughtBatch(
      images: randomImages(count, for: subnet, in: space),
      targets: Loss.targets(labels: (0..<count).map { $0 % space.classes }, classes: space.classes), share: share)
  }

  static func randomImages(_ count: Int, for subnet: Subnet, in space: SearchSpace) -> [Float] {
    var generator = SeededGenerator(seed: 0, stream: "benchmark images")
    return (0..<count * subnet.resolution * subnet.resolution * space.channels).map { _ in Float(generator.gaussian()) }
  }
}

/// How fast a searcher is with one kind of predictor.
public struct SearchBenchmark: Hashable, Sendable, Encodable {
  /// The searcher.
  public var searcher: String
  /// The predictor's kind.
  public var predictor: String
  /// Subnets estimated in a second, drawing and pricing included.
  public var candidatesPerSecond: Double

  /// Times each searcher with each kind of predictor, fitted to subnets' sizes; the budget is half the largest subnet's
  /// multiply-accumulates.
  public static func all(
    in space: SearchSpace, seed: UInt64, threads: Int, monitor: Monitor = Monitor()
  ) throws -> [SearchBenchmark] {
    let features = try SubnetFeatures(space)
    var generator = SeededGenerator(seed: seed, stream: "search benchmark")
    let subnets = (0..<200).map { _ in space.randomSubnet(using: &generator) }
    let largest = Double(space.graph(of: space.largest).costs.multiplyAccumulates)
    let accuracies = subnets.map { Double(space.graph(of: $0).costs.multiplyAccumulates) / largest }
    var budgets = Budgets()
    budgets.bound(.multiplyAccumulates, by: largest / 2)
    guard case .feasible(let problem) = Problem.decided(try CostModel(space), budgets) else {
      throw Failure(.infeasible, "no subnet of \(space.name) costs half as much as the largest")
    }
    var results: [SearchBenchmark] = []
    for (index, kind) in Regression.Kind.allCases.enumerated() {
      try monitor.check("searching", Double(index) / Double(Regression.Kind.allCases.count))
      let predictor = try AccuracyPredictor(
        space: space.name, resolutions: space.resolutions, features: subnets.map(features.features),
        accuracies: accuracies, seed: seed, kinds: [kind])
      let estimator = try PredictedAccuracy(predictor, space: space, threads: threads)
      for searcher in SearcherKind.allCases
      where searcher.objectives.contains(1) && searcher != .exhaustive && searcher != .linas {
        try monitor.check("searching", Double(index) / Double(Regression.Kind.allCases.count))
        let domain = SubnetDomain(problem, estimator, threads: threads)
        let found = try Search(domain, evaluations: 20_000, timeLimit: .seconds(2))
          .run(searcher.searcher, using: &generator)
        results.append(
          SearchBenchmark(
            searcher: searcher.rawValue, predictor: kind.rawValue,
            candidatesPerSecond: Double(found.evaluations) / (found.duration / .seconds(1))))
      }
    }
    return results
  }
}

/// How fast subnets are priced, and scored by a predictor, apart from any search.
public struct ScoringBenchmark: Hashable, Sendable, Encodable {
  /// Subnets whose costs were looked up and held against a budget on each in a second.
  public var pricedPerSecond: Double
  /// Subnets whose accuracies were predicted in a second; nil without a predictor.
  public var predictedPerSecond: Double?

  /// Times both on random subnets, each for about a second on all threads.
  ///
  /// - Parameters:
  ///   - space: the space whose subnets they are.
  ///   - predictor: a predictor's document, if there is one.
  ///   - seed: which subnets are drawn.
  ///   - threads: how many threads price and predict.
  /// - Throws: `.badData` for a predictor of another space.
  public init(in space: SearchSpace, predictor: String? = nil, seed: UInt64, threads: Int) throws {
    var budgets = Budgets()
    let costs = space.graph(of: space.largest).costs
    for (quantity, value) in [
      (Quantity.multiplyAccumulates, costs.multiplyAccumulates), (.parameters, costs.parameters),
      (.weightBytes, costs.weightBytes), (.peakActivationBytes, costs.peakActivationBytes),
    ] {
      budgets.bound(quantity, by: Double(value))
    }
    let problem: Problem
    switch Problem.decided(try CostModel(space), budgets) {
    case .feasible(let feasible): problem = feasible
    case .infeasible(let reason): throw reason.failure
    }
    var generator = SeededGenerator(seed: seed, stream: "scoring benchmark")
    let subnets = (0..<8192).map { _ in space.randomSubnet(using: &generator) }
    pricedPerSecond = Self.rate(of: subnets.count) {
      _ = Tasks.map(threads, threads: threads) { task in
        stride(from: task, to: subnets.count, by: threads).count { problem.admits(subnets[$0]) }
      }
    }
    guard let predictor else { return }
    let estimator = try PredictedAccuracy(
      Documents.read(AccuracyPredictor.self, predictor), space: space, threads: threads)
    let known = subnets.filter { estimator.predictor.resolutions.contains($0.resolution) }
    predictedPerSecond = Self.rate(of: known.count) { _ = estimator.accuracies(of: known) }
  }

  /// How many are done in a second, by the best of the runs of about a second.
  private static func rate(of count: Int, _ run: () -> Void) -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    var best = Duration.seconds(1000)
    repeat { best = min(best, clock.measure(run)) } while clock.now - start < .seconds(1)
    return Double(count) / (best / .seconds(1))
  }
}
