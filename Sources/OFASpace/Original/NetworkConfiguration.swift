import OFAFormats

/// One network as the original implementation of Once-for-All writes it down (`net.config`): every layer with its
/// sizes.
///
///     let configuration = try NetworkConfiguration(reading: "note10_lat@30ms/net.config")
///     let subnet = try space.subnet(configuration, resolution: 224, at: "net.config")
///     try JSON.encode(space.configuration(of: subnet))
///
/// Reads both spellings, the older `mobile_inverted_conv` and the newer `conv`; writes the newer. Keys are the
/// original's.
public struct NetworkConfiguration: Hashable, Sendable {
  /// The family: `MobileNetV3`, `ProxylessNASNets` or `ResNets`.
  public var name: String
  /// The momentum and epsilon of every normalization.
  public var normalization: Normalization
  /// The convolutions before the first block; one but for ResNets.
  public var stem: [StemLayer]
  /// The blocks in order, those without choices included.
  public var blocks: [Block]
  /// The convolution before the mean, in MobileNetV3.
  public var finalExpand: Convolution?
  /// The last convolution, but for ResNets.
  public var featureMix: Convolution?
  /// The classifier.
  public var classifier: Linear

  /// The normalizations' constants.
  public struct Normalization: Hashable, Sendable, Codable {
    /// How much of a batch enters the running statistics.
    public var momentum: Double
    /// What is added to the variance.
    public var eps: Double
  }

  /// A convolution with normalization and activation.
  public struct Convolution: Hashable, Sendable {
    /// The kernel size.
    public var kernelSize: Int
    /// The stride.
    public var stride: Int
    /// The input channels.
    public var inChannels: Int
    /// The output channels.
    public var outChannels: Int
    /// Whether a normalization follows.
    public var usesNormalization: Bool
    /// The activation's name; nil without.
    public var activation: String?
  }

  /// A convolution of the stem, perhaps with its input added to its output.
  public struct StemLayer: Hashable, Sendable {
    /// The convolution.
    public var convolution: Convolution
    /// Whether its input is added.
    public var isResidual: Bool
  }

  /// A block.
  public struct Block: Hashable, Sendable {
    /// What blocks there are.
    public enum Kind: Hashable, Sendable {
      /// A mobile block. MobileNetV2, 2018, §3.3; MobileNetV3, 2019, §5.
      case mobile
      /// A bottleneck of ResNet-D. Bag of Tricks for Image Classification, 2019, §4.2.
      case bottleneck
    }

    /// What the block is.
    public var kind: Kind
    /// The input channels.
    public var inChannels: Int
    /// The output channels.
    public var outChannels: Int
    /// The kernel size.
    public var kernelSize: Int
    /// The stride.
    public var stride: Int
    /// The ratio of middle to input channels; to output channels in a bottleneck.
    public var expandRatio: Double
    /// The middle channels; nil: what the ratio gives.
    public var midChannels: Int?
    /// The activation's name.
    public var activation: String
    /// Whether it has squeeze-and-excitation.
    public var usesSqueezeExcite: Bool
    /// Whether its input is added to its output (of a bottleneck: as it is).
    public var hasShortcut: Bool
  }

  /// The last layer.
  public struct Linear: Hashable, Sendable {
    /// The input features.
    public var inFeatures: Int
    /// The classes.
    public var outFeatures: Int
    /// The share of features that training drops.
    public var dropoutRate: Double
  }
}

extension NetworkConfiguration {
  /// Reads a file.
  ///
  /// - Throws: `Failure(.missingInput)` without it; `Failure(.badData)` with the path inside it where it is no
  ///   network's configuration.
  public init(reading path: String) throws {
    self = try JSON.decode(NetworkConfiguration.self, file: path)
  }
}
