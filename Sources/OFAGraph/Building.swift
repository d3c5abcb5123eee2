// The layers that the spaces are made of, each appended with the shape that its operation implies.

extension Graph {
  /// Appends a convolution whose output channels are the filter's first axis.
  public mutating func convolution(
    _ x: Value, _ name: String, kernelSize: Int, stride: Int = 1, groups: Int = 1, filter: Weight, bias: Weight? = nil
  ) -> Value {
    let convolution = Convolution(kernelSize: kernelSize, stride: stride, groups: groups)
    let input = self[x]
    let expected = [filter.ranges[0].count, input.channels / groups, kernelSize, kernelSize]
    precondition(filter.shape == expected, "\(name): filter \(filter.shape), expected \(expected).")
    let shape = Shape.image(
      height: convolution.outputSize(input.height), width: convolution.outputSize(input.width), channels: expected[0])
    return append(.convolution(convolution), name, [x], shape, weights(filter, bias))
  }

  /// Appends a batch normalization.
  public mutating func normalization(
    _ x: Value, _ name: String, epsilon: Float, scale: Weight, shift: Weight
  ) -> Value {
    precondition(scale.count == self[x].channels && shift.count == self[x].channels)
    return append(.normalization(epsilon: epsilon), name, [x], self[x], [scale, shift])
  }

  /// Appends an activation.
  public mutating func activation(_ x: Value, _ name: String, _ activation: Activation) -> Value {
    append(.activation(activation), name, [x], self[x])
  }

  /// Appends a pooling over windows.
  public mutating func pooling(_ x: Value, _ name: String, _ pooling: Pooling) -> Value {
    let input = self[x]
    let shape = Shape.image(
      height: pooling.outputSize(input.height), width: pooling.outputSize(input.width), channels: input.channels)
    return append(.pooling(pooling), name, [x], shape)
  }

  /// Appends the mean over all positions.
  public mutating func globalAveragePooling(_ x: Value, _ name: String) -> Value {
    append(.globalAveragePooling, name, [x], .image(height: 1, width: 1, channels: self[x].channels))
  }

  /// Appends the product of an image and a gate by channel.
  public mutating func scaling(_ x: Value, _ name: String, gate: Value) -> Value {
    precondition(self[gate].positions == 1 && self[gate].channels == self[x].channels)
    return append(.scaling, name, [x, gate], self[x])
  }

  /// Appends the sum of two values.
  public mutating func addition(_ x: Value, _ y: Value, _ name: String) -> Value {
    precondition(self[x] == self[y])
    return append(.addition, name, [x, y], self[x])
  }

  /// Appends a fully connected layer.
  public mutating func linear(_ x: Value, _ name: String, weight: Weight, bias: Weight?) -> Value {
    precondition(self[x].positions == 1 && weight.shape[1] == self[x].channels)
    let shape = Shape.image(height: 1, width: 1, channels: weight.shape[0])
    return append(.linear, name, [x], shape, weights(weight, bias))
  }

  private func weights(_ weight: Weight, _ bias: Weight?) -> [Weight] {
    if let bias { [weight, bias] } else { [weight] }
  }
}
