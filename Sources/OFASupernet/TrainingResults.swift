import OFAFormats
import OFASpace

/// What was measured of one subnet.
public struct Evaluation: Hashable, Sendable, Codable {
  /// The subnet's id.
  public var id: String
  /// The subnet.
  public var subnet: SubnetDocument
  /// The share of images whose largest logit is the label's, 0…1.
  public var topOneAccuracy: Double
  /// The mean cross-entropy in nats, without label smoothing.
  public var loss: Double

  /// A measurement of its parts.
  public init(id: String, subnet: SubnetDocument, topOneAccuracy: Double, loss: Double) {
    self.id = id
    self.subnet = subnet
    self.topOneAccuracy = topOneAccuracy
    self.loss = loss
  }
}

extension Evaluation {
  /// Reads an evaluation.
  ///
  /// - Throws: when the accuracy is not a share.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(String.self, forKey: .id)
    subnet = try container.decode(SubnetDocument.self, forKey: .subnet)
    topOneAccuracy = try container.decode(Double.self, forKey: .topOneAccuracy)
    loss = try container.decode(Double.self, forKey: .loss)
    guard 0...1 ~= topOneAccuracy else {
      throw DecodingError.dataCorruptedError(
        forKey: .topOneAccuracy, in: container, debugDescription: "\(topOneAccuracy) is not from 0 to 1")
    }
  }
}

/// How a model came to be and what was measured of it.
///
/// Nothing in it depends on the machine's speed, so that equal runs leave equal models; times are in the run's own
/// folder.
public struct TrainingResults: VersionedDocument, Hashable, Sendable {
  /// The document's name.
  public static var format: String { "ofa-results" }
  /// The document's newest version.
  public static var currentVersion: Int { 1 }

  /// The recipe's name; ``imported`` for a model that was not trained here.
  public var recipe: String
  /// The run's seed.
  public var seed: UInt64
  /// The optimizer's steps over all phases.
  public var steps: Int
  /// The corner subnets on the held-out images, statistics recalibrated.
  public var heldOut: [Evaluation]
  /// Subnets on the test images, statistics recalibrated; empty until somebody reports them.
  public var test: [Evaluation]

  /// What stands for the recipe of an imported model.
  public static let imported = "imported"

  /// Results of their parts.
  public init(recipe: String, seed: UInt64, steps: Int, heldOut: [Evaluation], test: [Evaluation] = []) {
    self.recipe = recipe
    self.seed = seed
    self.steps = steps
    self.heldOut = heldOut
    self.test = test
  }
}

extension Model {
  /// The text of `README.md` as training leaves it.
  var readMe: String {
    func table(_ title: String, _ evaluations: [Evaluation]) -> [String] {
      guard !evaluations.isEmpty else { return [] }
      let rows = evaluations.map { evaluation in
        let hundredths = Int((evaluation.topOneAccuracy * 10_000).rounded())
        let percent = "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
        return "| `\(evaluation.id)` | \(percent) % |"
      }
      return ["", "| subnet | top-one accuracy, \(title) |", "|---|---|"] + rows
    }
    if results.recipe == TrainingResults.imported {
      return """
        # A supernet of \(supernet.space.name), imported

        \(calibration == nil
          ? "It came without images: recalibrate a subnet's statistics before its accuracy is judged."
          : "Subnets' statistics are made of the images that it was given.")

        """
    }
    let lines =
      [
        "# A supernet of \(supernet.space.name) trained on \(input.dataset)", "",
        "Recipe \(results.recipe), seed \(results.seed), \(results.steps) steps; \(space.classes) classes, "
          + "\(space.channels) channels. Accuracies are with statistics recalibrated for each subnet, without retraining.",
        "", "Licence of the images: \(input.licence ?? "none is known").",
      ] + table("held-out images", results.heldOut) + table("test images", results.test)
    return lines.joined(separator: "\n") + "\n"
  }

  private var space: SearchSpace { supernet.space }
}
