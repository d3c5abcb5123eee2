import OFAGraph

extension SearchSpace {
  /// The first convolution, with normalization and activation.
  public struct Stem: Hashable, Sendable {
    /// The output channels.
    public var width: Int
    /// The kernel size, odd.
    public var kernelSize: Int
    /// The stride.
    public var stride: Int
    /// The activation.
    public var activation: Activation
  }

  /// A mobile block without choices. At an expand ratio of 1 it has no expanding convolution.
  public struct FirstBlock: Hashable, Sendable {
    /// The output channels.
    public var width: Int
    /// The depthwise kernel size, odd.
    public var kernelSize: Int
    /// The depthwise stride.
    public var stride: Int
    /// The ratio of middle to input channels.
    public var expandRatio: Double
    /// The activation.
    public var activation: Activation
    /// Whether squeeze-and-excitation follows the depthwise convolution.
    public var squeezeExcite: Bool
    /// Whether the input is added to the output where both have one shape.
    public var shortcut: Bool
  }

  /// A run of elastic mobile blocks: the first carries the stride and the change of width, a depth keeps the leading
  /// ones.
  ///
  /// The input is added to the output where both have one shape. If 1 is the only expand ratio there is no expanding
  /// convolution.
  public struct Stage: Hashable, Sendable {
    /// The output channels of every block.
    public var width: Int
    /// The first block's stride.
    public var stride: Int
    /// How many blocks there may be, ascending.
    public var depths: [Int]
    /// The depthwise kernel sizes of each block, odd, ascending.
    public var kernelSizes: [Int]
    /// The ratios of middle to input channels of each block, ascending.
    public var expandRatios: [Double]
    /// The activation.
    public var activation: Activation
    /// Whether squeeze-and-excitation follows the depthwise convolutions.
    public var squeezeExcite: Bool

    /// The number of blocks at the greatest depth.
    public var blockCount: Int { depths[depths.count - 1] }
  }

  /// What follows the last stage: perhaps an expanding convolution with normalization, the mean over positions, perhaps
  /// a convolution of the mean without normalization, the classifier.
  public struct Head: Hashable, Sendable, Codable {
    /// The convolution before the mean.
    public var expand: Layer?
    /// The convolution after the mean.
    public var mix: Layer?

    /// A 1 × 1 convolution and its activation.
    public struct Layer: Hashable, Sendable {
      /// The output channels.
      public var width: Int
      /// The activation.
      public var activation: Activation
    }
  }
}

extension SearchSpace.Stem: Codable {
  /// Reads and checks a stem.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    width = try container.decode(.width, in: Limits.width)
    kernelSize = try container.decode(.kernelSize, Limits.kernelRule, where: Limits.isKernelSize)
    stride = try container.decode(.stride, in: Limits.stride)
    activation = try container.decodeName(.activation)
  }
}

extension SearchSpace.FirstBlock: Codable {
  /// Reads and checks a first block.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    width = try container.decode(.width, in: Limits.width)
    kernelSize = try container.decode(.kernelSize, Limits.kernelRule, where: Limits.isKernelSize)
    stride = try container.decode(.stride, in: Limits.stride)
    expandRatio = try container.decode(.expandRatio, in: Limits.expandRatio)
    activation = try container.decodeName(.activation)
    squeezeExcite = try container.decode(Bool.self, forKey: .squeezeExcite)
    shortcut = try container.decode(Bool.self, forKey: .shortcut)
  }
}

extension SearchSpace.Stage: Codable {
  /// Reads and checks a stage.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    width = try container.decode(.width, in: Limits.width)
    stride = try container.decode(.stride, in: Limits.stride)
    depths = try container.decodeChoices(.depths, in: Limits.depth)
    kernelSizes = try container.decodeChoices(.kernelSizes, Limits.kernelRule, where: Limits.isKernelSize)
    expandRatios = try container.decodeChoices(.expandRatios, in: Limits.expandRatio)
    activation = try container.decodeName(.activation)
    squeezeExcite = try container.decode(Bool.self, forKey: .squeezeExcite)
  }
}

extension SearchSpace.Head.Layer: Codable {
  /// Reads and checks a layer of the head.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    width = try container.decode(.width, in: Limits.width)
    activation = try container.decodeName(.activation)
  }
}
