import CRuntime
import OFAGraph

/// Computes derived weights: what a node reads, from the supernet's tensors.
///
/// Training plans compute the same on the way (with the same kernel for elastic kernels); this is for whoever needs the
/// values themselves: inference plans, export, extraction.
public enum WeightEvaluator {
  /// A node's convolution or linear layer with the normalization behind it folded in.
  public typealias Folded = (filter: [Float], bias: [Float])

  /// The value of a derivation, row-major in the tensor's own axis order, of shape `weight.shape`.
  public static func values(of weight: Weight, in arena: TensorArena) -> [Float] {
    if !weight.kernelSteps.isEmpty { return elasticFilter(weight, in: arena) }
    let source = arena[weight.tensor]
    guard weight.shape != weight.tensorShape else { return Array(source) }
    var values: [Float] = []
    values.reserveCapacity(weight.count)
    func append(axis: Int, base: Int, stride: Int) {
      let inner = stride / weight.tensorShape[axis]
      if axis == weight.ranges.count - 1 {
        values.append(
          contentsOf: source[(base + weight.ranges[axis].lowerBound)..<(base + weight.ranges[axis].upperBound)])
      } else {
        for index in weight.ranges[axis] { append(axis: axis + 1, base: base + index * inner, stride: inner) }
      }
    }
    append(axis: 0, base: 0, stride: source.count)
    return values
  }

  /// Every convolution and linear layer of a graph, by node index, with the normalization that reads it folded in:
  ///
  ///     filter' = filter · scale / √(variance + ε),   bias' = (bias − mean) · scale / √(variance + ε) + shift
  ///
  /// A layer without bias and normalization has an empty bias.
  ///
  /// - Precondition: the statistics hold every normalization of the graph.
  public static func folded(graph: Graph, weights: TensorArena, statistics: NormalizationStatistics) -> [Int: Folded] {
    var layers: [Int: Folded] = [:]
    for (index, node) in graph.nodes.enumerated() {
      switch node.operation {
      case .convolution, .linear:
        layers[index] = (
          values(of: node.weights[0], in: weights),
          node.weights.count > 1 ? values(of: node.weights[1], in: weights) : []
        )
      case .normalization(let epsilon):
        guard let mean = statistics.means[node.name], let variance = statistics.variances[node.name],
          var layer = layers[node.inputs[0].node], mean.count == node.outputs[0].channels
        else { preconditionFailure("\(node.name) has no statistics, or follows no convolution.") }
        let scale = values(of: node.weights[0], in: weights)
        let shift = values(of: node.weights[1], in: weights)
        let fan = layer.filter.count / mean.count
        var bias = shift
        layer.filter.withUnsafeMutableBufferPointer { filter in
          for channel in mean.indices {
            let factor = scale[channel] / (variance[channel] + epsilon).squareRoot()
            for i in channel * fan..<(channel + 1) * fan { filter[i] *= factor }
            bias[channel] += ((layer.bias.isEmpty ? 0 : layer.bias[channel]) - mean[channel]) * factor
          }
        }
        layer.bias = bias
        layers[node.inputs[0].node] = layer
      default: break
      }
    }
    return layers
  }

  /// An elastic filter [channels, 1, k, k], by the runtime's own kernel.
  private static func elasticFilter(_ weight: Weight, in arena: TensorArena) -> [Float] {
    var builder = PlanBuilder(layout: arena.layout)
    let filter = DepthwiseFilter(weight, block: 0, builder: &builder)
    let program = builder.finish(keeping: [filter.taps])
    program.run(.all, weights: arena)
    let (channels, taps) = (weight.shape[0], weight.count / weight.shape[0])
    let padded = PlanBuilder.padded(channels)
    let from = program.pointer(filter.taps)
    return [Float](unsafeUninitializedCapacity: weight.count) { values, count in
      for channel in 0..<channels {
        for tap in 0..<taps { values[channel * taps + tap] = from[tap * padded + channel] }
      }
      count = weight.count
    }
  }
}
