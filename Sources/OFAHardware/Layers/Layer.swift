import OFAGraph

/// One layer of a network as latency sees it: what it is, and its sizes.
///
/// The kinds ``convolution``, ``pointwise``, ``depthwise``, ``linear`` and ``squeezeExcitation`` have weights and
/// multiply-accumulates. Any other word is a kind as well, of layers that pass values on: poolings, additions, and what
/// else a table lists.
public struct Layer: Hashable, Sendable {
  /// What it is; a table's own word.
  public var kind: String
  /// The channels of its input.
  public var inputChannels: Int
  /// The channels of its output; of squeeze-and-excitation those in the middle.
  public var outputChannels: Int
  /// The side of its windows; 0 where there is none to choose.
  public var kernelSize: Int
  /// The distance of neighbouring windows.
  public var stride: Int
  /// The side of its input.
  public var inputSize: Int

  /// A convolution of all channels with a kernel above 1.
  public static let convolution = "conv"
  /// A 1 × 1 convolution.
  public static let pointwise = "conv1x1"
  /// A convolution of each channel by itself.
  public static let depthwise = "dwconv"
  /// A fully connected layer.
  public static let linear = "fc"
  /// Squeeze-and-excitation as a whole: the mean, two fully connected layers, and the product.
  public static let squeezeExcitation = "se"
  /// The mean over all positions.
  public static let globalPooling = "gap"
  /// The sum of two values.
  public static let addition = "add"

  /// The largest number of channels and the largest side that are taken for sizes.
  public static let largestSize = 1 << 24

  /// A layer. The kernel of a mean over all positions is 0, whatever is given.
  ///
  /// - Precondition: channels, stride and size are in 1…``largestSize``, the kernel in 0…``largestSize``.
  public init(
    _ kind: String, inputChannels: Int, outputChannels: Int, kernelSize: Int, stride: Int = 1, inputSize: Int
  ) {
    precondition(
      [inputChannels, outputChannels, stride, inputSize].allSatisfy { 1...Self.largestSize ~= $0 }
        && 0...Self.largestSize ~= kernelSize)
    self.kind = kind
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.kernelSize = kind == Self.globalPooling ? 0 : kernelSize
    self.stride = stride
    self.inputSize = inputSize
  }

  /// The side of its output.
  public var outputSize: Int { (inputSize - 1) / stride + 1 }

  /// What a layer has of all that takes time.
  public struct Amounts: Hashable, Sendable {
    /// Multiply-accumulates; 0 of layers that pass values on.
    public var multiplyAccumulates: Double
    /// The elements that it reads, without weights.
    public var inputs: Double
    /// The elements that it makes.
    public var outputs: Double
    /// Its weights.
    public var weights: Double
  }

  /// What it has of all that takes time.
  public var amounts: Amounts {
    let (channels, made, kernel) = (Double(inputChannels), Double(outputChannels), Double(kernelSize))
    let (read, positions) = (Double(inputSize) * Double(inputSize), Double(outputSize) * Double(outputSize))
    func amounts(weights: Double, inputs: Double? = nil, outputs: Double) -> Amounts {
      Amounts(
        multiplyAccumulates: weights * positions, inputs: inputs ?? channels * read, outputs: outputs, weights: weights)
    }
    switch kind {
    case Self.convolution, Self.pointwise, Self.linear:
      return amounts(weights: kernel * kernel * channels * made, outputs: made * positions)
    case Self.depthwise: return amounts(weights: kernel * kernel * channels, outputs: channels * positions)
    case Self.squeezeExcitation:
      return Amounts(
        multiplyAccumulates: 2 * channels * (made + read), inputs: channels * read, outputs: channels * read,
        weights: 2 * channels * made)
    case Self.addition: return amounts(weights: 0, inputs: 2 * channels * read, outputs: channels * read)
    case Self.globalPooling: return amounts(weights: 0, outputs: channels)
    default: return amounts(weights: 0, outputs: made * positions)
    }
  }
}

extension Graph {
  /// A block's layers in order: normalizations and activations belong to the layer before them, and what lies between a
  /// mean over all positions and the product with its result is one squeeze-and-excitation.
  public func layers(ofBlock block: Int) -> [Layer] {
    let range = nodes(ofBlock: block)
    var layers: [Layer] = []
    var next = range.lowerBound
    while next < range.upperBound {
      if let last = endOfSqueezeExcitation(from: next, in: range) {
        let middle = nodes[next..<last].first {
          if case .convolution = $0.operation { true } else { false }
        }
        let image = self[nodes[last].inputs[0]]
        layers.append(
          Layer(
            Layer.squeezeExcitation, inputChannels: image.channels,
            outputChannels: middle?.outputs[0].channels ?? image.channels, kernelSize: 0, inputSize: image.height))
        next = last + 1
      } else {
        if let layer = layer(ofNode: next) { layers.append(layer) }
        next += 1
      }
    }
    return layers
  }

  /// A network's layers in order; see ``layers(ofBlock:)``.
  public var layers: [Layer] { blocks.indices.flatMap(layers(ofBlock:)) }

  /// The product at the end of the squeeze-and-excitation that a node begins, if it does.
  private func endOfSqueezeExcitation(from node: Int, in range: Range<Int>) -> Int? {
    guard case .globalAveragePooling = nodes[node].operation else { return nil }
    return range.first { last in
      guard case .scaling = nodes[last].operation else { return false }
      return last > node && nodes[last].inputs[0] == nodes[node].inputs[0]
    }
  }

  private func layer(ofNode index: Int) -> Layer? {
    guard let first = nodes[index].inputs.first else { return nil }
    let (input, channels) = (self[first], nodes[index].outputs[0].channels)
    func layer(_ kind: String, kernelSize: Int = 0, stride: Int = 1) -> Layer {
      Layer(
        kind, inputChannels: input.channels, outputChannels: channels, kernelSize: kernelSize, stride: stride,
        inputSize: input.height)
    }
    switch nodes[index].operation {
    case .input, .normalization, .activation: return nil
    case .convolution(let convolution):
      let kind =
        switch convolution.groups {
        case 1: convolution.kernelSize == 1 ? Layer.pointwise : Layer.convolution
        case channels: Layer.depthwise
        default: "conv g\(convolution.groups)"
        }
      return layer(kind, kernelSize: convolution.kernelSize, stride: convolution.stride)
    case .linear: return layer(Layer.linear, kernelSize: 1)
    case .pooling(let pooling):
      return layer("\(pooling.kind.rawValue)pool", kernelSize: pooling.size, stride: pooling.stride)
    case .globalAveragePooling: return layer(Layer.globalPooling)
    case .scaling: return layer("scale")
    case .addition: return layer(Layer.addition)
    }
  }
}
