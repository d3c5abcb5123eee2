import OFAGraph
import OFANumerics
import OFASpace

extension Supernet {
  /// Sets every weight to its value before training.
  ///
  /// | tensor | value |
  /// |---|---|
  /// | filter [out, in / groups, k, k] | normal, mean 0, variance 2 / (k² · out), depthwise filters too |
  /// | linear weight [out, in] | uniform in ±1 / √in |
  /// | normalization scale, shift | 1, 0 |
  /// | bias | 0 |
  /// | kernel transform | identity: a smaller kernel is the centre of the larger one |
  ///
  /// - Parameters:
  ///   - zeroingResidualScales: whether the last normalization of each block that has a shortcut starts with scale 0,
  ///     so that the block starts as the identity. The training script of Once-for-All does not; it helps short runs.
  ///   - generator: the source of the draws, which are made tensor by tensor in the space's order.
  /// - Note: He et al., Delving Deep into Rectifiers, 2015, eq. 14 (fan-out), as in the code of Once-for-All; Goyal et
  ///   al., Accurate, Large Minibatch SGD, 2017, §5.1 for the zero scales.
  public func initialize(
    zeroingResidualScales: Bool = false, using generator: inout some RandomNumberGenerator
  ) {
    let zeroed = zeroingResidualScales ? residualScales : []
    for tensor in space.tensors {
      let values = weights[tensor.name]
      switch tensor.role {
      case .filter, .gate:
        let deviation = (2 / Double(tensor.shape[0] * tensor.shape[2] * tensor.shape[3])).squareRoot()
        for i in values.indices { values[i] = Float(generator.gaussian() * deviation) }
      case .linear:
        let bound = 1 / Double(tensor.shape[1]).squareRoot()
        for i in values.indices { values[i] = Float(Double.random(in: -bound...bound, using: &generator)) }
      case .bias, .gateBias, .shift:
        values.update(repeating: 0)
      case .scale:
        values.update(repeating: zeroed.contains(tensor.name) ? 0 : 1)
      case .kernelTransform:
        let size = tensor.shape[0]
        values.update(repeating: 0)
        for i in 0..<size { values[i * size + i] = 1 }
      }
    }
  }

  /// The scales of the normalizations whose output is added to a shortcut.
  private var residualScales: Set<String> {
    let graph = space.graph(of: space.largest)
    var names: Set<String> = []
    for node in graph.nodes where node.operation == .addition {
      for input in node.inputs {
        let producer = graph.nodes[input.node]
        // A shortcut may come out of a normalization as well, but out of another block's.
        guard producer.block == node.block, case .normalization = producer.operation else { continue }
        names.insert(producer.weights[0].tensor)
      }
    }
    return names
  }
}
