import OFASpace
import OFASupernet

/// What a rank says of a subnet that it was asked for.
package struct EvaluationReply: Hashable, Codable {
  private var topOneAccuracy: Double
  /// None: it is no number, for which JSON has no word.
  private var loss: Double?

  /// What an evaluation came to.
  package init(_ evaluation: Evaluation) {
    topOneAccuracy = evaluation.topOneAccuracy
    loss = evaluation.loss.isFinite ? evaluation.loss : nil
  }

  /// The evaluation, of the subnet that was asked for.
  package func evaluation(id: String, subnet: SubnetDocument) -> Evaluation {
    Evaluation(id: id, subnet: subnet, topOneAccuracy: topOneAccuracy, loss: loss ?? .nan)
  }
}
