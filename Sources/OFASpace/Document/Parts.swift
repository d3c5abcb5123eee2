import OFAGraph

extension SearchSpace {
  /// The first convolution, with normalization and activation; perhaps others before it and a pooling after it.
  public struct Stem: Hashable, Sendable {
    /// The output channels.
    public var width: Int
    /// The kernel size, odd.
    public var kernelSize: Int
    /// The stride.
    public var stride: Int
    /// The activation.
    public var activation: Activation
    /// The convolutions before it.
    public var deep: DeepStem?
    /// The pooling after it.
    public var maxPooling: MaxPooling?
  }

  /// The convolutions that a deep stem begins with, of the stem's kernel size and activation: one that takes over the
  /// stem's stride, and one with a shortcut around it, which a subnet may leave out.
  ///
  /// - Note: He et al., Bag of Tricks for Image Classification, 2019, §4.2 (ResNet-C).
  public struct DeepStem: Hashable, Sendable {
    /// The output channels of both.
    public var width: Int
    /// The numbers by which a subnet's first depth leaves the second out or, the last of them unless it is 0, keeps it.
    public var depths: [Int]

    /// What there is to choose: of those that leave it out the first.
    var options: [Int] { depths.count > 1 ? [depths[0], depths[depths.count - 1]] : depths }
  }

  /// The largest element of windows that are centred as those of a convolution.
  public struct MaxPooling: Hashable, Sendable {
    /// The windows' height and width, odd.
    public var size: Int
    /// The distance of neighbouring windows.
    public var stride: Int
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

  /// A run of elastic blocks: the first carries the stride and the change of width, a depth keeps the leading ones.
  ///
  /// Of mobile blocks the input is added to the output where both have one shape, and if 1 is the only expand ratio
  /// there is no expanding convolution.
  public struct Stage: Hashable, Sendable {
    /// What the blocks are.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
      /// An expanding, a depthwise and a projecting convolution. MobileNetV2, 2018, §3.3; MobileNetV3, 2019, §5.
      case mobile
      /// A reducing, a spatial and an expanding convolution beside a shortcut, which is a mean over windows of the
      /// stride and a convolution in the first block. Bag of Tricks for Image Classification, 2019, §4.2 (ResNet-D).
      case bottleneck
    }

    /// What the blocks are.
    public var kind: Kind
    /// The output channels of every block.
    public var width: Int
    /// The first block's stride.
    public var stride: Int
    /// The blocks that are always there, which depths do not count.
    public var baseDepth: Int
    /// How many blocks there may be beyond those, ascending.
    public var depths: [Int]
    /// The kernel sizes of each block's depthwise or spatial convolution, odd, ascending.
    public var kernelSizes: [Int]
    /// The ratios of middle to input channels of each mobile block, to output channels of each bottleneck, ascending.
    public var expandRatios: [Double]
    /// The activation.
    public var activation: Activation
    /// Whether squeeze-and-excitation follows the depthwise convolutions.
    public var squeezeExcite: Bool
    /// Of each block, the choices that it has of the stage's; none: all blocks have all.
    public var blocks: [BlockChoices]?

    /// What a block may choose between.
    public struct BlockChoices: Hashable, Sendable, Codable {
      /// Of the stage's kernel sizes.
      public var kernelSizes: [Int]
      /// Of the stage's expand ratios.
      public var expandRatios: [Double]
    }

    /// The number of blocks at the greatest depth.
    public var blockCount: Int { baseDepth + depths[depths.count - 1] }
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
    activation = try container.decode(Activation.self, forKey: .activation)
    deep = try container.decodeIfPresent(SearchSpace.DeepStem.self, forKey: .deep)
    maxPooling = try container.decodeIfPresent(SearchSpace.MaxPooling.self, forKey: .maxPooling)
  }
}

extension SearchSpace.DeepStem: Codable {
  /// Reads and checks a deep stem's beginning.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    width = try container.decode(.width, in: Limits.width)
    depths = try container.decodeChoices(.depths, in: 0...Limits.depth.upperBound)
  }
}

extension SearchSpace.MaxPooling: Codable {
  /// Reads and checks a pooling.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    size = try container.decode(.size, "odd, from 1 to 31") { (1...31).contains($0) && $0 % 2 == 1 }
    stride = try container.decode(.stride, in: Limits.stride)
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
    activation = try container.decode(Activation.self, forKey: .activation)
    squeezeExcite = try container.decode(Bool.self, forKey: .squeezeExcite)
    shortcut = try container.decode(Bool.self, forKey: .shortcut)
  }
}

extension SearchSpace.Stage: Codable {
  /// Reads and checks a stage.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    kind = container.contains(.kind) ? try container.decode(Kind.self, forKey: .kind) : .mobile
    width = try container.decode(.width, in: Limits.width)
    stride = try container.decode(.stride, in: Limits.stride)
    baseDepth = container.contains(.baseDepth) ? try container.decode(.baseDepth, in: Limits.depth) : 0
    depths = try container.decodeChoices(.depths, in: max(0, 1 - baseDepth)...Limits.depth.upperBound - baseDepth)
    kernelSizes = try container.decodeChoices(.kernelSizes, Limits.kernelRule, where: Limits.isKernelSize)
    expandRatios = try container.decodeChoices(.expandRatios, in: Limits.expandRatio)
    guard expandRatios.count <= Limits.expandChoices else {
      throw container.broken(.expandRatios, "\(expandRatios.count) are more than \(Limits.expandChoices)")
    }
    activation = try container.decode(Activation.self, forKey: .activation)
    squeezeExcite = try container.decode(Bool.self, forKey: .squeezeExcite)
    if kind == .bottleneck {
      guard kernelSizes.count == 1 else {
        throw container.broken(.kernelSizes, "bottlenecks have one kernel size, not \(kernelSizes.count)")
      }
      guard !squeezeExcite else { throw container.broken(.squeezeExcite, "bottlenecks have none") }
    }
    blocks = try container.decodeIfPresent([BlockChoices].self, forKey: .blocks)
    if let blocks {
      guard blocks.count == blockCount else {
        throw container.broken(.blocks, "\(blocks.count) blocks, but the greatest depth has \(blockCount)")
      }
      for block in blocks {
        guard Self.arePart(block.kernelSizes, of: kernelSizes), Self.arePart(block.expandRatios, of: expandRatios)
        else {
          throw container.broken(.blocks, "a block's choices are not one or more of the stage's, ascending")
        }
      }
    }
  }
}

extension SearchSpace.Stage {
  /// Whether some choices are one or more of others in their order.
  private static func arePart<Choice: Equatable>(_ some: [Choice], of all: [Choice]) -> Bool {
    !some.isEmpty && all.filter(some.contains) == some
  }
}

extension SearchSpace.Head.Layer: Codable {
  /// Reads and checks a layer of the head.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    width = try container.decode(.width, in: Limits.width)
    activation = try container.decode(Activation.self, forKey: .activation)
  }
}
