import OFACluster
import OFAEngine
import OFAFormats
import OFANumerics
import OFASpace
import OFASupernet
import OFATraining

/// What training on several ranks gains: measured on those that there are, and predicted for more and for slower
/// networks.
public struct ScalingBenchmark: Hashable, Sendable, Encodable {
  /// How many ranks took part.
  public var ranks: Int
  /// The median time of a step of the whole batch, of which each rank has a shard.
  public var stepSeconds: Double
  /// Images of all ranks a second at that time.
  public var imagesPerSecond: Double
  /// What the slowest rank's shard takes by itself, without an exchange.
  public var computeSeconds: Double
  /// How much of a step the ranks wait for the one that is slowest in it, the mean over ranks: where they share the
  /// cores of one machine, one of them is slower in one step and another in the next.
  public var waitingSeconds: Double
  /// What each rank sends in a step.
  public var exchangedBytes: Int
  /// The part of the time that the exchange would take alone which is hidden behind computing, 0…1.
  public var overlap: Double
  /// What a message takes beside its bytes.
  public var latencySeconds: Double
  /// The bytes a second that two ranks send each other at once, each.
  public var bytesPerSecond: Double
  /// The step for other numbers of ranks, and over other networks.
  public var predictions: [Prediction]
  /// For each network, up to how many ranks more of them pay.
  public var pays: [Limit]

  /// A step as the model says it.
  public struct Prediction: Hashable, Sendable, Encodable {
    /// The network: `measured`, or its bits a second.
    public var network: String
    /// How many ranks.
    public var ranks: Int
    /// The time of a step of the whole batch.
    public var stepSeconds: Double
    /// Images of all ranks a second.
    public var imagesPerSecond: Double
    /// How many times as fast as one rank it is, divided by the number of ranks.
    public var efficiency: Double
  }

  /// Where more ranks stop paying.
  public struct Limit: Hashable, Sendable, Encodable {
    /// The network.
    public var network: String
    /// The most ranks of which twice as many as half of them make a step at least a quarter shorter; 1 where even two
    /// do not.
    public var ranks: Int
  }
}

// MARK: The model

/// What a step takes: computing that shrinks with the shard, and an exchange over links of one latency and bandwidth.
///
/// A rank sends each range of its gradients when the way back is past it; the link carries one after another. Then it
/// sends the sums of its parts, likewise. Both halves are of (ranks − 1) / ranks of the gradients.
///
///     message of b bytes   latency + b / bandwidth
///     step                 max(way back, last gradient's arrival) + sums + update
///
/// - Note: Hockney, The Communication Challenge for MPP, 1994, for the latency and the bandwidth.
package struct ScalingModel: Hashable, Sendable {
  /// The images of a step.
  package var batch: Int
  /// What a rank computes whatever its images, in seconds; the update is part of it.
  package var fixedSeconds: Double
  /// What it computes for each image.
  package var secondsPerImage: Double
  /// When each range of the gradients is done, as a part of what a rank computes.
  package var done: [Double]
  /// The bytes of each range.
  package var bytes: [Int]
  /// What a step was measured to take more than this model says.
  package var rest = 0.0

  package init(
    batch: Int, fixedSeconds: Double, secondsPerImage: Double, done: [Double], bytes: [Int], rest: Double = 0
  ) {
    (self.batch, self.fixedSeconds, self.secondsPerImage) = (batch, fixedSeconds, secondsPerImage)
    (self.done, self.bytes, self.rest) = (done, bytes, rest)
  }

  /// What a rank computes in a step.
  package func computeSeconds(ranks: Int) -> Double { fixedSeconds + secondsPerImage * Double(batch) / Double(ranks) }

  /// What both halves of the exchange take, where nothing is computed.
  package func exchangeSeconds(ranks: Int, over link: Cluster.LinkSpeed) -> Double {
    2 * bytes.reduce(0) { $0 + seconds(of: $1, ranks: ranks, over: link) }
  }

  private func seconds(of bytes: Int, ranks: Int, over link: Cluster.LinkSpeed) -> Double {
    link.seconds(of: Double(bytes) * Double(ranks - 1) / Double(ranks))
  }

  /// What a step takes.
  package func stepSeconds(ranks: Int, over link: Cluster.LinkSpeed) -> Double {
    let compute = computeSeconds(ranks: ranks)
    guard ranks > 1 else { return compute }
    var arrival = 0.0
    for (done, bytes) in zip(done, bytes) {
      arrival = max(arrival, done * compute) + seconds(of: bytes, ranks: ranks, over: link)
    }
    let wayBack = (done.max() ?? 1) * compute
    let sums = bytes.reduce(0) { $0 + seconds(of: $1, ranks: ranks, over: link) }
    return max(wayBack, arrival) + sums + (compute - wayBack) + rest
  }

  /// The most ranks that pay: of twice as many as half of them, a step is at least a quarter shorter.
  package func mostRanks(over link: Cluster.LinkSpeed) -> Int {
    var ranks = 1
    while 2 * ranks <= batch, stepSeconds(ranks: 2 * ranks, over: link) <= 0.75 * stepSeconds(ranks: ranks, over: link)
    {
      ranks *= 2
    }
    return ranks
  }
}

// MARK: Measuring

extension ScalingBenchmark {
  /// The networks that are predicted for: what of their bits a second is left for bytes in Ethernet's frames of 1,500,
  /// and a usual latency.
  private static let networks = [10_000, 1_000, 100].map { megabits in
    (
      name: megabits >= 1_000 ? "\(megabits / 1_000) Gb/s" : "\(megabits) Mb/s",
      speed: Cluster.LinkSpeed(latency: 5e-5, bytesPerSecond: 0.94 * Double(megabits) * 1e6 / 8)
    )
  }

  private static let warmUps = 3
  private static let (leastSteps, leastTime) = (10, 2.0)

  /// Times steps of one subnet with random weights and images on all ranks, which call this at once.
  ///
  /// - Parameters:
  ///   - subnet: a subnet of the space.
  ///   - space: the space.
  ///   - batch: the images of all ranks.
  ///   - threads: how many each rank computes with.
  ///   - cluster: the ranks.
  ///   - monitor: who watches.
  /// - Returns: what it came to, at the leader.
  /// - Throws: `Failure(.usage)` for a process alone, or fewer images than four a rank; `Failure` when a rank is lost.
  public static func measure(
    _ subnet: Subnet, in space: SearchSpace, batch: Int, threads: Int, cluster: Cluster, monitor: Monitor = Monitor()
  ) throws -> ScalingBenchmark? {
    guard cluster.ranks > 1 else {
      throw Failure(.usage, "one process alone exchanges nothing; start several: mpirun -n 2 ofa bench scaling …")
    }
    guard batch >= 4 * cluster.ranks else {
      throw Failure(.usage, "`batchSize` is \(batch), too small for \(cluster.ranks) ranks of four images or more")
    }
    let team = try ThreadTeam.started(threads: threads)
    try EngineBenchmark.checkMemory(of: subnet, in: space, batch: batch / cluster.ranks, for: .training)
    let bench = Bench(subnet, space, team, cluster, monitor)
    // The shard, and one of half its size: what is left of a step when there are no images.
    let shard = batch / cluster.ranks
    let alone = try bench.steps(shard, exchanging: false)
    let half = try bench.steps(shard / 2, exchanging: false).slowest
    let together = try bench.steps(shard, exchanging: true).slowest
    let whole = alone.slowest
    let link = try cluster.linkSpeed()
    let ranges = bench.trainer.supernet.weights.layout.ranges(ofAtLeast: GradientExchange.leastFloats)
    let done = bench.done(shard, ranges)
    guard cluster.leads, let link else { return nil }
    let perImage = max(0, whole - half) / Double(shard - shard / 2)
    var model = ScalingModel(
      batch: shard * cluster.ranks, fixedSeconds: max(0, whole - perImage * Double(shard)), secondsPerImage: perImage,
      done: done, bytes: ranges.map { MemoryLayout<Float>.size * $0.count })
    model.rest = max(0, together - model.stepSeconds(ranks: cluster.ranks, over: link))
    return ScalingBenchmark(model, stepSeconds: together, alone, ranks: cluster.ranks, link)
  }

  private init(
    _ model: ScalingModel, stepSeconds: Double, _ alone: StepTimes, ranks: Int, _ link: Cluster.LinkSpeed
  ) {
    let exchange = model.exchangeSeconds(ranks: ranks, over: link)
    self.ranks = ranks
    self.stepSeconds = stepSeconds
    imagesPerSecond = Double(model.batch) / stepSeconds
    (computeSeconds, waitingSeconds) = (alone.slowest, alone.waiting)
    exchangedBytes = 2 * model.bytes.reduce(0, +) * (ranks - 1) / ranks
    overlap = min(max(1 - (stepSeconds - computeSeconds) / exchange, 0), 1)
    (latencySeconds, bytesPerSecond) = (link.latency, link.bytesPerSecond)
    let oneRank = model.computeSeconds(ranks: 1)
    let networks = [("measured", link)] + Self.networks.map { ($0.name, $0.speed) }
    predictions = networks.flatMap { name, speed in
      [2, 4, 8, 16].filter { $0 <= model.batch }.map { ranks in
        let seconds = model.stepSeconds(ranks: ranks, over: speed)
        return Prediction(
          network: name, ranks: ranks, stepSeconds: seconds, imagesPerSecond: Double(model.batch) / seconds,
          efficiency: oneRank / seconds / Double(ranks))
      }
    }
    pays = networks.map { Limit(network: $0, ranks: model.mostRanks(over: $1)) }
  }

  /// What steps took, by rank and step; all ranks begin each at once.
  package struct StepTimes {
    let seconds: [[Double]]

    package init(seconds: [[Double]]) { self.seconds = seconds }

    /// The median time of the slowest rank; 0 of no ranks.
    package var slowest: Double { seconds.map(Statistics.median).max() ?? 0 }

    /// How much longer than the mean of the ranks the slowest one takes, the median over the steps.
    package var waiting: Double {
      let steps = (seconds.first ?? []).indices.map { step in seconds.map { $0[step] } }
      return Statistics.median(steps.map { ($0.max() ?? 0) - $0.reduce(0, +) / Double($0.count) })
    }
  }

  /// One rank's part of the measuring.
  private struct Bench {
    let trainer: SubnetTrainer
    private let alone: SubnetTrainer
    private let subnet: Subnet
    private let space: SearchSpace
    private let team: ThreadTeam
    private let cluster: Cluster
    private let monitor: Monitor

    init(_ subnet: Subnet, _ space: SearchSpace, _ team: ThreadTeam, _ cluster: Cluster, _ monitor: Monitor) {
      trainer = EngineBenchmark.randomTrainer(
        space, exchange: GradientExchange(shards: cluster.ranks, cluster: cluster), team: team)
      alone = EngineBenchmark.randomTrainer(space, team: team)
      (self.subnet, self.space, self.team, self.cluster, self.monitor) = (subnet, space, team, cluster, monitor)
    }

    /// Times steps, of which all ranks make as many; of no ranks but for the leader.
    func steps(_ images: Int, exchanging: Bool) throws -> StepTimes {
      let trainer = exchanging ? trainer : alone
      let shard = EngineBenchmark.randomBatch(
        images, for: subnet, in: space, share: exchanging ? 1 / Float(cluster.ranks) : 1)
      var seconds: [Double] = []
      var goesOn = true
      while goesOn {
        // All begin at once, as they do in training.
        goesOn = cluster.leads ? try cluster.tell(wantsMore(seconds)) : try cluster.hear()
        guard goesOn else { break }
        try monitor.check("timing", min(1, seconds.reduce(0, +) / ScalingBenchmark.leastTime))
        let time = try ContinuousClock().measure {
          _ = try trainer.step(subnets: [subnet], shards: [shard], learningRate: 1e-3, after: 0)
        }
        seconds.append(time / .seconds(1))
      }
      return StepTimes(seconds: try cluster.gather(Array(seconds.dropFirst(ScalingBenchmark.warmUps))) ?? [])
    }

    private func wantsMore(_ seconds: [Double]) -> Bool {
      seconds.count < ScalingBenchmark.warmUps + ScalingBenchmark.leastSteps
        || seconds.dropFirst(ScalingBenchmark.warmUps).reduce(0, +) < ScalingBenchmark.leastTime
    }

    /// When ranges of the gradients are done, as parts of a step's time: medians of some steps.
    func done(_ images: Int, _ ranges: [Range<Int>]) -> [Double] {
      let shard = EngineBenchmark.randomBatch(images, for: subnet, in: space)
      let weights = trainer.supernet.weights
      let gradients = TensorArena(weights.layout)
      let workspace = Workspace()
      let slopes = shard.targets.values
      let steps = (0..<5).map { _ in
        let start = ContinuousClock.now
        var times: [Double] = []
        let plan = TrainingPlan(
          graph: space.graph(of: subnet), batch: images, layout: weights.layout, workspace: workspace)
        shard.images.withUnsafeBufferPointer { images in
          _ = plan.forward(weights: weights, images: images, team: team)
          slopes.withUnsafeBufferPointer {
            plan.backward(
              weights: weights, gradients: gradients, images: images, logitGradients: $0, team: team, ranges: ranges
            ) { _ in times.append((ContinuousClock.now - start) / .seconds(1)) }
          }
        }
        return times
      }
      let update =
        ContinuousClock().measure {
          _ = trainer.optimizer.step(weights: weights, gradients: gradients, learningRate: 0, team: team)
        } / .seconds(1)
      return ranges.indices.map { range in
        let whole = Statistics.median(steps.map { $0.last ?? 0 }) + update
        return Statistics.median(steps.map { $0[range] }) / whole
      }
    }
  }
}
