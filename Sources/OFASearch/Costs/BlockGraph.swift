import OFAGraph

extension Graph {
  /// One block as a network of its own, whose input is what enters the block.
  ///
  /// Because a block reads nothing but the value that the block before it made last, costs of blocks make up the costs
  /// of the network: multiply-accumulates, parameters and weight bytes are their sums, peak activation bytes their
  /// maximum.
  ///
  /// - Precondition: the block reads no other value from outside.
  func graph(ofBlock block: Int) -> Graph {
    let range = nodes(ofBlock: block)
    let entry = Value(range.lowerBound - 1)
    var graph = Graph(input: self[entry], block: blocks[block])
    for index in range {
      let node = nodes[index]
      let inputs = node.inputs.map { input in
        precondition(input.node >= entry.node, "\(node.name) reads a value from before the block ahead of it.")
        return Value(input.node - entry.node, output: input.output)
      }
      graph.append(node.operation, node.name, inputs, node.outputs[0], node.weights)
    }
    return graph
  }
}
