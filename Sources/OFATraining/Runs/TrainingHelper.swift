import OFACluster
import OFAData
import OFAEngine

/// A rank's part in a run that another one leads: it makes the steps and the evaluations that it is told to make, and
/// leaves no file.
public enum TrainingHelper {
  /// Takes part from the first step to the last evaluation.
  ///
  /// - Parameters:
  ///   - cluster: the ranks, whose leader has a ``TrainingRun``.
  ///   - data: the run's images.
  ///   - team: the threads that compute.
  /// - Throws: `Failure(.badData)` when the images are not the leader's; `Failure` when a rank is lost.
  public static func help(_ cluster: Cluster, on data: Dataset, team: ThreadTeam) throws {
    let configuration: RunConfiguration = try cluster.hear()
    try configuration.check(data, ranks: cluster.ranks, at: cluster.name(of: 0))
    let maker = try StepMaker(configuration, data: data, cluster: cluster, team: team)
    try maker.shareState()
    while true {
      switch try cluster.hear(Order.self) {
      case .step(let order): _ = try maker.make(order)
      case .evaluate: try maker.evaluator.serve(cluster, of: maker.trainer.trained, on: data.heldOut)
      case .end: return
      }
    }
  }
}
