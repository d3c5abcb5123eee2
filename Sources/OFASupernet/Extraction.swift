import OFAEngine
import OFAGraph
import OFASpace

/// One subnet taken out of the supernet: a network whose weights are whole tensors of their own.
public struct ExtractedSubnet {
  /// Which subnet it was.
  public let subnet: Subnet
  /// The subnet's graph with every weight derived by nothing: the whole of a tensor of ``weights``.
  public let graph: Graph
  /// The tensors that the graph reads, under their names in the supernet, slices and kernel transforms applied.
  public let weights: TensorArena
  /// The subnet's statistics.
  public let statistics: NormalizationStatistics
}

extension Supernet {
  /// Takes a subnet out of the supernet, with the statistics that were made for it.
  ///
  /// Running the result equals running the subnet inside the supernet.
  public func extract(_ subnet: Subnet, statistics: NormalizationStatistics) -> ExtractedSubnet {
    let sliced = space.graph(of: subnet)
    var graph = Graph(input: sliced[sliced.input], block: sliced.blocks[0])
    var block = 0
    for node in sliced.nodes.dropFirst() {
      while block < node.block {
        block += 1
        graph.beginBlock(sliced.blocks[block])
      }
      let whole = node.weights.map { Weight($0.tensor, shape: $0.shape) }
      graph.append(node.operation, node.name, node.inputs, node.outputs[0], whole)
    }

    let derived = sliced.nodes.flatMap(\.weights)
    let extracted = TensorArena(TensorLayout(derived.map { (name: $0.tensor, shape: $0.shape) }))
    for weight in derived {
      let values = WeightEvaluator.values(of: weight, in: weights)
      _ = extracted[weight.tensor].update(fromContentsOf: values)
    }
    return ExtractedSubnet(subnet: subnet, graph: graph, weights: extracted, statistics: statistics)
  }
}
