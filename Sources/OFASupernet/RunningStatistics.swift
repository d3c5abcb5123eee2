import OFAEngine
import OFAGraph

extension NormalizationStatistics {
  /// Moves the leading channels toward a batch's statistics, as training with shared running statistics does; the
  /// channels that the network does not have stay as they are.
  ///
  ///     mean     ← (1 − momentum) · mean     + momentum · batch's mean
  ///     variance ← (1 − momentum) · variance + momentum · batch's variance · n / (n − 1)
  ///
  /// n is the number of values of a channel in the batch. Statistics so made are a mixture over all subnets that were
  /// trained, which is why each gets statistics of its own before it is used; see
  /// `Supernet.statistics(of:batches:workspace:team:)`.
  ///
  /// - Parameters:
  ///   - statistics: the means and biased variances of a batch.
  ///   - graph: the network that made them.
  ///   - batch: the images of the batch.
  ///   - momentum: how much of the batch's statistics enters, 0…1.
  /// - Precondition: every normalization of the graph is in both.
  public mutating func move(
    toward statistics: NormalizationStatistics, of graph: Graph, batch: Int, momentum: Float = 0.1
  ) {
    for node in graph.nodes {
      guard case .normalization = node.operation else { continue }
      guard var mean = means[node.name], var variance = variances[node.name],
        let batchMean = statistics.means[node.name], let batchVariance = statistics.variances[node.name]
      else { preconditionFailure("There are no statistics of \(node.name).") }
      let count = Float(batch * node.outputs[0].positions)
      for channel in batchMean.indices {
        mean[channel] += momentum * (batchMean[channel] - mean[channel])
        variance[channel] += momentum * (batchVariance[channel] * count / max(count - 1, 1) - variance[channel])
      }
      means[node.name] = mean
      variances[node.name] = variance
    }
  }
}
