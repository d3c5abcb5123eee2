import OFAGraph

extension SearchSpace {
  /// The network of a subnet, block after block: `stem`, `first` if the space has one, `stages.S.B`, `head`.
  ///
  /// - Precondition: the subnet is canonical; see ``canonical(_:)``.
  /// - Complexity: linear in the layers, well under a millisecond: training draws a new subnet every step.
  public func graph(of subnet: Subnet) -> Graph {
    let resolution = subnet.resolution
    let epsilon = definition.epsilon
    var graph = Graph(
      input: .image(height: resolution, width: resolution, channels: definition.channels), block: "stem")
    var x = graph.append(
      blueprint.stem, to: graph.input, kernelSize: definition.stem.kernelSize, stride: definition.stem.stride,
      activation: definition.stem.activation, epsilon: epsilon)
    if let first = blueprint.first {
      x = graph.append(first, kernel: 0, expand: 0, to: x, epsilon: epsilon)
    }
    for (stage, depth) in zip(blueprint.stages, subnet.depths) {
      for index in stage.prefix(depth) {
        let block = blueprint.blocks[index]
        guard let kernel = block.kernelSizes.firstIndex(of: subnet.kernelSizes[index]),
          let expand = block.expandRatios.firstIndex(of: subnet.expandRatios[index])
        else { preconditionFailure("\(subnet) is not canonical in \(name).") }
        x = graph.append(block, kernel: kernel, expand: expand, to: x, epsilon: epsilon)
      }
    }

    graph.beginBlock("head")
    if let expand = blueprint.headExpand {
      x = graph.append(expand, to: x, activation: definition.head.expand?.activation, epsilon: epsilon)
    }
    x = graph.globalAveragePooling(x, "head.pool")
    if let mix = blueprint.headMix {
      x = graph.append(mix, to: x, activation: definition.head.mix?.activation, epsilon: epsilon)
    }
    _ = graph.linear(
      x, "head.classifier", weight: blueprint.classifierWeight.whole, bias: blueprint.classifierBias.whole)
    return graph
  }
}

extension Graph {
  /// Appends a dense convolution of whole tensors, its normalization if it has one, and an activation.
  fileprivate mutating func append(
    _ layer: Layer, to x: Value, kernelSize: Int = 1, stride: Int = 1, activation: Activation?, epsilon: Float
  ) -> Value {
    append(
      layer, to: x, kernelSize: kernelSize, stride: stride, filter: layer.filter.whole, activation: activation,
      epsilon: epsilon)
  }

  /// Appends a convolution by part of a layer's filter, the prefix of its normalization, and an activation.
  private mutating func append(
    _ layer: Layer, to x: Value, kernelSize: Int = 1, stride: Int = 1, groups: Int = 1, filter: Weight,
    activation: Activation?, epsilon: Float
  ) -> Value {
    var y = convolution(
      x, layer.convolution, kernelSize: kernelSize, stride: stride, groups: groups, filter: filter)
    if let scale = layer.scale, let shift = layer.shift {
      let channels = [filter.ranges[0].count]
      y = normalization(
        y, layer.normalization, epsilon: epsilon, scale: scale.prefix(channels), shift: shift.prefix(channels))
    }
    return activation.map { self.activation(y, layer.activation, $0) } ?? y
  }

  /// Opens a mobile block and appends it with the kernel size and the expand ratio at the given places of its lists.
  ///
  /// The order is that of MobileNetV3 (2019, §5.3): expand, depthwise, squeeze-and-excitation, project, shortcut.
  fileprivate mutating func append(
    _ block: Block, kernel: Int, expand: Int, to x: Value, epsilon: Float
  ) -> Value {
    beginBlock(block.name)
    let middle = block.middleWidths[expand]
    var y = x
    if let layer = block.expand {
      y = append(
        layer, to: y, filter: layer.filter.prefix([middle, block.inputWidth, 1, 1]), activation: block.activation,
        epsilon: epsilon)
    }
    let depthwise = block.depthwise.filter
    let filter = Weight(
      depthwise.name, shape: depthwise.shape, prefix: [middle] + depthwise.shape.dropFirst(),
      kernelSteps: block.kernelSteps[kernel])
    y = append(
      block.depthwise, to: y, kernelSize: block.kernelSizes[kernel], stride: block.stride, groups: middle,
      filter: filter, activation: block.activation, epsilon: epsilon)
    if let squeeze = block.squeeze {
      y = append(squeeze, to: y, middle: middle, hidden: squeeze.widths[expand])
    }
    y = append(
      block.project, to: y, filter: block.project.filter.prefix([block.width, middle, 1, 1]), activation: nil,
      epsilon: epsilon)
    return block.hasShortcut ? addition(x, y, block.addition) : y
  }

  /// Appends squeeze-and-excitation: the channels' means pass two small layers and scale the channels.
  ///
  /// - Note: Squeeze-and-Excitation Networks, 2018, §3; a hard sigmoid as in MobileNetV3, 2019, §5.3.
  private mutating func append(_ squeeze: Squeeze, to x: Value, middle: Int, hidden: Int) -> Value {
    var gate = globalAveragePooling(x, squeeze.pooling)
    gate = convolution(
      gate, squeeze.reduction, kernelSize: 1, filter: squeeze.reductionFilter.prefix([hidden, middle, 1, 1]),
      bias: squeeze.reductionBias.prefix([hidden]))
    gate = activation(gate, squeeze.reductionActivation, .relu)
    gate = convolution(
      gate, squeeze.expansion, kernelSize: 1, filter: squeeze.expansionFilter.prefix([middle, hidden, 1, 1]),
      bias: squeeze.expansionBias.prefix([middle]))
    gate = activation(gate, squeeze.expansionActivation, .hSigmoid)
    return scaling(x, squeeze.scaling, gate: gate)
  }
}
