import OFAGraph

/// An expanding, a depthwise and a projecting convolution. If 1 is the only expand ratio, there is no expanding one.
///
/// - Note: MobileNetV2, 2018, §3.3; MobileNetV3, 2019, §5.
package struct MobileBlocks: BlockFamily {
  package static let kind = "mobile"

  private var middle: MiddleChoices

  package init(from decoder: any Decoder, blockCount: Int) throws {
    middle = try MiddleChoices(from: decoder, blockCount: blockCount)
  }

  package func encode(to encoder: any Encoder) throws { try middle.encode(to: encoder) }

  package func choices(ofBlock position: Int) -> [Choice] { middle.choices(ofBlock: position) }

  package func block(at position: Int, _ outline: BlockOutline) -> any Block {
    let isExpanding = middle.expandRatios != [1]
    return MobileBlock(
      outline, middle: middle.middle(ofBlock: position, outline, ratiosTo: isExpanding ? outline.input : nil),
      isExpanding: isExpanding, activation: middle.activation, squeezeExcite: middle.squeezeExcite)
  }

  package func narrowed(to chosen: [[Decision.Kind: Decision.Option]]) -> Self {
    var result = self
    result.middle = middle.narrowed(to: chosen)
    return result
  }
}

extension SearchSpace.FirstBlock {
  /// The block of a space whose outline is given.
  func block(_ outline: BlockOutline) -> MobileBlock {
    let isExpanding = expandRatio != 1
    let middle = Middle(
      of: outline, kernelSizes: [kernelSize], expandRatios: [expandRatio], ratiosTo: isExpanding ? outline.input : nil)
    return MobileBlock(
      outline, middle: middle, isExpanding: isExpanding, activation: activation, squeezeExcite: squeezeExcite,
      shortcut: shortcut)
  }
}

/// A mobile block's layers.
final class MobileBlock: Block {
  let outline: BlockOutline
  let middle: Middle
  let activation: Activation
  let hasShortcut: Bool
  private let addition: String
  /// The steps down to each kernel size, and their matrices from the largest size to the smallest.
  private let kernelSteps: [[KernelStep]]
  private let matrices: [SupernetTensor]
  private let expand: ConvolutionLayer?
  private let depthwise, project: ConvolutionLayer
  let squeeze: Squeeze?

  /// - Parameter shortcut: whether the input is added to the output where both have one shape.
  init(
    _ outline: BlockOutline, middle: Middle, isExpanding: Bool, activation: Activation, squeezeExcite: Bool,
    shortcut: Bool = true
  ) {
    self.outline = outline
    self.middle = middle
    self.activation = activation
    hasShortcut = shortcut && outline.keepsShape
    let name = outline.name
    addition = name + ".add"
    let widths = middle.allWidths
    let width = widths[widths.count - 1]
    let kernelSizes = middle.kernelSizes
    let kernelSize = kernelSizes[kernelSizes.count - 1]
    expand = isExpanding ? ConvolutionLayer(name + ".expand", filter: [width, outline.input.largest, 1, 1]) : nil
    depthwise = ConvolutionLayer(name + ".depthwise", filter: [width, 1, kernelSize, kernelSize])
    squeeze = squeezeExcite ? Squeeze(name + ".squeeze", middleWidths: widths) : nil
    project = ConvolutionLayer(name + ".project", filter: [outline.output.largest, width, 1, 1])

    var matrices: [SupernetTensor] = []
    var kernelSteps: [[KernelStep]] = [[]]  // from the largest size down, turned round below
    for (smaller, larger) in zip(kernelSizes, kernelSizes.dropFirst()).reversed() {
      let entries = smaller * smaller
      let matrix = SupernetTensor("\(name).depthwise.\(larger)to\(smaller)", [entries, entries], .kernelTransform)
      matrices.append(matrix)
      kernelSteps.append(kernelSteps[kernelSteps.count - 1] + [KernelStep(to: smaller, matrix: matrix.name)])
    }
    self.matrices = matrices
    self.kernelSteps = kernelSteps.reversed()
  }

  var tensors: [SupernetTensor] {
    (expand?.tensors ?? []) + depthwise.tensors + matrices + (squeeze?.tensors ?? []) + project.tensors
  }

  /// The middle channels, if the block expands, then squeeze-and-excitation's hidden ones.
  var elasticChannels: [ElasticChannels] {
    let expanded = expand.map { expand in
      ElasticChannels(
        widths: middle.allWidths, importance: project.inputs,
        members: expand.outputs + depthwise.outputs + (squeeze?.channels ?? []) + [project.inputs])
    }
    return [expanded, squeeze?.hiddenChannels].compactMap { $0 }
  }

  /// The order is that of MobileNetV3 (2019, §5.3): expand, depthwise, squeeze-and-excitation, project, shortcut.
  func append(to graph: inout Graph, _ x: Graph.Value, of subnet: Subnet) -> Graph.Value {
    let (width, kernel, epsilon) = (middle.width(in: subnet), middle.kernelIndex(in: subnet), outline.epsilon)
    var y = x
    if let expand {
      y = graph.append(expand, to: y, channels: width, activation: activation, epsilon: epsilon)
    }
    let shape = depthwise.filter.shape
    let filter = Weight(
      depthwise.filter.name, shape: shape, prefix: [width] + shape.dropFirst(), kernelSteps: kernelSteps[kernel])
    y = graph.append(
      depthwise, to: y, kernelSize: middle.kernelSizes[kernel], stride: outline.stride, groups: width, filter: filter,
      activation: activation, epsilon: epsilon)
    if let squeeze { y = squeeze.append(to: &graph, y, middle: width) }
    let channels = outline.output.width(in: subnet)
    y = graph.append(project, to: y, channels: channels, activation: nil, epsilon: epsilon)
    return hasShortcut ? graph.addition(x, y, addition) : y
  }
}

/// Squeeze-and-excitation over a block's middle channels.
final class Squeeze: Sendable {
  private let pooling, reduction, reductionActivation, expansion, expansionActivation, scaling: String
  /// The hidden channels, ascending.
  private let widths: [Int]
  private let reductionFilter, reductionBias, expansionFilter, expansionBias: SupernetTensor

  /// - Parameter middleWidths: all that there are, ascending.
  init(_ name: String, middleWidths: [Int]) {
    pooling = name + ".pool"
    reduction = name + ".reduce.convolution"
    reductionActivation = name + ".reduce.activation"
    expansion = name + ".expand.convolution"
    expansionActivation = name + ".expand.activation"
    scaling = name + ".scale"
    widths = Set(middleWidths.map(Widths.squeezed)).sorted()
    let middle = middleWidths[middleWidths.count - 1]
    let hidden = widths[widths.count - 1]
    reductionFilter = SupernetTensor(name + ".reduce.filter", [hidden, middle, 1, 1], .gate)
    reductionBias = SupernetTensor(name + ".reduce.bias", [hidden], .gateBias)
    expansionFilter = SupernetTensor(name + ".expand.filter", [middle, hidden, 1, 1], .gate)
    expansionBias = SupernetTensor(name + ".expand.bias", [middle], .gateBias)
  }

  var tensors: [SupernetTensor] { [reductionFilter, reductionBias, expansionFilter, expansionBias] }

  /// The middle channels in its tensors.
  var channels: [ElasticChannels.Axis] {
    [
      ElasticChannels.Axis(reductionFilter.name, 1), ElasticChannels.Axis(expansionFilter.name, 0),
      ElasticChannels.Axis(expansionBias.name, 0),
    ]
  }

  /// Its hidden channels.
  var hiddenChannels: ElasticChannels {
    let importance = ElasticChannels.Axis(expansionFilter.name, 1)
    return ElasticChannels(
      widths: widths, importance: importance,
      members: [
        ElasticChannels.Axis(reductionFilter.name, 0), ElasticChannels.Axis(reductionBias.name, 0), importance,
      ])
  }

  /// Appends squeeze-and-excitation: the channels' means pass two small layers and scale the channels.
  ///
  /// - Note: Squeeze-and-Excitation Networks, 2018, §3; a hard sigmoid as in MobileNetV3, 2019, §5.3.
  func append(to graph: inout Graph, _ x: Graph.Value, middle: Int) -> Graph.Value {
    let hidden = Widths.squeezed(middle: middle)
    var gate = graph.globalAveragePooling(x, pooling)
    gate = graph.convolution(
      gate, reduction, kernelSize: 1, filter: reductionFilter.prefix([hidden, middle, 1, 1]),
      bias: reductionBias.prefix([hidden]))
    gate = graph.activation(gate, reductionActivation, .relu)
    gate = graph.convolution(
      gate, expansion, kernelSize: 1, filter: expansionFilter.prefix([middle, hidden, 1, 1]),
      bias: expansionBias.prefix([middle]))
    gate = graph.activation(gate, expansionActivation, .hSigmoid)
    return graph.scaling(x, scaling, gate: gate)
  }
}
