import OFAEngine
import OFANumerics
import OFASpace
import OFASupernet
import OFATraining
import Testing

@Suite("Training of subnets")
struct SubnetTrainerTests {
  private let space: SearchSpace
  private let images: [Float]
  private let targets = Loss.targets(labels: [0, 1, 2, 0, 1, 2, 0, 1], classes: 3, smoothing: 0.1)

  private var batch: TaughtBatch { TaughtBatch(images: images, targets: targets) }

  init() throws {
    space = try tinySpace()
    var generator = SeededGenerator(seed: 1, stream: "images")
    images = (0..<8 * 10 * 10).map { _ in Float(generator.gaussian()) }
  }

  private func trainer(
    team: ThreadTeam, momentum: Double = 0, objective: Objective = Objective(), shards: Int = 1
  ) -> SubnetTrainer {
    let supernet = Supernet(space: space)
    var generator = SeededGenerator(seed: 1, stream: "initialization")
    supernet.initialize(using: &generator)
    return SubnetTrainer(
      supernet: supernet, objective: objective,
      optimizer: MomentumOptimizer(space: space, momentum: momentum, weightDecay: 0),
      exchange: GradientExchange(shards: shards), team: team)
  }

  /// What one step does to new weights, and what it returns.
  private func step(
    _ subnets: [Subnet], targets: Rows? = nil, distillation: Double = 0
  ) throws -> (move: [Float], result: SubnetTrainer.Result) {
    let trainer = trainer(team: ThreadTeam(threads: 1), objective: Objective(distillation: distillation))
    let before = trainer.supernet.weights.copy()
    let result = try trainer.step(
      subnets: subnets, shards: [TaughtBatch(images: images, targets: targets ?? self.targets)], learningRate: 0.1,
      after: 0)
    return (zip(trainer.supernet.weights.values, before.values).map { $0 - $1 }, result)
  }

  /// The batch in shards of some sizes.
  private func shards(_ sizes: [Int]) -> [TaughtBatch] {
    var start = 0
    return sizes.map { size in
      defer { start += size }
      return TaughtBatch(
        images: Array(images[start * 100..<(start + size) * 100]),
        targets: Rows(width: 3, values: Array(targets.values[start * 3..<(start + size) * 3])),
        share: Float(size) / 8)
    }
  }

  @Test(
    "A step of several shards follows the mean of their images: each with statistics and a teacher of its own",
    arguments: [[4, 4], [3, 2, 3], [2, 2, 2, 2]])
  func shards(sizes: [Int]) throws {
    let subnets = [space.largest, space.uniform(depth: 1, expandRatio: 2, kernelSize: 3)]
    func step(_ shards: [TaughtBatch], threads: Int = 1) throws -> (move: [Float], loss: Double) {
      let trainer = trainer(
        team: ThreadTeam(threads: threads), objective: Objective(distillation: 0.5), shards: shards.count)
      let before = trainer.supernet.weights.copy()
      let result = try trainer.step(subnets: subnets, shards: shards, learningRate: 0.1, after: 0)
      return (zip(trainer.supernet.weights.values, before.values).map { $0 - $1 }, result.loss)
    }
    let shards = shards(sizes)
    let together = try step(shards)
    let alone = try shards.map { shard in
      try step([TaughtBatch(images: shard.images, targets: shard.targets)])
    }
    func mean(_ values: [Double]) -> Double { zip(values, sizes).reduce(0) { $0 + $1.0 * Double($1.1) / 8 } }
    #expect(abs(together.loss - mean(alone.map(\.loss))) < 1e-6)
    for (index, move) in together.move.enumerated() {
      #expect(abs(Double(move) - mean(alone.map { Double($0.move[index]) })) < 1e-6)
    }
    #expect(try step(shards, threads: 2).move == together.move)
    // Statistics of its own: one shard of all images is another step.
    #expect(abs(try step([batch]).loss - together.loss) > 1e-6)
  }

  @Test("A step follows the mean of its subnets: two make the mean of the moves that each makes alone")
  func mean() throws {
    let subnets = [space.largest, space.uniform(depth: 1, expandRatio: 2, kernelSize: 3)]
    let (both, alone) = (try step(subnets), try subnets.map { try step([$0]) })
    #expect(abs(both.result.loss - (alone[0].result.loss + alone[1].result.loss) / 2) < 1e-6)
    for (index, move) in both.move.enumerated() {
      #expect(abs(move - (alone[0].move[index] + alone[1].move[index]) / 2) < 1e-6)
    }
  }

  @Test("The first subnet learns from the labels alone, the others from a mixture of its answers and the labels")
  func distillation() throws {
    let student = space.uniform(depth: 1, expandRatio: 2, kernelSize: 3)
    let supernet = trainer(team: ThreadTeam(threads: 1)).supernet
    let plan = TrainingPlan(
      graph: space.graph(of: space.largest), batch: targets.count, layout: supernet.weights.layout)
    let logits = images.withUnsafeBufferPointer {
      Array(plan.forward(weights: supernet.weights, images: $0, team: ThreadTeam(threads: 1)))
    }
    var mixed = targets.scaled(by: 0.25)
    mixed.add(Loss.softmax(Rows(width: 3, values: logits)), times: 0.75)
    let (teaching, taught) = (try step([space.largest]), try step([student], targets: mixed))
    let both = try step([space.largest, student], distillation: 0.75)
    #expect(abs(both.result.loss - (teaching.result.loss + taught.result.loss) / 2) < 1e-6)
    for (index, move) in both.move.enumerated() {
      #expect(abs(move - (teaching.move[index] + taught.move[index]) / 2) < 1e-6)
    }
  }

  @Test("A narrow, shallow subnet moves nothing outside its slices")
  func sparsity() throws {
    let trainer = trainer(team: ThreadTeam(threads: 1))
    let before = trainer.supernet.weights.copy()
    let subnet = space.uniform(depth: 1, expandRatio: 2, kernelSize: 5)
    _ = try trainer.step(subnets: [subnet], shards: [batch], learningRate: 0.1, after: 0)
    var used: [String: [Range<Int>]] = [:]
    for weight in space.graph(of: subnet).nodes.flatMap(\.weights) { used[weight.tensor] = weight.ranges }
    for tensor in space.tensors {
      let (old, new) = (before[tensor.name], trainer.supernet.weights[tensor.name])
      let movedOutside = new.indices.contains { index in
        var rest = index
        var isInside = used[tensor.name] != nil
        for axis in tensor.shape.indices.reversed() {
          isInside = isInside && used[tensor.name]?[axis].contains(rest % tensor.shape[axis]) == true
          rest /= tensor.shape[axis]
        }
        return !isInside && new[index] != old[index]
      }
      #expect(!movedOutside, "\(tensor.name)")
    }
    let filter = "stages.0.0.expand.filter"
    #expect(Array(before[filter]) != Array(trainer.supernet.weights[filter]))
  }

  @Test("The bytes do not depend on the number of threads", arguments: [2, 3])
  func threads(_ count: Int) throws {
    func trained(_ threads: Int) throws -> [Float] {
      let trainer = trainer(team: ThreadTeam(threads: threads), momentum: 0.9)
      var generator = SeededGenerator(seed: 2, stream: "subnets")
      for _ in 0..<4 {
        let subnets = [space.largest] + (0..<2).map { _ in space.randomSubnet(resolution: 10, using: &generator) }
        _ = try trainer.step(subnets: subnets, shards: [batch], learningRate: 0.1, after: 0)
      }
      return Array(trainer.supernet.weights.values)
    }
    #expect(try trained(count) == trained(1))
  }

  @Test("The loss falls when one batch is learnt")
  func learns() throws {
    let trainer = trainer(team: ThreadTeam(threads: 1), momentum: 0.9)
    let first = try trainer.step(subnets: [space.largest], shards: [batch], learningRate: 0.05, after: 0).loss
    var last = first
    for _ in 0..<60 {
      last = try trainer.step(subnets: [space.largest], shards: [batch], learningRate: 0.05, after: 0).loss
    }
    // Smoothed labels leave 0.5 nats to lose at best.
    #expect(last < 0.6 && first > 0.9)
  }
}
