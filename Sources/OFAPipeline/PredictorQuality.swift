import OFAFormats
import OFARegression
import OFASpace
import OFASupernet

/// How well a predictor does on subnets that it did not see, by cross-validation.
public struct PredictorQuality: Hashable, Sendable, Encodable {
  /// How many subnets it was fitted to.
  public var samples: Int
  /// Kendall's τ of predicted and measured accuracies.
  public var kendallTau: Double
  /// Kendall's τ of multiply-accumulates and measured accuracies, which a predictor is to beat; nil when nobody told.
  public var macsKendallTau: Double?
  /// The root of the mean squared error, accuracies in 0…1.
  public var rootMeanSquareError: Double
  /// What nine errors of ten do not exceed; nil when nobody told.
  public var ninetyPercentError: Double?

  /// What is known of a predictor; nil of one that was trained elsewhere.
  init?(_ predictor: AccuracyPredictor) {
    guard let report = predictor.report else { return nil }
    samples = report.samples
    kendallTau = report.kendallTau
    macsKendallTau = predictor.costKendallTau
    rootMeanSquareError = report.rootMeanSquareError
    ninetyPercentError = report.ninetyPercentError
  }

  /// What should be known of it before it is trusted, with what to do; nil where it ranks better than
  /// multiply-accumulates alone.
  ///
  /// - Parameters:
  ///   - model: the folder of the model whose subnets it predicts, if it is one's.
  ///   - data: the model's images, if it is known where they are.
  ///   - output: the predictor's file; by default the model's own.
  ///   - space: the space of its subnets.
  func warning(model: String?, data: String?, output: String? = nil, in space: SearchSpace) -> String? {
    guard let macsKendallTau, kendallTau <= macsKendallTau else { return nil }
    func text(_ tau: Double) -> String { "\((tau * 100).rounded() / 100)" }
    let command = model.map { model in
      commandLine([
        "ofa", "predictor", "train", "--model", model, "--data", data ?? "FOLDER",
        "--samples", "\(max(300, 2 * samples))", "--output", output ?? Model.predictorPath(in: model),
      ])
    }
    let remedy =
      samples >= space.subnetCount
      ? "these are all; train longer, or hold out more images"
      : "evaluate more\(command.map { ": " + $0 } ?? " subnets for it")"
    return "the accuracy predictor orders subnets no better than multiply-accumulates do (Kendall's tau "
      + "\(text(kendallTau)) against \(text(macsKendallTau)), of \(samples) subnets); \(remedy)"
  }
}
