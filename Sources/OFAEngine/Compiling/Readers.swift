import OFAGraph

extension Graph {
  /// The nodes that read each node, in order.
  var readers: [[Int]] {
    var readers = [[Int]](repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for input in node.inputs { readers[input.node].append(index) }
    }
    return readers
  }

  /// Whether kernels may read the images where the caller has them: those of dense convolutions alone read no further
  /// than the images go.
  func readsImagesInPlace(_ readers: [Int]) -> Bool {
    readers.allSatisfy { LayerKind(nodes[$0]) == .dense }
  }
}
