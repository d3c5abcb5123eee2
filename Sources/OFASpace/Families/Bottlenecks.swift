import OFAGraph

/// A reducing, a spatial and an expanding convolution beside a shortcut, which is a mean over windows of the stride and
/// a convolution in a stage's first block.
///
/// - Note: Bag of Tricks for Image Classification, 2019, §4.2 (ResNet-D).
package struct Bottlenecks: BlockFamily {
  package static let kind = "bottleneck"

  private var middle: MiddleChoices

  package init(from decoder: any Decoder, blockCount: Int) throws {
    middle = try MiddleChoices(from: decoder, blockCount: blockCount)
    let container = try decoder.container(keyedBy: MiddleChoices.CodingKeys.self)
    guard middle.kernelSizes.count == 1 else {
      throw container.broken(.kernelSizes, "bottlenecks have one kernel size, not \(middle.kernelSizes.count)")
    }
    guard !middle.squeezeExcite else { throw container.broken(.squeezeExcite, "bottlenecks have none") }
  }

  package func encode(to encoder: any Encoder) throws { try middle.encode(to: encoder) }

  package func choices(ofBlock position: Int) -> [Choice] { middle.choices(ofBlock: position) }

  package func block(at position: Int, _ outline: BlockOutline) -> any Block {
    Bottleneck(
      outline, middle: middle.middle(ofBlock: position, outline, ratiosTo: outline.output),
      activation: middle.activation, changesShape: position == 0)
  }

  package func narrowed(to chosen: [[Decision.Kind: Decision.Option]]) -> Self {
    var result = self
    result.middle = middle.narrowed(to: chosen)
    return result
  }
}

/// A bottleneck's layers.
final class Bottleneck: Block {
  let outline: BlockOutline
  let middle: Middle
  let activation: Activation
  private let addition, lastActivation, pooling: String
  private let reduce, spatial, expand: ConvolutionLayer
  /// The shortcut's convolution in a stage's first block.
  private let downsample: ConvolutionLayer?

  init(_ outline: BlockOutline, middle: Middle, activation: Activation, changesShape: Bool) {
    self.outline = outline
    self.middle = middle
    self.activation = activation
    let name = outline.name
    addition = name + ".add"
    lastActivation = name + ".activation"
    pooling = name + ".downsample.pool"
    let (input, output, width) = (outline.input.largest, outline.output.largest, middle.allWidths.last ?? 0)
    let kernelSize = middle.kernelSizes[0]
    reduce = ConvolutionLayer(name + ".reduce", filter: [width, input, 1, 1])
    spatial = ConvolutionLayer(name + ".spatial", filter: [width, width, kernelSize, kernelSize])
    expand = ConvolutionLayer(name + ".expand", filter: [output, width, 1, 1])
    downsample = changesShape ? ConvolutionLayer(name + ".downsample", filter: [output, input, 1, 1]) : nil
  }

  /// Whether the shortcut is the input as it is.
  var hasShortcut: Bool { downsample == nil }

  var tensors: [SupernetTensor] { [reduce, spatial, expand, downsample].compactMap { $0 }.flatMap(\.tensors) }

  /// What the spatial convolution makes, then what it reads.
  var elasticChannels: [ElasticChannels] {
    [(spatial, expand), (reduce, spatial)].map { writer, reader in
      ElasticChannels(
        widths: middle.allWidths, importance: reader.inputs, members: writer.outputs + [reader.inputs])
    }
  }

  /// The order is that of ResNet-D (2019, §4.2), which has the stride in the spatial convolution.
  func append(to graph: inout Graph, _ x: Graph.Value, of subnet: Subnet) -> Graph.Value {
    let (width, stride, epsilon) = (middle.width(in: subnet), outline.stride, outline.epsilon)
    let channels = outline.output.width(in: subnet)
    var y = graph.append(reduce, to: x, channels: width, activation: activation, epsilon: epsilon)
    y = graph.append(
      spatial, to: y, channels: width, kernelSize: middle.kernelSize(in: subnet), stride: stride,
      activation: activation, epsilon: epsilon)
    y = graph.append(expand, to: y, channels: channels, activation: nil, epsilon: epsilon)
    var shortcut = x
    if let downsample {
      if stride > 1 { shortcut = graph.pooling(shortcut, pooling, Pooling(.mean, size: stride, stride: stride)) }
      shortcut = graph.append(downsample, to: shortcut, channels: channels, activation: nil, epsilon: epsilon)
    }
    return graph.activation(graph.addition(y, shortcut, addition), lastActivation, activation)
  }
}
