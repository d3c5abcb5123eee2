import OFAGraph

extension SearchSpace {
  /// The network of a subnet, block after block: `stem`, `first` if the space has one, `stages.S.B`, `head`.
  ///
  /// - Precondition: the subnet is canonical; see ``Subnet``.
  /// - Complexity: linear in the layers, well under a millisecond: training draws a new subnet every step.
  public func graph(of subnet: Subnet) -> Graph {
    let resolution = subnet.resolution
    let epsilon = definition.epsilon
    var graph = Graph(
      input: .image(height: resolution, width: resolution, channels: definition.channels), block: "stem")
    var x = graph.append(definition.stem, blueprint, of: subnet, epsilon: epsilon)
    for block in blocks(of: subnet) {
      graph.beginBlock(block.outline.name)
      x = block.append(to: &graph, x, of: subnet)
    }

    graph.beginBlock("head")
    if let expand = blueprint.headExpand {
      x = graph.append(expand, to: x, activation: definition.head.expand?.activation, epsilon: epsilon)
    }
    x = graph.globalAveragePooling(x, "head.pool")
    if let mix = blueprint.headMix {
      x = graph.append(mix, to: x, activation: definition.head.mix?.activation, epsilon: epsilon)
    }
    let weight = blueprint.classifierWeight.prefix([classes, graph[x].channels])
    _ = graph.linear(x, "head.classifier", weight: weight, bias: blueprint.classifierBias.whole)
    return graph
  }
}

extension Graph {
  /// Appends the stem.
  fileprivate mutating func append(
    _ definition: SearchSpace.Stem, _ blueprint: Blueprint, of subnet: Subnet, epsilon: Float
  ) -> Value {
    var x = input
    var stride = definition.stride
    func convolve(_ layer: ConvolutionLayer, _ graph: inout Graph) -> Value {
      graph.append(
        layer, to: x, channels: layer.width.width(in: subnet), kernelSize: definition.kernelSize, stride: stride,
        activation: definition.activation, epsilon: epsilon)
    }
    if let deep = blueprint.deepStem {
      x = convolve(deep.entry, &self)
      stride = 1
      if deep.keepsResidual(in: subnet) { x = addition(x, convolve(deep.residual, &self), deep.addition) }
    }
    x = convolve(blueprint.stem, &self)
    guard let pooling = definition.maxPooling else { return x }
    let windows = Pooling(.max, size: pooling.size, stride: pooling.stride, padding: pooling.size / 2)
    return self.pooling(x, "stem.pool", windows)
  }
}
