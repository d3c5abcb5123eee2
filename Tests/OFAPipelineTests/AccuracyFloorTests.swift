import OFAFormats
import OFAPipeline
import OFARegression
import OFASearch
import OFASpace
import OFATraining
import TestSupport
import Testing
import TinyWorld

/// Searches for the cheapest subnet of an accuracy, where predictions are better than the subnets.
@Suite struct AccuracyFloorTests {
  private let world: TinyWorld
  private let model: String
  /// The accuracies of all subnets on held-out images, by their ids.
  private let accuracies: [String: Double]

  /// By how much every subnet is predicted to be better than it is.
  private static let bias = 0.06

  init() throws {
    world = try TinyWorld()
    // Too little, so that subnets differ.
    var recipe = try Documents.read(Recipe.self, world.recipe)
    (recipe.epochs, recipe.batchSize, recipe.evaluation.heldOutImages) = (1, 64, 96)
    try Documents.write(recipe, to: world.recipe)
    let training = world.training("run")
    _ = try training.run()
    model = training.modelFolder
    let space = try world.searchSpace()
    let subnets = Array(space.subnets())
    try AtomicFile.write(subnets.map { space.id(of: $0) }.joined(separator: "\n"), to: world.path("ids.txt"))
    var known: [String: Double] = [:]
    try AccuracyMeasurement(model: model, data: world.data, split: .heldOut, threads: 1)
      .measure(subnets: world.path("ids.txt")) { known[$0.id] = $0.topOneAccuracy }
    accuracies = known
    let features = try SubnetFeatures(space)
    let predictor = try AccuracyPredictor(
      space: space.name, resolutions: space.resolutions, features: subnets.map(features.features),
      accuracies: subnets.map { min(1, (known[space.id(of: $0)] ?? 0) + Self.bias) }, seed: 1)
    try Documents.write(predictor, to: world.path("predictor.json"))
  }

  private func search(for floor: Double) -> Specialization {
    var result = Specialization(space: SpaceSource(.model(model)), budgets: Budgets())
    result.objectives = [Objective(.cost(.multiplyAccumulates), isMaximized: false)]
    result.leastAccuracy = floor
    result.predictor = world.path("predictor.json")
    result.data = world.data
    return result
  }

  @Test("Held-out images confirm the accuracy that is asked for, and the subnet is as cheap as one may hope")
  func confirmed() throws {
    let floor = accuracies.values.sorted()[accuracies.count / 2]
    var search = search(for: floor)
    let found = try search.run()
    #expect(found.best.heldOutAccuracy == accuracies[found.best.id])
    #expect(try #require(found.best.heldOutAccuracy) >= floor)
    // Predictions alone name one that has less.
    search.evaluates = false
    let predicted = try search.run()
    #expect(predicted.best.predictedAccuracy >= floor)
    #expect(try #require(accuracies[predicted.best.id]) < floor)
    #expect(predicted.best.costs.multiplyAccumulates < found.best.costs.multiplyAccumulates)
  }

  @Test("What the images confirm of no subnet is refused, with the best that they have shown")
  func denied() throws {
    let most = try #require(accuracies.values.max())
    try #require(most < 1)
    for objective in [Objective.accuracy, Objective(.cost(.parameters), isMaximized: false)] {
      var search = search(for: most + min(Self.bias, 1 - most) / 2)
      search.objectives = [objective]
      let refusal = try #require(throws: InfeasibleBudget.self) { try search.run() }
      #expect(refusal.budget == "accuracy" && !refusal.proven && refusal.limit == search.leastAccuracy)
      #expect(try #require(refusal.best) <= most && refusal.evaluations ?? 0 > 0)
      #expect(try JSON.encode(refusal, pretty: false).contains("\"least\":null,"))
    }
  }
}
