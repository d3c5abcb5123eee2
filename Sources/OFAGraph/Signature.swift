extension Graph {
  /// What a block computes, as one short line: the key of a latency table.
  ///
  /// It states the shape that enters, then each operation with its shape, stride, activation and further inputs, and nothing
  /// about weights or where the block stands, so that equal work has equal keys. Normalizations fold into convolutions and are left
  /// out. A reading of any value but the one just made is marked `@n`, the n-th value counted from the block's input, 0.
  ///
  ///     16x16x24 > conv1 72 relu dw5/2 relu pool conv1 24 relu conv1 72 h_sigmoid scale@4 conv1 40
  public func signature(ofBlock block: Int) -> String {
    let range = nodes(ofBlock: block)
    var ordinal: [Int: Int] = [:]  // node → number of its value within the block
    var values = 0
    var entering: [String] = []
    var words: [String] = []
    var latest = -1
    for index in range {
      let node = nodes[index]
      for input in node.inputs where ordinal[input.node] == nil {
        ordinal[input.node] = values
        values += 1
        entering.append(self[input].description)
        latest = input.node
      }
      if case .normalization = node.operation {
        ordinal[index] = ordinal[node.inputs[0].node]
      } else {
        let others = node.inputs.filter { $0.node != latest }.map { "@\(ordinal[$0.node] ?? 0)" }.joined()
        words.append(describe(node) + others)
        ordinal[index] = values
        values += 1
      }
      latest = index
    }
    return entering.joined(separator: "+") + " > " + words.joined(separator: " ")
  }

  /// The signatures of all blocks in order.
  public var signatures: [String] { blocks.indices.map(signature(ofBlock:)) }

  private func describe(_ node: Node) -> String {
    let bias = node.weights.count == 2 ? "b" : ""
    switch node.operation {
    case .input: return "input"
    case .convolution(let convolution):
      let channels = node.outputs[0].channels
      let stride = convolution.stride == 1 ? "" : "/\(convolution.stride)"
      if convolution.groups == channels, channels > 1 { return "dw\(convolution.kernelSize)\(stride)\(bias)" }
      let groups = convolution.groups == 1 ? "" : "g\(convolution.groups)"
      return "conv\(convolution.kernelSize)\(stride)\(groups)\(bias) \(channels)"
    case .linear: return "linear\(bias) \(node.outputs[0].channels)"
    case .normalization: return "norm"
    case .activation(let activation): return activation.rawValue
    case .globalAveragePooling: return "pool"
    case .scaling: return "scale"
    case .addition: return "add"
    }
  }
}
