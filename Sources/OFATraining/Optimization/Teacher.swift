import OFAEngine
import OFASpace
import OFASupernet

/// A frozen full network whose answers the subnets learn to give.
///
/// It runs folded, with statistics that were recalibrated for the resolution of the images.
package final class Teacher {
  /// The frozen supernet, of which the largest subnet teaches.
  package let supernet: Supernet
  private let evaluator: Evaluator
  private let workspace = Workspace()
  private let team: ThreadTeam
  private var plans: [Int: (batch: Int, plan: InferencePlan)] = [:]
  private var statistics: [Int: NormalizationStatistics] = [:]

  /// The most resolutions whose plans are kept; each holds a folded copy of the weights.
  private static let keptPlans = 4

  package init(supernet: Supernet, evaluator: Evaluator, team: ThreadTeam) {
    self.supernet = supernet
    self.evaluator = evaluator
    self.team = team
  }

  /// The full network's logits for a batch of images at a resolution.
  package func logits(images: [Float], count: Int, resolution: Int) -> Rows {
    if plans[resolution]?.batch != count {
      if plans.count >= Self.keptPlans { plans.removeAll() }
      var subnet = supernet.space.largest
      subnet.resolution = resolution
      let statistics = self.statistics[resolution] ?? evaluator.statistics(of: subnet, in: supernet)
      self.statistics[resolution] = statistics
      let graph = supernet.space.graph(of: subnet)
      let plan = InferencePlan(
        graph: graph, batch: count, weights: supernet.weights, statistics: statistics, workspace: workspace)
      plans[resolution] = (count, plan)
    }
    guard let plan = plans[resolution]?.plan else { preconditionFailure("A plan was just made.") }
    return images.withUnsafeBufferPointer {
      Rows(width: supernet.space.classes, values: Array(plan.run(images: $0, team: team)))
    }
  }
}
