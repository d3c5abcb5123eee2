/// What one sample costs, by one walk over a graph's nodes.
public struct Costs: Hashable, Sendable {
  /// Multiply-accumulates of convolutions and linear layers, and of nothing else. FLOPs are twice these.
  public var multiplyAccumulates: Int
  /// Trainable values that the subnet uses: filters, biases, scales and shifts, kernel transforms left out.
  public var parameters: Int
  /// Bytes of the float32 weights after normalizations are folded into the convolutions before them.
  public var weightBytes: Int
  /// The most bytes of activations that live at one moment of the folded inference graph: batch 1, float32, the input
  /// counted, element-wise operations in place where their input has no other reader to come, no scratch.
  public var peakActivationBytes: Int
}

extension Graph {
  /// What one sample costs.
  public var costs: Costs {
    var multiplyAccumulates = 0
    var parameters = 0
    var folded = 0
    for node in nodes {
      let count = node.weights.reduce(0) { $0 + $1.count }
      parameters += count
      switch node.operation {
      case .convolution, .linear:
        multiplyAccumulates += node.weights[0].count * node.outputs[0].positions
        folded += count
      case .normalization:
        // The shift becomes the convolution's bias; where that has one of its own the two are one.
        folded += nodes[node.inputs[0].node].weights.count == 2 ? 0 : node.outputs[0].channels
      default:
        break
      }
    }
    return Costs(
      multiplyAccumulates: multiplyAccumulates, parameters: parameters, weightBytes: 4 * folded,
      peakActivationBytes: 4 * peakActivations)
  }

  /// The most elements that live at one moment of the folded inference graph.
  private var peakActivations: Int {
    var lastReader = Array(nodes.indices)  // its own moment for a value that nothing reads
    for (index, node) in nodes.enumerated() {
      for input in node.inputs { lastReader[input.node] = index }
    }
    lastReader[nodes.count - 1] = nodes.count

    var planner = LivenessPlanner()
    var buffer: [Int] = []  // of each node
    for (index, node) in nodes.enumerated() {
      // A buffer may be taken over when the value in it has no reader after this node.
      let reusable: Value? =
        switch node.operation {
        case .normalization, .activation, .scaling, .addition:
          node.inputs.first { lastReader[$0.node] == index && self[$0] == node.outputs[0] }
        default: nil
        }
      if let reusable {
        buffer.append(buffer[reusable.node])
        planner.extend(buffer[index], to: lastReader[index])
      } else {
        buffer.append(planner.add(size: node.outputs[0].count, life: index...lastReader[index]))
      }
    }
    return planner.peak
  }
}
