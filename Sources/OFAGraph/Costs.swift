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
    for index in nodes.indices {  // in place: a copy of a node costs more than the sums
      let first = nodes[index].weights.first?.count ?? 0
      let count = nodes[index].weights.dropFirst().reduce(first) { $0 + $1.count }
      parameters += count
      switch nodes[index].operation {
      case .convolution, .linear:
        multiplyAccumulates += first * nodes[index].outputs[0].positions
        folded += count
      case .normalization:
        // The shift becomes the convolution's bias; where that has one of its own the two are one.
        let convolution = nodes[index].inputs[0].node
        folded += nodes[convolution].weights.count == 2 ? 0 : nodes[index].outputs[0].channels
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
    for index in nodes.indices {
      for input in nodes[index].inputs { lastReader[input.node] = index }
    }
    lastReader[nodes.count - 1] = nodes.count

    var planner = LivenessPlanner()
    var buffer: [Int] = []  // of each node
    for index in nodes.indices {
      // A buffer may be taken over when the value in it has no reader after this node.
      let reusable: Value? =
        switch nodes[index].operation {
        case .normalization, .activation, .scaling, .addition:
          nodes[index].inputs.first { lastReader[$0.node] == index && self[$0] == nodes[index].outputs[0] }
        default: nil
        }
      if let reusable {
        buffer.append(buffer[reusable.node])
        planner.extend(buffer[index], to: lastReader[index])
      } else {
        buffer.append(planner.add(size: nodes[index].outputs[0].count, life: index...lastReader[index]))
      }
    }
    return planner.peak
  }
}
