import OFACluster
import OFAData
import OFAEngine

/// A rank's part in a run that another one leads: it makes the steps that it is told to make, and leaves no file.
public enum TrainingHelper {
  /// Takes part from the first step to the last.
  ///
  /// - Parameters:
  ///   - cluster: the ranks, whose leader has a ``TrainingRun``.
  ///   - team: the threads that compute.
  ///   - load: reads the images that a configuration names.
  /// - Throws: what `load` throws; `Failure(.badData)` when its images are not the leader's; `Failure` when a rank is
  ///   lost.
  public static func help(
    _ cluster: Cluster, team: ThreadTeam, load: (RunConfiguration) throws -> Dataset
  ) throws {
    let configuration: RunConfiguration = try cluster.hear()
    let data = try load(configuration)
    try configuration.check(data, ranks: cluster.ranks, at: cluster.name(of: 0))
    let maker = try StepMaker(configuration, data: data, cluster: cluster, team: team)
    try maker.shareState()
    while case .step(let order) = try cluster.hear(Order.self) { _ = try maker.make(order) }
  }
}
