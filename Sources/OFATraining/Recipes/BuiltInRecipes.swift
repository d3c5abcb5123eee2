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
  static let builtIn: [Recipe] = [
    Recipe(
      name: "progressive", epochs: 40, batchSize: 64, augmentation: nil, labelSmoothing: 0.1, momentum: 0.9,
      weightDecay: 5e-4, maximumGradientNorm: 10, zeroesResidualScales: true,
      evaluation: EvaluationPlan(calibrationImages: 1_000, heldOutImages: 2_000, everyEpochs: 2, share: 0.06),
      phases: progressivePhases),
    Recipe(
      name: "demo", epochs: 6, batchSize: 64, augmentation: Augmentation(padding: 4, mirrors: true),
      labelSmoothing: 0.1, momentum: 0.9,
      weightDecay: 2e-4, maximumGradientNorm: 10, zeroesResidualScales: true,
      evaluation: EvaluationPlan(calibrationImages: 500, heldOutImages: 500, everyEpochs: 1, share: 0.15),
      phases: progressivePhases),
  ]

  /// The phases of progressive shrinking.
  ///
  /// Most of the work goes into the first phase, which alone decides how good a teacher there is and where all others start, and into the
  /// last, which alone trains the smallest subnets. Those between are short, and their rates low: a phase that ends before its rate has
  /// fallen slowly leaves the largest subnet worse than it found it. The largest stays in every step, so that it does not lose what it has
  /// learnt to the ones inside it. Phases for widths are for the spaces in which these are elastic.
  private static var progressivePhases: [Phase] {
    func phase(
      _ name: String, share: Double, _ elasticity: Elasticity, learningRate: Double, warmUp: Double = 0.05,
      _ subnets: Sandwich, distillation: Double = 1
    ) -> Phase {
      Phase(
        name: name, share: share, elasticity: elasticity, learningRate: learningRate, startingRate: 0, warmUp: warmUp,
        subnets: subnets, distillation: distillation)
    }
    let pair = Sandwich(largestEvery: 1, random: 1, smallestEvery: 2)
    let sandwich = Sandwich(largestEvery: 1, random: 1, smallestEvery: 1)
    return [
      phase(
        "full", share: 0.36, Elasticity(kernelSizes: 1, depths: 1, expandRatios: 1), learningRate: 0.1,
        Sandwich(largestEvery: 1, random: 0, smallestEvery: nil), distillation: 0),
      phase(
        "kernel", share: 0.04, Elasticity(kernelSizes: 3, depths: 1, expandRatios: 1), learningRate: 0.01, pair),
      phase(
        "depth 1", share: 0.03, Elasticity(kernelSizes: 3, depths: 2, expandRatios: 1), learningRate: 0.01, pair),
      phase(
        "depth 2", share: 0.05, Elasticity(kernelSizes: 3, depths: 3, expandRatios: 1), learningRate: 0.01, pair),
      phase(
        "expand 1", share: 0.06, Elasticity(kernelSizes: 3, depths: 3, expandRatios: 2), learningRate: 0.01, sandwich),
      phase(
        "expand 2", share: 0.46, Elasticity(kernelSizes: 3, depths: 3, expandRatios: 3), learningRate: 0.015, sandwich),
      phase(
        "width 1", share: 0.06, Elasticity(kernelSizes: 3, depths: 3, expandRatios: 3, widths: 2), learningRate: 0.01,
        sandwich),
      phase(
        "width 2", share: 0.46, Elasticity(kernelSizes: 3, depths: 3, expandRatios: 3, widths: 3), learningRate: 0.015,
        sandwich),
    ]
  }
}
