import OFAEngine
import OFAFormats
import OFANumerics
import OFASpace
import OFASupernet
import OFATraining
import TestSupport
import Testing

@Suite("Steps")
struct StepTests {
  private func sampler(
    _ space: SearchSpace, others: Int, smallestEvery: Int, drawing: Recipe.Sandwich.Drawing? = nil
  ) throws -> SubnetSampler {
    var recipe = try Recipe.named("sandwich")
    recipe.phases[1].subnets = Recipe.Sandwich(others: others, smallestEvery: smallestEvery, drawing: drawing)
    return try #require(PhasePlan.plans(for: recipe, in: space, totalSteps: 100).last).sampler
  }

  @Test("A step trains the largest first, the smallest as often as is said, and all at one resolution")
  func sandwich() throws {
    let space = try SearchSpace.named("mbv3-32")
    for smallestEvery in 1...3 {
      let sampler = try sampler(space, others: 3, smallestEvery: smallestEvery)
      var generator = SeededGenerator(seed: 1, stream: "steps")
      var resolutions: Set<Int> = []
      for step in 0..<60 {
        let subnets = sampler.subnets(ofStep: step, using: &generator)
        let resolution = subnets[0].resolution
        resolutions.insert(resolution)
        #expect(subnets.count == 4 && subnets.allSatisfy { $0.resolution == resolution })
        #expect(subnets[0] == space.largest(in: space.choices, resolution: resolution))
        let smallest = space.smallest(in: space.choices, resolution: resolution)
        #expect(subnets.dropFirst().contains(smallest) == (step % smallestEvery == 0))
      }
      #expect(resolutions == Set(space.resolutions))
    }
  }

  @Test("Even drawing spreads multiply-accumulates over their whole range, uniform drawing does not")
  func drawing() throws {
    let space = try SearchSpace.named("mbv3-32")
    func tenths(_ drawing: Recipe.Sandwich.Drawing) throws -> [Int] {
      let sampler = try sampler(space, others: 1, smallestEvery: 1_000_000, drawing: drawing)
      var generator = SeededGenerator(seed: 2, stream: "steps")
      var counts = [Int](repeating: 0, count: 10)
      for step in 1...500 {
        let drawn = sampler.subnets(ofStep: step, using: &generator)[1]
        func cost(_ subnet: Subnet) -> Double { Double(space.graph(of: subnet).costs.multiplyAccumulates) }
        let least = cost(space.smallest(in: space.choices, resolution: drawn.resolution))
        let most = cost(space.largest(in: space.choices, resolution: drawn.resolution))
        counts[min(Int((cost(drawn) - least) / (most - least) * 10), 9)] += 1
      }
      return counts
    }
    let even = try tenths(.even)
    #expect(even.allSatisfy { 15...110 ~= $0 }, "\(even)")
    let uniform = try tenths(.uniform)
    #expect(uniform.contains { $0 < 5 } && uniform.contains { $0 > 150 }, "\(uniform)")
  }

  @Test("Mixing joins the first image with the last and so on, their targets alike; the one in the middle stays")
  func mixing() {
    let targets = Loss.targets(labels: [0, 1, 2], classes: 3)
    var batch = TaughtBatch(images: [0, 1, 10, 11, 20, 21], targets: targets)
    batch.mix(share: 0.75)
    #expect(batch.images == [5, 6, 10, 11, 15, 16])
    #expect(batch.targets.values == [0.75, 0, 0.25, 0, 1, 0, 0.25, 0, 0.75])
    // What both parts lose is what the mixture loses.
    var pair = TaughtBatch(images: [1, 3], targets: Loss.targets(labels: [0, 1], classes: 2))
    pair.mix(share: 0.5)
    #expect(pair.images == [2, 2] && pair.targets.values == [0.5, 0.5, 0.5, 0.5])
  }

  @Test("Shares for mixing follow the beta distribution", arguments: [0.2, 1, 4])
  func beta(parameter: Double) {
    var generator = SeededGenerator(seed: 1, stream: "beta")
    let draws = (0..<20_000).map { _ in generator.beta(parameter, parameter) }
    #expect(draws.allSatisfy { 0...1 ~= $0 })
    let mean = draws.reduce(0, +) / 20_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(abs(mean - 0.5) < 0.01)
    // The variance of Beta(a, a) is 1 / (4 · (2a + 1)).
    #expect(abs(variance * 4 * (2 * parameter + 1) - 1) < 0.05)
  }

  @Test("A run with AdamW and an average is resumed to the same bytes, and its average is what it leaves")
  func resumed() throws {
    var configuration = try tinyConfiguration(epochs: 3)
    configuration.recipe.optimizer = Recipe.OptimizerSettings(
      kind: .adamW, momentum: 0.9, secondMomentum: 0.99, weightDecay: 0.01, maximumGradientNorm: nil)
    configuration.recipe.learningRate.peak = 0.003
    configuration.recipe.averaging = 0.95
    configuration.recipe.objective.divergence = .adaptiveDivergence
    func train(_ folder: String, stopAfter: Int) throws -> (model: [String: [UInt8]], weights: [Float]) {
      let run = try TrainingRun(
        configuration, data: stripeData(), folder: folder, resuming: true, team: ThreadTeam(threads: 1))
      var steps = 0
      let outcome = try run.train(progress: { _ in steps += 1 }, isInterrupted: { steps >= stopAfter })
      return (try files(in: outcome.modelPath), Array(run.supernet.weights.values))
    }
    let whole = try withTemporaryFolder { try train($0, stopAfter: .max) }
    let resumed = try withTemporaryFolder { folder in
      for _ in 0..<4 { #expect(failure { try train(folder, stopAfter: 9) }?.kind == .interrupted) }
      return try train(folder, stopAfter: .max)
    }
    #expect(resumed.model == whole.model)
    #expect(resumed.weights == whole.weights)
  }

  @Test("A damaged checkpoint that is passed over is named, with the reason")
  func passedOver() throws {
    let configuration = try tinyConfiguration(epochs: 2)
    try withTemporaryFolder { folder in
      var steps = 0
      _ = failure {
        try TrainingRun(
          configuration, data: stripeData(), folder: folder, resuming: false, team: ThreadTeam(threads: 1),
          checkpointInterval: .zero
        ).train(progress: { _ in steps += 1 }, isInterrupted: { steps >= 12 })
      }
      try AtomicFile.write("damaged", to: folder + "/checkpoints/step-12.safetensors")
      var remarks: [String] = []
      _ = try TrainingRun(
        configuration, data: stripeData(), folder: folder, resuming: true, team: ThreadTeam(threads: 1),
        remark: { remarks.append($0) })
      #expect(remarks.count == 1 && remarks[0].contains("step-12.safetensors") && remarks[0].contains("step 11"))
    }
  }

  @Test(
    "A run begins with the weights that it is given, and so does one that was killed before its first checkpoint",
    arguments: [nil, 0.999])
  func from(averaging: Double?) throws {
    var configuration = try tinyConfiguration(epochs: 1)
    configuration.from = "model"
    configuration.recipe.averaging = averaging
    let trained = Supernet(space: configuration.space)
    var generator = SeededGenerator(seed: 77, stream: "other")
    trained.initialize(using: &generator)
    try withTemporaryFolder { folder in
      func begun(resuming: Bool, _ weights: @escaping () throws -> TrainedWeights) throws -> [Float] {
        let run = try TrainingRun(
          configuration, data: stripeData(), folder: folder, resuming: resuming, team: ThreadTeam(threads: 1),
          from: weights)
        return Array(run.supernet.weights.values)
      }
      // What cannot begin leaves no trace.
      let other = Supernet(space: try SearchSpace.named("mini-32")).weights
      #expect(failure { try begun(resuming: false) { TrainedWeights(other) } }?.kind == .badData)
      #expect(!RunFolder(folder).isBegun)
      #expect(try begun(resuming: false) { TrainedWeights(trained.weights) } == Array(trained.weights.values))
      #expect(try begun(resuming: true) { TrainedWeights(trained.weights) } == Array(trained.weights.values))
    }
  }

  @Test("A classifier is drawn anew where its classes are others, be they as many")
  func otherClasses() throws {
    var configuration = try tinyConfiguration(epochs: 1)
    configuration.from = "model"
    let trained = Supernet(space: configuration.space)
    trained.weights.values.indices.forEach { trained.weights.values[$0] = 7 }
    let names = stripeData().train.classNames
    for (classNames, isKept) in [(names, true), (nil, true), (names.map { "no " + $0 }, false)] {
      try withTemporaryFolder { folder in
        let run = try TrainingRun(
          configuration, data: stripeData(), folder: folder, resuming: false, team: ThreadTeam(threads: 1),
          from: { TrainedWeights(trained.weights, classNames: classNames) })
        for tensor in configuration.space.tensors {
          let isSeven = run.supernet.weights[tensor.name].allSatisfy { $0 == 7 }
          let isClassifier = configuration.space.classifierTensors.contains(tensor.name)
          #expect(isSeven == (isKept || !isClassifier), "\(tensor.name)")
        }
      }
    }
  }
}
