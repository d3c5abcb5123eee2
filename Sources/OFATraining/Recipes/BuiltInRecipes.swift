import Foundation
import OFAData
import OFAFormats

extension Recipe {
  /// The names of the recipes that are built in; the first is what training uses unless told otherwise.
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

  static let builtIn: [Recipe] = [progressive, sandwich, single, finetune, demo]

  /// Once-for-All's: one kind of choice after another.
  ///
  /// The last phase, which alone trains the smallest subnets, has most of the work. Phases for widths are for the
  /// spaces in which these are elastic.
  private static let progressive = Recipe(
    name: "progressive", epochs: 40, batchSize: 64, augmentation: nil,
    learningRate: LearningRate(peak: 0.01, warmUp: 0.02), optimizer: muon,
    objective: Objective(labelSmoothing: 0.1, distillation: 0.5, divergence: .softCrossEntropy), averaging: nil,
    zeroesResidualScales: true,
    evaluation: EvaluationPlan(calibrationImages: 1_000, heldOutImages: 2_000, everyEpochs: 2, share: 0.06),
    phases: [
      full(share: 0.15),
      phase("kernel", share: 0.05, depths: 1, expandRatios: 1),
      phase("depth 1", share: 0.05, depths: 2, expandRatios: 1),
      phase("depth 2", share: 0.05, expandRatios: 1),
      phase("expand 1", share: 0.1, expandRatios: 2),
      phase("expand 2", share: 0.6),
      phase("width 1", share: 0.1, widths: 2),
      phase("width 2", share: 0.6, widths: 3),
    ])

  /// BigNAS's: after a short start of the largest alone, every step trains the largest, the smallest and one between.
  ///
  /// The momentum is Muon's authors'; 0.9 does as well for the smallest network of `mbv3-32-wide` alone.
  private static let sandwich: Recipe = {
    var recipe = progressive
    recipe.name = "sandwich"
    recipe.optimizer.momentum = 0.95
    recipe.phases = [
      full(share: 0.05), phase("all", share: 0.95, widths: 9, others: 2, smallestEvery: 1),
    ]
    return recipe
  }()

  /// One network alone: the largest of the space, which may have but one.
  private static let single: Recipe = {
    var recipe = progressive
    recipe.name = "single"
    recipe.phases = [full(share: 1)]
    return recipe
  }()

  /// A trained network, a little longer: on its own, or on other images.
  private static let finetune: Recipe = {
    var recipe = single
    recipe.name = "finetune"
    recipe.epochs = 5
    recipe.learningRate = LearningRate(peak: 0.002, warmUp: 0.1)
    recipe.zeroesResidualScales = false
    return recipe
  }()

  /// For about a minute on `mini-32` and the drawn shapes: small batches and few phases, for there are few steps; it
  /// regularizes less, and evaluates on fewer images.
  private static let demo: Recipe = {
    var recipe = progressive
    recipe.name = "demo"
    recipe.epochs = 9
    recipe.batchSize = 32
    recipe.augmentation = Augmentation(padding: 2, mirroring: .random)
    recipe.learningRate.warmUp = 0.05
    recipe.objective.labelSmoothing = 0
    recipe.optimizer.weightDecay = 0.02
    recipe.evaluation = EvaluationPlan(calibrationImages: 500, heldOutImages: 500, everyEpochs: 2, share: 0.15)
    recipe.phases = [
      full(share: 0.4),
      phase("kernel", share: 0.05, depths: 1, expandRatios: 1),
      phase("depth", share: 0.05, expandRatios: 1),
      phase("expand", share: 0.5),
    ]
    return recipe
  }()

  /// On the smallest network of `mbv3-32-wide` alone, twelve epochs of CIFAR-10, it is two points better than momentum,
  /// and it is as much better in the demo.
  private static let muon = OptimizerSettings(
    kind: .muon, momentum: 0.9, secondMomentum: 0.99, weightDecay: 0.05, maximumGradientNorm: 10)

  /// A phase that trains the largest subnet alone.
  private static func full(share: Double) -> Phase {
    phase("full", share: share, kernelSizes: 1, depths: 1, expandRatios: 1, others: 0)
  }

  /// A phase whose steps train the largest subnet and another, every second time the smallest. Unless told otherwise,
  /// all values of each choice but the widths are open.
  private static func phase(
    _ name: String, share: Double, kernelSizes: Int = 9, depths: Int = 9, expandRatios: Int = 9,
    widths: Int? = nil, others: Int = 1, smallestEvery: Int = 2
  ) -> Phase {
    Phase(
      name: name, share: share,
      elasticity: Elasticity(kernelSizes: kernelSizes, depths: depths, expandRatios: expandRatios, widths: widths),
      subnets: Sandwich(others: others, smallestEvery: smallestEvery, drawing: nil))
  }
}
