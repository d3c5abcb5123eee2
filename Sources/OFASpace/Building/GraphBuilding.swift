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
    if let first = blueprint.first {
      x = graph.append(first, of: subnet, to: x, epsilon: epsilon)
    }
    for stage in stages.indices {
      for index in blocks(ofStage: stage, in: subnet) {
        x = graph.append(blueprint.blocks[index], of: subnet, to: x, epsilon: epsilon)
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
    let weight = blueprint.classifierWeight.prefix([classes, graph[x].channels])
    _ = graph.linear(x, "head.classifier", weight: weight, bias: blueprint.classifierBias.whole)
    return graph
  }
}

extension Graph {
  /// Appends a dense convolution, its normalization if it has one, and an activation.
  ///
  /// - Parameter channels: the output's; all that the layer has unless given.
  fileprivate mutating func append(
    _ layer: Layer, to x: Value, channels: Int? = nil, kernelSize: Int = 1, stride: Int = 1, activation: Activation?,
    epsilon: Float
  ) -> Value {
    let counts = [channels ?? layer.width.largest, self[x].channels, kernelSize, kernelSize]
    return append(
      layer, to: x, kernelSize: kernelSize, stride: stride, filter: layer.filter.prefix(counts),
      activation: activation, epsilon: epsilon)
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

  /// Appends the stem.
  fileprivate mutating func append(
    _ definition: SearchSpace.Stem, _ blueprint: Blueprint, of subnet: Subnet, epsilon: Float
  ) -> Value {
    var x = input
    var stride = definition.stride
    func convolve(_ layer: Layer, _ graph: inout Graph) -> Value {
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

  /// Opens a block and appends it.
  fileprivate mutating func append(_ block: Block, of subnet: Subnet, to x: Value, epsilon: Float) -> Value {
    beginBlock(block.name)
    let kernel = block.kernelIndex(in: subnet)
    let middle = block.middleWidth(in: subnet)
    let width = block.width.width(in: subnet)
    return switch block.body {
    case .mobile(let layers):
      append(layers, of: block, kernel: kernel, middle: middle, width: width, to: x, epsilon: epsilon)
    case .bottleneck(let layers):
      append(
        layers, of: block, kernelSize: block.kernelSizes[kernel], middle: middle, width: width, to: x, epsilon: epsilon)
    }
  }

  /// The order is that of MobileNetV3 (2019, §5.3): expand, depthwise, squeeze-and-excitation, project, shortcut.
  private mutating func append(
    _ layers: MobileBlock, of block: Block, kernel: Int, middle: Int, width: Int, to x: Value, epsilon: Float
  ) -> Value {
    var y = x
    if let expand = layers.expand {
      y = append(expand, to: y, channels: middle, activation: block.activation, epsilon: epsilon)
    }
    let depthwise = layers.depthwise.filter
    let filter = Weight(
      depthwise.name, shape: depthwise.shape, prefix: [middle] + depthwise.shape.dropFirst(),
      kernelSteps: layers.kernelSteps[kernel])
    y = append(
      layers.depthwise, to: y, kernelSize: block.kernelSizes[kernel], stride: block.stride, groups: middle,
      filter: filter, activation: block.activation, epsilon: epsilon)
    if let squeeze = layers.squeeze {
      y = append(squeeze, to: y, middle: middle)
    }
    y = append(layers.project, to: y, channels: width, activation: nil, epsilon: epsilon)
    return layers.hasShortcut ? addition(x, y, layers.addition) : y
  }

  /// The order is that of ResNet-D (2019, §4.2), which has the stride in the spatial convolution.
  private mutating func append(
    _ layers: Bottleneck, of block: Block, kernelSize: Int, middle: Int, width: Int, to x: Value, epsilon: Float
  ) -> Value {
    var y = append(layers.reduce, to: x, channels: middle, activation: block.activation, epsilon: epsilon)
    y = append(
      layers.spatial, to: y, channels: middle, kernelSize: kernelSize, stride: block.stride,
      activation: block.activation, epsilon: epsilon)
    y = append(layers.expand, to: y, channels: width, activation: nil, epsilon: epsilon)
    var shortcut = x
    if let downsample = layers.downsample {
      if block.stride > 1 {
        shortcut = pooling(shortcut, layers.pooling, Pooling(.mean, size: block.stride, stride: block.stride))
      }
      shortcut = append(downsample, to: shortcut, channels: width, activation: nil, epsilon: epsilon)
    }
    return activation(addition(y, shortcut, layers.addition), layers.activation, block.activation)
  }

  /// Appends squeeze-and-excitation: the channels' means pass two small layers and scale the channels.
  ///
  /// - Note: Squeeze-and-Excitation Networks, 2018, §3; a hard sigmoid as in MobileNetV3, 2019, §5.3.
  private mutating func append(_ squeeze: Squeeze, to x: Value, middle: Int) -> Value {
    let hidden = Widths.squeezed(middle: middle)
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
