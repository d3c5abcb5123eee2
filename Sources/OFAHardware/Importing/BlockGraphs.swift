import OFAGraph

// The blocks that published tables time, each as a graph of one block: its signature is the one that it has within a
// network of a space. Weights have shapes and nothing else; normalizations, which a signature leaves out, are left out.

/// A mobile block: expand, depthwise, squeeze-and-excitation, project, shortcut.
///
/// - Note: MobileNetV3, 2019, §5.3.
struct MobileBlock {
  var kernelSize, stride: Int
  /// Nil for a block that does not expand.
  var middleChannels: Int?
  var channels: Int
  var activation: Activation
  var squeezeExcite, shortcut: Bool

  /// The shape that the block makes.
  func output(_ input: Shape) -> Shape {
    let convolution = Convolution(kernelSize: kernelSize, stride: stride)
    return .image(
      height: convolution.outputSize(input.height), width: convolution.outputSize(input.width), channels: channels)
  }
}

extension Graph {
  /// A network's first layer: a 3 × 3 convolution of stride 2.
  static func stem(_ input: Shape, channels: Int, activation: Activation) -> Graph {
    var graph = Graph(input: input, block: "stem")
    _ = graph.layer(graph.input, kernelSize: 3, stride: 2, channels: channels, activation: activation)
    return graph
  }

  /// A mobile block.
  ///
  /// - Precondition: with a shortcut, the block makes the shape that enters it.
  static func mobileBlock(_ input: Shape, _ block: MobileBlock) -> Graph {
    var graph = Graph(input: input, block: "block")
    var x = graph.input
    if let middle = block.middleChannels { x = graph.layer(x, channels: middle, activation: block.activation) }
    let middle = graph[x].channels
    x = graph.layer(
      x, kernelSize: block.kernelSize, stride: block.stride, groups: middle, channels: middle,
      activation: block.activation)
    if block.squeezeExcite {
      var gate = graph.globalAveragePooling(x, "pool")
      gate = graph.layer(gate, channels: Widths.squeezed(middle: middle), hasBias: true, activation: .relu)
      gate = graph.layer(gate, channels: middle, hasBias: true, activation: .hSigmoid)
      x = graph.scaling(x, "scale", gate: gate)
    }
    x = graph.layer(x, channels: block.channels, activation: nil)
    if block.shortcut { _ = graph.addition(graph.input, x, "add") }
    return graph
  }

  /// A network's end: an expanding convolution, pooling, perhaps a mixing convolution, and a classifier.
  static func head(_ input: Shape, expanded: Int, mixed: Int?, classes: Int, activation: Activation) -> Graph {
    var graph = Graph(input: input, block: "head")
    var x = graph.layer(graph.input, channels: expanded, activation: activation)
    x = graph.globalAveragePooling(x, "pool")
    if let mixed { x = graph.layer(x, channels: mixed, activation: activation) }
    _ = graph.linear(
      x, "classifier", weight: Weight("weight", shape: [classes, graph[x].channels]),
      bias: Weight("bias", shape: [classes]))
    return graph
  }

  /// Appends a convolution and perhaps an activation.
  private mutating func layer(
    _ x: Value, kernelSize: Int = 1, stride: Int = 1, groups: Int = 1, channels: Int, hasBias: Bool = false,
    activation: Activation?
  ) -> Value {
    let y = convolution(
      x, "convolution", kernelSize: kernelSize, stride: stride, groups: groups,
      filter: Weight("filter", shape: [channels, self[x].channels / groups, kernelSize, kernelSize]),
      bias: hasBias ? Weight("bias", shape: [channels]) : nil)
    return activation.map { self.activation(y, "activation", $0) } ?? y
  }
}
