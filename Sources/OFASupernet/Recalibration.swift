import OFAEngine
import OFAGraph
import OFASpace

extension Supernet {
  /// The normalization statistics of one subnet, made from batches of training images.
  ///
  /// Every normalization uses the batch's own mean and biased variance while the batches pass; the result is the mean
  /// over the batches of the batch means, and of the batch variances, weighted by the batches' sizes. The variance
  /// between batch means is not added.
  ///
  /// - Parameters:
  ///   - subnet: a canonical subnet of the space.
  ///   - batches: at least one, taken one after another; each [images, resolution, resolution, channels], flat, with at
  ///     least one image.
  ///   - workspace: the memory to work in; whoever asks for many subnets passes one.
  ///   - team: the threads to work on.
  /// - Note: the code of Once-for-All (`set_running_statistics`); Yu and Huang, Universally Slimmable Networks, 2019,
  ///   §3.3 for the idea.
  public func statistics(
    of subnet: Subnet, batches: some Sequence<[Float]>, workspace: Workspace = Workspace(), team: ThreadTeam
  ) -> NormalizationStatistics {
    let graph = space.graph(of: subnet)
    let sampleCount = graph[graph.input].count
    var plans: [Int: TrainingPlan] = [:]
    var mean = StatisticsMean()
    for batch in batches {
      precondition(batch.count % sampleCount == 0 && !batch.isEmpty, "A batch is not of whole images.")
      let count = batch.count / sampleCount
      let plan =
        plans[count]
        ?? TrainingPlan(graph: graph, batch: count, layout: weights.layout, backward: false, workspace: workspace)
      plans[count] = plan
      _ = batch.withUnsafeBufferPointer { plan.forward(weights: weights, images: $0, team: team) }
      mean.add(plan.statistics, weight: Double(count))
    }
    precondition(!plans.isEmpty, "Statistics need at least one batch.")
    return mean.value
  }
}

/// A weighted mean of normalization statistics.
struct StatisticsMean {
  private var means: [String: [Double]] = [:]
  private var variances: [String: [Double]] = [:]
  private var weight = 0.0

  mutating func add(_ statistics: NormalizationStatistics, weight: Double) {
    self.weight += weight
    Self.add(statistics.means, weight, to: &means)
    Self.add(statistics.variances, weight, to: &variances)
  }

  var value: NormalizationStatistics {
    NormalizationStatistics(
      means: means.mapValues { $0.map { Float($0 / weight) } },
      variances: variances.mapValues { $0.map { Float($0 / weight) } })
  }

  private static func add(_ values: [String: [Float]], _ weight: Double, to sums: inout [String: [Double]]) {
    for (name, values) in values {
      var sum = sums[name] ?? [Double](repeating: 0, count: values.count)
      for i in values.indices { sum[i] += weight * Double(values[i]) }
      sums[name] = sum
    }
  }
}

extension NormalizationStatistics {
  /// The leading channels of these statistics, as many as each normalization of a graph has: what a subnet gets from
  /// the whole network's statistics when none are made for it.
  ///
  /// - Precondition: every normalization of the graph is there, with at least as many channels.
  public func prefix(for graph: Graph) -> NormalizationStatistics {
    var result = NormalizationStatistics()
    for node in graph.nodes {
      guard case .normalization = node.operation else { continue }
      guard let mean = means[node.name], let variance = variances[node.name] else {
        preconditionFailure("There are no statistics of \(node.name).")
      }
      result.means[node.name] = Array(mean.prefix(node.outputs[0].channels))
      result.variances[node.name] = Array(variance.prefix(node.outputs[0].channels))
    }
    return result
  }
}
