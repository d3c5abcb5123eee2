import OFAData
import OFAEngine
import OFANumerics
import OFASpace
import OFASupernet
import OFATraining
import TestSupport
import Testing

@Suite("Evaluation")
struct EvaluatorTests {
  private let data = stripeData()
  private let team = ThreadTeam(threads: 2)

  private func supernet() throws -> Supernet {
    let supernet = Supernet(space: try tinySpace())
    var generator = SeededGenerator(seed: 4, stream: "initialization")
    supernet.initialize(using: &generator)
    return supernet
  }

  private func evaluator() -> Evaluator {
    Evaluator(
      calibration: CalibrationImages(drawing: 50, from: data.train, side: 10, seed: 1),
      normalization: data.normalization,
      team: team)
  }

  @Test("Accuracy and loss are those of the definition, batch by batch or not")
  func definition() throws {
    let supernet = try supernet()
    let evaluator = evaluator()
    let subnet = supernet.space.smallest
    // 110 images are a whole batch and a part of one.
    let images = stripes(110, seed: 3)
    let evaluation = try evaluator.evaluate(subnet, of: supernet, on: images)
    let batch = BatchLoader(images, data.normalization).batch(of: 0..<110, resolution: subnet.resolution)
    let statistics = evaluator.statistics(of: subnet, in: supernet)
    let logits = Rows(
      width: 3, values: supernet.logits(of: subnet, images: batch.values(), statistics: statistics, team: team))
    let correct = zip(logits.indicesOfLargest, images.labels).count { $0 == $1 }
    let loss = Loss.crossEntropy(logits, targets: Loss.targets(labels: images.labels, classes: 3)).loss
    #expect(evaluation.topOneAccuracy == Double(correct) / 110)
    #expect(abs(evaluation.loss - loss) < 1e-6)
    #expect(evaluation.id == supernet.space.id(of: subnet))
    // Whoever wants them is handed the logits, batch by batch.
    var handed: [Rows] = []
    let again = try evaluator.evaluate(subnet, of: supernet, on: images, statistics: statistics) { handed.append($0) }
    #expect(again == evaluation && handed.map(\.count) == [100, 10])
    let apart = zip(handed.flatMap(\.values), logits.values).map { abs($0 - $1) }
    #expect(apart.count == 330 && apart.allSatisfy { $0 < 1e-5 })
  }

  @Test("After training, a small subnet with statistics of its own is far better than with the largest's")
  func recalibration() throws {
    let supernet = try supernet()
    let space = supernet.space
    let trainer = SubnetTrainer(
      supernet: supernet, optimizer: MomentumOptimizer(space: space, momentum: 0.9, weightDecay: 1e-4), team: team)
    let loader = BatchLoader(data.train, data.normalization)
    for step in 0..<100 {
      let indices = (0..<24).map { (24 * step + $0) % data.train.count }
      let targets = Loss.targets(labels: indices.map { data.train.labels[$0] }, classes: 3)
      _ = try trainer.step(
        subnets: [space.largest, space.smallest(in: space.choices, resolution: 10)],
        shards: [TaughtBatch(images: loader.batch(of: indices, resolution: 10).values(), targets: targets)],
        learningRate: 0.05, after: step)
    }
    let evaluator = evaluator()
    let smallest = space.smallest(in: space.choices, resolution: 10)
    let foreign = evaluator.statistics(of: space.largest, in: supernet).prefix(for: space.graph(of: smallest))
    let own = try evaluator.evaluate(smallest, of: supernet, on: data.heldOut)
    let borrowed = try evaluator.evaluate(smallest, of: supernet, on: data.heldOut, statistics: foreign)
    #expect(own.topOneAccuracy > 0.9)
    #expect(own.topOneAccuracy > borrowed.topOneAccuracy + 0.2, "\(own.topOneAccuracy), \(borrowed.topOneAccuracy)")
  }

  @Test("Calibration images are training images, as many as asked for, the same for one seed")
  func calibration() {
    let drawn = CalibrationImages(drawing: 50, from: data.train, side: 10, seed: 1)
    #expect(drawn.count == 50)
    #expect(drawn == CalibrationImages(drawing: 50, from: data.train, side: 10, seed: 1))
    #expect(drawn != CalibrationImages(drawing: 50, from: data.train, side: 10, seed: 2))
    let size = 10 * 10
    let pixels = data.train.pixels
    let known = Set((0..<data.train.count).map { Array(pixels[$0 * size..<($0 + 1) * size]) })
    #expect((0..<50).allSatisfy { known.contains(Array(drawn.pixels[$0 * size..<($0 + 1) * size])) })
    #expect(CalibrationImages(drawing: 10_000, from: data.train, side: 10, seed: 1).count == data.train.count)
  }

  @Test("Samples are different subnets of the space, spread over its costs, the same for one seed")
  func samples() throws {
    let supernet = try supernet()
    let space = supernet.space
    let evaluator = evaluator()
    func draw(_ seed: UInt64) throws -> [Evaluation] {
      try evaluator.evaluate(
        space.stratifiedSubnets(40, seed: seed), of: supernet, on: data.heldOut, extent: EvaluationExtent(images: 20))
    }
    let samples = try draw(1)
    #expect(samples.count == 40)
    let subnets = try samples.map { try space.subnet($0.subnet) }
    #expect(Set(subnets).count == 40)
    #expect(subnets.allSatisfy { space.contains($0, in: space.choices) })
    #expect(try draw(1) == samples)
    #expect(try draw(2) != samples)
    let costs = subnets.map { space.graph(of: $0).costs.multiplyAccumulates }.sorted()
    let range = (
      space.graph(of: space.smallest).costs.multiplyAccumulates,
      space.graph(of: space.largest).costs.multiplyAccumulates
    )
    let tenth = (range.1 - range.0) / 10
    #expect(costs[0] < range.0 + 2 * tenth && costs[39] > range.1 - 2 * tenth)
    let large = try SearchSpace.named("mbv3-32")
    let ends = [large.smallest, large.largest].map(large.multiplyAccumulates)
    let shares = large.stratifiedSubnets(100, seed: 1).map { subnet in
      (large.multiplyAccumulates(of: subnet) - ends[0]) / (ends[1] - ends[0])
    }
    for quarter in 0..<4 {
      #expect((20...30).contains(shares.count { Int(min($0, 0.999) * 4) == quarter }), "\(shares.sorted())")
    }
  }

  @Test("Sampling stops at its time limit with at least one subnet, and when it is interrupted")
  func limits() throws {
    let supernet = try supernet()
    let evaluator = evaluator()
    let extent = EvaluationExtent(images: 20, calibrationImages: 10)
    let subnets = supernet.space.stratifiedSubnets(500, seed: 1)
    let some = try evaluator.evaluate(
      subnets, of: supernet, on: data.heldOut, extent: extent, timeLimit: .milliseconds(50))
    let late = try evaluator.evaluate(
      subnets, of: supernet, on: data.heldOut, extent: extent, atLeast: 5, timeLimit: .zero)
    #expect(late.count == 5)
    #expect(!some.isEmpty && some.count < subnets.count)
    let failure = failure {
      try evaluator.evaluate(subnets, of: supernet, on: data.heldOut, isInterrupted: { true })
    }
    #expect(failure?.kind == .interrupted)
  }

  @Test("A space of few subnets yields them all and stops")
  func exhausted() throws {
    let supernet = try supernet()
    var counts: [Int] = []
    let samples = try evaluator().evaluate(
      supernet.space.stratifiedSubnets(60, seed: 1), of: supernet, on: data.heldOut,
      extent: EvaluationExtent(images: 1),
      progress: { counts.append($0) })
    #expect(samples.count == 60)
    #expect(counts == Array(1...60))
  }
}
