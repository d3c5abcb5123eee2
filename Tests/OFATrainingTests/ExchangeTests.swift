import OFACluster
import OFAEngine
import OFANumerics
import OFASpace
import OFASupernet
import OFATraining
import TestSupport
import Testing

@Suite("Exchange of gradients")
struct ExchangeTests {
  private let space: SearchSpace
  private let shards: [TaughtBatch]

  init() throws {
    space = try tinySpace()
    var generator = SeededGenerator(seed: 1, stream: "images")
    // Shards of unequal sizes.
    shards = [3, 2, 4, 2, 3].map { size in
      TaughtBatch(
        images: (0..<size * 100).map { _ in Float(generator.gaussian()) },
        targets: Loss.targets(labels: (0..<size).map { $0 % 3 }, classes: 3), share: Float(size) / 14)
    }
  }

  /// The weights after three steps, and the last one's loss.
  private func trained(_ cluster: Cluster) throws -> (weights: [Float], loss: Double) {
    let supernet = Supernet(space: space)
    var generator = SeededGenerator(seed: 1, stream: "initialization")
    supernet.initialize(using: &generator)
    let exchange = GradientExchange(shards: shards.count, cluster: cluster)
    let trainer = SubnetTrainer(
      supernet: supernet, objective: Objective(distillation: 0.5),
      optimizer: MomentumOptimizer(space: space, momentum: 0.9, weightDecay: 0), exchange: exchange,
      team: ThreadTeam(threads: 1 + cluster.rank % 2))
    var loss = 0.0
    for step in 0..<3 {
      let subnets = [space.largest, space.randomSubnet(resolution: 10, using: &generator)]
      loss = try trainer.step(
        subnets: subnets, shards: Array(shards[exchange.own]), learningRate: 0.1, after: step
      ).loss
    }
    return (Array(supernet.weights.values), loss)
  }

  @Test("Any number of ranks comes to the bytes of one process with all shards", arguments: [2, 3, 4, 5])
  func ranks(_ ranks: Int) throws {
    let alone = try trained(.alone)
    for result in ThreadNetwork(ranks: ranks).run(trained) {
      let (weights, loss) = try result.get()
      #expect(weights == alone.weights && loss == alone.loss)
    }
  }

  @Test(
    "The ranges of a layout are whole tensors, cover it, and the last come first", arguments: [1, 100, 5_000, 1 << 30])
  func ranges(least: Int) {
    let layout = TensorArena(Supernet(space: space).weights.layout).layout
    let ranges = layout.ranges(ofAtLeast: least)
    #expect(ranges.first?.upperBound == layout.count && ranges.last?.lowerBound == 0)
    #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.lowerBound == $1.upperBound })
    #expect(ranges.dropLast().allSatisfy { $0.count >= least })
    let starts = Set(layout.entries.map(\.offset))
    #expect(ranges.allSatisfy { starts.contains($0.lowerBound) })
  }

  @Test("A range of gradients that is told to be done is as it is at the end, whatever the ranges are")
  func done() throws {
    let supernet = Supernet(space: space)
    var generator = SeededGenerator(seed: 3, stream: "initialization")
    supernet.initialize(using: &generator)
    let team = ThreadTeam(threads: 2)
    for subnet in [space.largest, space.smallest(in: space.choices, resolution: 10)] {
      let plan = TrainingPlan(graph: space.graph(of: subnet), batch: 4, layout: supernet.weights.layout)
      let slopes: [Float] = (0..<12).map { Float($0) - 5 }
      func gradients(_ ranges: [Range<Int>]) -> (end: [Float], told: [Range<Int>: [Float]]) {
        let gradients = TensorArena(supernet.weights.layout)
        var told: [Range<Int>: [Float]] = [:]
        shards[2].images.withUnsafeBufferPointer { images in
          _ = plan.forward(weights: supernet.weights, images: images, team: team)
          slopes.withUnsafeBufferPointer { slopes in
            plan.backward(
              weights: supernet.weights, gradients: gradients, images: images, logitGradients: slopes, team: team,
              ranges: ranges
            ) { told[$0] = Array(gradients[$0]) }
          }
        }
        return (Array(gradients.values), told)
      }
      let whole = gradients([]).end
      for least in [1, 300, 1 << 30] {
        let ranges = supernet.weights.layout.ranges(ofAtLeast: least)
        let (end, told) = gradients(ranges)
        #expect(end == whole && told.count == ranges.count)
        for (range, values) in told { #expect(values == Array(end[range])) }
      }
    }
  }
}
