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
  public struct Stage: Sendable {
    /// The output channels of every block.
    public var width: Int
    /// The first block's stride.
    public var stride: Int
    /// The blocks that are always there, which depths do not count.
    public var baseDepth: Int
    /// How many blocks there may be beyond those, ascending.
    public var depths: [Int]
    /// What the blocks are and choose.
    package var family: any BlockFamily

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
  private enum CodingKeys: String, CodingKey { case kind, width, stride, baseDepth, depths }

  /// Reads and checks a stage, whose family's part stands among its keys.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind = container.contains(.kind) ? try container.decode(String.self, forKey: .kind) : MobileBlocks.kind
    let families = decoder.blockFamilies
    guard let family = families.first(where: { $0.kind == kind }) else {
      let known = families.map { $0.kind }.joined(separator: ", ")
      throw container.broken(.kind, "'\(kind)' is unknown; known are \(known)")
    }
    width = try container.decode(.width, in: Limits.width)
    stride = try container.decode(.stride, in: Limits.stride)
    baseDepth = container.contains(.baseDepth) ? try container.decode(.baseDepth, in: Limits.depth) : 0
    depths = try container.decodeChoices(.depths, in: max(0, 1 - baseDepth)...Limits.depth.upperBound - baseDepth)
    self.family = try family.init(from: decoder, blockCount: baseDepth + depths[depths.count - 1])
  }

  /// Writes a stage.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(family.kind, forKey: .kind)
    try container.encode(width, forKey: .width)
    try container.encode(stride, forKey: .stride)
    try container.encode(baseDepth, forKey: .baseDepth)
    try container.encode(depths, forKey: .depths)
    try family.encode(to: encoder)
  }
}

extension SearchSpace.Stage: Hashable {
  /// Whether two stages say the same.
  public static func == (left: Self, right: Self) -> Bool { left.values == right.values }

  /// Hashes what the stage says.
  public func hash(into hasher: inout Hasher) { hasher.combine(values) }

  private var values: [AnyHashable] { [width, stride, baseDepth, depths, AnyHashable(family)] }
}

extension SearchSpace.Head.Layer: Codable {
  /// Reads and checks a layer of the head.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    width = try container.decode(.width, in: Limits.width)
    activation = try container.decode(Activation.self, forKey: .activation)
  }
}
