import OFAEngine
import OFAGraph
import OFASpace

/// One subnet of a supernet, ready to classify batches of images.
///
///     let classifier = Classifier(subnet, of: supernet, statistics: statistics, team: team)
///     let logits = classifier.logits(of: images)
///
/// The weights are read when the first batch of a size comes; later changes of the supernet are not seen.
public final class Classifier {
  private let graph: Graph
  private let weights: TensorArena
  private let statistics: NormalizationStatistics
  private let workspace: Workspace
  private let team: ThreadTeam
  private var plan: (batch: Int, plan: InferencePlan)?

  /// A canonical subnet with its statistics.
  ///
  /// - Parameter workspace: the memory to work in; whoever asks for many subnets passes one.
  public init(
    _ subnet: Subnet, of supernet: Supernet, statistics: NormalizationStatistics, workspace: Workspace = Workspace(),
    team: ThreadTeam
  ) {
    graph = supernet.space.graph(of: subnet)
    weights = supernet.weights
    self.statistics = statistics
    self.workspace = workspace
    self.team = team
  }

  /// The logits of one batch, [images, classes], flat.
  ///
  /// - Parameter images: [images, resolution, resolution, channels], flat; not empty.
  /// - Complexity: a batch of another size than the one before costs a new plan.
  public func logits(of images: UnsafeBufferPointer<Float>) -> [Float] {
    let sampleCount = graph[graph.input].count
    let count = images.count / sampleCount
    precondition(count > 0 && images.count == count * sampleCount, "The images are not whole.")
    let current =
      plan.flatMap { $0.batch == count ? $0.plan : nil }
      ?? InferencePlan(graph: graph, batch: count, weights: weights, statistics: statistics, workspace: workspace)
    plan = (count, current)
    return Array(current.run(images: images, team: team))
  }

  /// The logits of one batch; see ``logits(of:)-(UnsafeBufferPointer<Float>)``.
  public func logits(of images: [Float]) -> [Float] {
    images.withUnsafeBufferPointer { logits(of: $0) }
  }
}

extension Supernet {
  /// A subnet's logits for images, with the statistics that were made for it.
  ///
  /// - Parameters:
  ///   - subnet: a canonical subnet of the space.
  ///   - images: [images, resolution, resolution, channels], flat.
  ///   - batch: the images of one pass; only speed and memory depend on it.
  /// - Returns: [images, classes], flat.
  public func logits(
    of subnet: Subnet, images: [Float], statistics: NormalizationStatistics, batch: Int = 64, team: ThreadTeam
  ) -> [Float] {
    let sampleCount = subnet.resolution * subnet.resolution * space.channels
    precondition(batch > 0 && images.count % sampleCount == 0, "The images are not whole.")
    let classifier = Classifier(subnet, of: self, statistics: statistics, team: team)
    return images.withUnsafeBufferPointer { images in
      stride(from: 0, to: images.count, by: batch * sampleCount).flatMap { start in
        classifier.logits(
          of: UnsafeBufferPointer(rebasing: images[start..<min(start + batch * sampleCount, images.count)]))
      }
    }
  }
}
