import OFAData
import OFAFormats
import OFATraining
import TestSupport
import Testing

@Suite("Recipes")
struct RecipeTests {
  @Test("A recipe for larger batches has a rate and a warm-up in proportion, a warm-up of no more than a quarter")
  func batch() throws {
    let recipe = try Recipe.named("sandwich")
    #expect((recipe.batchSize, recipe.learningRate.peak, recipe.learningRate.warmUp) == (64, 0.01, 0.02))
    for (size, peak, warmUp) in [(64, 0.01, 0.02), (256, 0.04, 0.08), (32, 0.005, 0.01), (2_048, 0.32, 0.25)] {
      var expected = recipe
      expected.batchSize = size
      (expected.learningRate.peak, expected.learningRate.warmUp) = (peak, warmUp)
      #expect(try recipe.scaled(toBatch: size) == expected)
    }
    for size in [-1, 0, 1, .max] {
      #expect {
        try recipe.scaled(toBatch: size)
      } throws: {
        ($0 as? Failure)?.kind == .usage
      }
    }
  }

  @Test("Every built-in recipe is valid, found by its name, and survives being written and read")
  func builtIn() throws {
    #expect(Recipe.builtInNames.first == "progressive")
    for name in Recipe.builtInNames {
      let recipe = try Recipe.named(name)
      #expect(recipe.name == name)
      try recipe.check(at: name)
      let text = try Documents.encode(recipe)
      #expect(try Documents.decode(Recipe.self, from: text, at: name) == recipe)
    }
  }

  @Test("An unknown name is a usage failure that lists the known ones")
  func unknown() {
    let failure = failure { try Recipe.named("nonesuch") }
    #expect(failure?.kind == .usage)
    #expect(failure?.message.contains("progressive, sandwich, single, finetune, demo") == true)
  }

  @Test("A misspelt key, a missing one and a newer version are refused with their place")
  func strict() throws {
    let text = try Documents.encode(Recipe.named("progressive"))
    func failure(_ old: String, _ new: String) -> Failure? {
      TestSupport.failure {
        try Documents.decode(Recipe.self, from: text.replacing(old, with: new), at: "recipe.json")
      }
    }
    let misspelt = failure("\"labelSmoothing\"", "\"labelSmothing\"")
    #expect(misspelt?.kind == .badData)
    #expect(misspelt?.description.contains("labelSm") == true)
    let extra = failure("\"mirrors\"", "\"mirors\": true, \"mirrors\"")
    #expect(extra == nil || extra?.kind == .badData)
    #expect(failure("\"others\"", "\"othrs\"")?.place == "recipe.json: phases[0].subnets.others")
  }

  @Test("Values that cannot be followed are refused with their path")
  func ranges() throws {
    func place(_ change: (inout Recipe) -> Void) throws -> String? {
      var recipe = try Recipe.named("progressive")
      change(&recipe)
      let failure = failure { try recipe.check(at: "r.json") }
      #expect(failure == nil || failure?.kind == .badData)
      return failure?.place
    }
    #expect(try place { _ in } == nil)
    #expect(try place { $0.batchSize = 1 } == "r.json: batchSize")
    #expect(try place { $0.objective.labelSmoothing = 1 } == "r.json: objective.labelSmoothing")
    #expect(try place { $0.optimizer.momentum = -0.1 } == "r.json: optimizer.momentum")
    #expect(try place { $0.phases = [] } == "r.json: phases")
    #expect(try place { $0.phases[1].share = 0 } == "r.json: phases[1].share")
    #expect(try place { $0.learningRate.peak = 0 } == "r.json: learningRate.peak")
    #expect(try place { $0.learningRate.warmUp = 1 } == "r.json: learningRate.warmUp")
    #expect(try place { $0.objective.distillation = 1.5 } == "r.json: objective.distillation")
    #expect(try place { $0.phases[2].elasticity.depths = 0 } == "r.json: phases[2].elasticity")
    #expect(try place { $0.phases[2].subnets.others = -1 } == "r.json: phases[2].subnets.others")
    #expect(try place { $0.phases[3].subnets.smallestEvery = 0 } == "r.json: phases[3].subnets.smallestEvery")
    // What would overflow, or divide nothing by nothing, further on.
    #expect(try place { $0.epochs = .max } == "r.json: epochs")
    #expect(try place { $0.evaluation.everyEpochs = .max } == "r.json: evaluation.everyEpochs")
    #expect(try place { $0.phases[0].share = .leastNonzeroMagnitude } == "r.json: phases[0].share")
    #expect(try place { $0.phases[0].share = 1e308 } == "r.json: phases[0].share")
    #expect(try place { $0.phases[1].subnets.others = .max } == "r.json: phases[1].subnets.others")
    func place(of augmentation: Augmentation) throws -> String? { try place { $0.augmentation = augmentation } }
    #expect(try place(of: Augmentation(padding: .max)) == "r.json: augmentation.padding")
    #expect(try place(of: Augmentation(erasing: .max)) == "r.json: augmentation.erasing")
    #expect(try place(of: Augmentation(mixing: 0)) == "r.json: augmentation.mixing")
    #expect(
      try place(of: Augmentation(crop: Augmentation.Crop(leastArea: 0))) == "r.json: augmentation.crop.leastArea")
    #expect(
      try place(of: Augmentation(jitter: Augmentation.Jitter(saturation: 2)))
        == "r.json: augmentation.jitter.saturation")
    #expect(
      try place { $0.phases[1].augmentation = Augmentation(mixing: 0) } == "r.json: phases[1].augmentation.mixing")
    #expect(try place { $0.averaging = 1 } == "r.json: averaging")
    #expect(try place { $0.optimizer.maximumGradientNorm = 0 } == "r.json: optimizer.maximumGradientNorm")
  }
}
