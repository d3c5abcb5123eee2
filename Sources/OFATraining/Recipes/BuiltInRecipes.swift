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
      phases: phases(between: 0.18, last: 0.46, rate: 0.01, lastRate: 0.015, largestEvery: 1)),
    Recipe(
      name: "demo", epochs: 6, batchSize: 64, augmentation: Augmentation(padding: 4, mirrors: true),
      labelSmoothing: 0.1, momentum: 0.9,
      weightDecay: 2e-4, maximumGradientNorm: 10, zeroesResidualScales: true,
      evaluation: EvaluationPlan(calibrationImages: 500, heldOutImages: 500, everyEpochs: 1, share: 0.15),
      phases: phases(between: 0.34, last: 0.3, rate: 0.03, lastRate: 0.04, largestEvery: 2)),
  ]

  /// The phases of progressive shrinking.
  ///
  /// Most of the work goes into the first phase, which alone decides how good a teacher there is and where all others start, and into the
  /// last, which alone trains the smallest subnets. The largest stays in later steps, so that it does not lose what it has learnt to the
  /// ones inside it. In a long run the rates are low: the gradients of a step's subnets are summed, and a phase that ends before its rate
  /// has fallen slowly leaves the largest worse than it found it. Phases for widths are for the spaces in which these are elastic.
  ///
  /// - Parameters:
  ///   - between: the share of all phases between the first and the last.
  ///   - last: the share of the last phase.
  ///   - rate: the learning rate of the phases between.
  ///   - lastRate: the learning rate of the last phase.
  ///   - largestEvery: every how many steps the largest subnet is trained.
  private static func phases(
    between: Double, last: Double, rate: Double, lastRate: Double, largestEvery: Int
  ) -> [Phase] {
    func phase(
      _ name: String, share: Double, _ elasticity: Elasticity, learningRate: Double, _ subnets: Sandwich,
      distillation: Double = 1
    ) -> Phase {
      Phase(
        name: name, share: share, elasticity: elasticity, learningRate: learningRate, startingRate: 0, warmUp: 0.05,
        subnets: subnets, distillation: distillation)
    }
    let pair = Sandwich(largestEvery: largestEvery, random: 1, smallestEvery: 2)
    let sandwich = Sandwich(largestEvery: largestEvery, random: 1, smallestEvery: 1)
    return [
      phase(
        "full", share: 0.36, Elasticity(kernelSizes: 1, depths: 1, expandRatios: 1), learningRate: 0.1,
        Sandwich(largestEvery: 1, random: 0, smallestEvery: nil), distillation: 0),
      phase(
        "kernel", share: 4.0 / 18 * between, Elasticity(kernelSizes: 3, depths: 1, expandRatios: 1), learningRate: rate,
        pair),
      phase(
        "depth 1", share: 3.0 / 18 * between, Elasticity(kernelSizes: 3, depths: 2, expandRatios: 1),
        learningRate: rate,
        pair),
      phase(
        "depth 2", share: 5.0 / 18 * between, Elasticity(kernelSizes: 3, depths: 3, expandRatios: 1),
        learningRate: rate,
        pair),
      phase(
        "expand 1", share: 6.0 / 18 * between, Elasticity(kernelSizes: 3, depths: 3, expandRatios: 2),
        learningRate: rate,
        sandwich),
      phase(
        "expand 2", share: last, Elasticity(kernelSizes: 3, depths: 3, expandRatios: 3), learningRate: lastRate,
        sandwich),
      phase(
        "width 1", share: 6.0 / 18 * between, Elasticity(kernelSizes: 3, depths: 3, expandRatios: 3, widths: 2),
        learningRate: rate, sandwich),
      phase(
        "width 2", share: last, Elasticity(kernelSizes: 3, depths: 3, expandRatios: 3, widths: 3),
        learningRate: lastRate,
        sandwich),
    ]
  }
}
