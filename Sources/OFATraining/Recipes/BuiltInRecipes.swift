import Foundation
import OFAData
import OFAFormats

extension Recipe {
  /// The names of the recipes that are built in.
  public static var builtInNames: [String] { builtIn.map(\.name) }

  /// A recipe by its built-in name, or else from a file.
  ///
  /// - Throws: `Failure(.usage)` when it is neither; `Failure(.badData)` when the file is no valid recipe.
  public static func named(_ nameOrFile: String) throws -> Recipe {
    if let recipe = builtIn.first(where: { $0.name == nameOrFile }) { return recipe }
    guard FileManager.default.fileExists(atPath: nameOrFile) else {
      throw Failure(
        .usage, "no recipe \(nameOrFile): neither a file nor one of \(builtInNames.joined(separator: ", "))")
    }
    let recipe = try Documents.read(Recipe.self, nameOrFile)
    try recipe.check(at: nameOrFile)
    return recipe
  }

  /// The built-in recipes; the first is what training uses unless told otherwise.
  static let builtIn: [Recipe] = [progressive, demo]

  private static let progressive = Recipe(
    name: "progressive", epochs: 40, batchSize: 64, augmentation: nil, learningRate: 0.1, warmUp: 0.02,
    distillation: 0.5, labelSmoothing: 0.1, momentum: 0.9, weightDecay: 5e-4, maximumGradientNorm: 10,
    zeroesResidualScales: true,
    evaluation: EvaluationPlan(calibrationImages: 1_000, heldOutImages: 2_000, everyEpochs: 2, share: 0.06),
    phases: phases)

  /// For about a minute on `mini-32` and the drawn shapes: small batches and few phases, for there are few steps; it
  /// regularizes less, and evaluates on fewer images.
  private static let demo: Recipe = {
    var recipe = progressive
    recipe.name = "demo"
    recipe.epochs = 9
    recipe.batchSize = 32
    recipe.augmentation = Augmentation(padding: 2, mirrors: true)
    recipe.warmUp = 0.05
    recipe.labelSmoothing = 0
    recipe.weightDecay = 2e-4
    recipe.evaluation = EvaluationPlan(calibrationImages: 500, heldOutImages: 500, everyEpochs: 2, share: 0.15)
    recipe.phases = [
      phase("full", share: 0.4, kernelSizes: 1, depths: 1, expandRatios: 1, others: 0),
      phase("kernel", share: 0.05, depths: 1, expandRatios: 1),
      phase("depth", share: 0.05, expandRatios: 1),
      phase("expand", share: 0.5),
    ]
    return recipe
  }()

  /// The phases of progressive shrinking.
  ///
  /// The last, which alone trains the smallest subnets, has most of the work. Phases for widths are for the spaces in
  /// which these are elastic.
  private static let phases: [Phase] = [
    phase("full", share: 0.15, kernelSizes: 1, depths: 1, expandRatios: 1, others: 0),
    phase("kernel", share: 0.05, depths: 1, expandRatios: 1),
    phase("depth 1", share: 0.05, depths: 2, expandRatios: 1),
    phase("depth 2", share: 0.05, expandRatios: 1),
    phase("expand 1", share: 0.1, expandRatios: 2),
    phase("expand 2", share: 0.6),
    phase("width 1", share: 0.1, widths: 2),
    phase("width 2", share: 0.6, widths: 3),
  ]

  /// A phase whose steps train the largest subnet and another, every second time the smallest. Unless told otherwise,
  /// all values of each choice but the widths are open.
  private static func phase(
    _ name: String, share: Double, kernelSizes: Int = 3, depths: Int = 3, expandRatios: Int = 3, widths: Int? = nil,
    others: Int = 1
  ) -> Phase {
    Phase(
      name: name, share: share,
      elasticity: Elasticity(kernelSizes: kernelSizes, depths: depths, expandRatios: expandRatios, widths: widths),
      subnets: Sandwich(others: others, smallestEvery: 2))
  }
}
