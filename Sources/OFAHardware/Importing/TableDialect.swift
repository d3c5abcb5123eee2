import OFAFormats
import OFAGraph

/// The published dialects of latency tables. They differ in the names of layers, in how a block says its expansion, and
/// in what they leave unsaid.
enum TableDialect: Hashable, CaseIterable {
  /// MobileNetV3 on phones, as for the Note10: a block says its middle channels, squeeze-and-excitation and activation.
  case mobileNetV3
  /// ProxylessNAS on phones, as for the Pixel 1: a block says its expand ratio; every activation is ReLU6.
  case proxylessNAS
  /// MobileNetV3 on desktops, as for the i7-8700K: a block says its expand ratio and squeeze-and-excitation; pooling is
  /// not measured.
  case nsgaNetV2

  /// The dialect whose blocks have the attributes of this key; nil when none has.
  init?(ofBlock key: TableKey) {
    guard let dialect = Self.allCases.first(where: { $0.owns(block: key) }) else { return nil }
    self = dialect
  }

  /// Whether a key is a block's in this dialect.
  func owns(block key: TableKey) -> Bool { key.kind == blockKind && key.attributeNames == blockAttributes }

  private var blockKind: String { self == .nsgaNetV2 ? "MBConv" : "expanded_conv" }

  private var blockAttributes: [String] {
    let common = ["expand", "kernel", "stride", "idskip"]
    return switch self {
    case .mobileNetV3: common + ["se", "hs"]
    case .proxylessNAS: common
    case .nsgaNetV2: common + ["se"]
    }
  }

  /// The kind of a network's first layer.
  var stemKind: String { self == .nsgaNetV2 ? "first_conv" : "Conv" }

  /// The kinds of layers that make up a network's head, in order.
  var headKinds: [String] {
    switch self {
    case .mobileNetV3: ["Conv_1", "AvgPool2D", "Conv_2", "Logits"]
    case .proxylessNAS: ["Conv_1", "Logits"]
    case .nsgaNetV2: ["final_expand_layer", "feature_mix_layer", "classifier"]
    }
  }

  /// The kind of the head's second convolution, which mixes pooled features; nil where a head has none.
  private var mixKind: String? {
    switch self {
    case .mobileNetV3: "Conv_2"
    case .proxylessNAS: nil
    case .nsgaNetV2: "feature_mix_layer"
    }
  }

  /// The activation of stem and head.
  private var activation: Activation { self == .proxylessNAS ? .relu6 : .hSwish }

  /// The signature of a network's first layer, a 3 × 3 convolution of stride 2.
  ///
  /// - Throws: `.badData` when the shapes are another layer's.
  func signature(ofStem key: TableKey) throws -> String {
    let graph = Graph.stem(key.input, channels: key.output.channels, activation: activation)
    guard key.attributeNames.isEmpty, graph[graph.output] == key.output else {
      throw Failure(.badData, "not the shapes of a 3 × 3 convolution of stride 2")
    }
    return graph.signature(ofBlock: 0)
  }

  /// The signature of a mobile block.
  ///
  /// - Throws: `.badData` when the attributes are no block's, or do not fit the shapes.
  func signature(ofBlock key: TableKey) throws -> String {
    guard let kernelSize = key.whole("kernel", in: 1...31), kernelSize % 2 == 1,
      let stride = key.whole("stride", in: 1...8), let hasShortcut = key.flag("idskip")
    else { throw Failure(.badData, "an odd kernel up to 31, a stride up to 8 and an idskip of 0 or 1 are expected") }
    let block = MobileBlock(
      kernelSize: kernelSize, stride: stride, middleChannels: try middleChannels(of: key),
      channels: key.output.channels, activation: try activation(ofBlock: key),
      squeezeExcite: self == .proxylessNAS ? false : try flag("se", of: key), shortcut: hasShortcut)
    guard block.output(key.input) == key.output, !hasShortcut || key.input == key.output else {
      throw Failure(.badData, "the output's shape is not that of the stride, or of the shortcut")
    }
    return Graph.mobileBlock(key.input, block).signature(ofBlock: 0)
  }

  /// The signature of a head whose layers have these keys, one of each of ``headKinds`` in order.
  ///
  /// - Throws: `.badData` when the shapes are no head's.
  func signature(ofHead keys: [TableKey]) throws -> String {
    let mix = keys.first { $0.kind == mixKind }
    let graph = Graph.head(
      keys[0].input, expanded: keys[0].output.channels, mixed: mix?.output.channels,
      classes: keys[keys.count - 1].output.channels, activation: activation)
    let entersMix = mix.map { $0.input.channels == keys[0].output.channels } ?? true
    guard keys.allSatisfy(\.attributeNames.isEmpty), entersMix,
      keys[0].output.dimensions.dropLast() == keys[0].input.dimensions.dropLast(),
      keys.dropFirst().allSatisfy({ $0.output.positions == 1 })
    else { throw Failure(.badData, "the shapes are no head's") }
    return graph.signature(ofBlock: 0)
  }

  /// The channels between a block's expanding and projecting convolution; nil for a block that does not expand.
  private func middleChannels(of key: TableKey) throws -> Int? {
    let input = key.input.channels
    if self == .mobileNetV3 {
      guard let middle = key.whole("expand", in: 1...1 << 16) else {
        throw Failure(.badData, "a whole number of middle channels is expected as expand")
      }
      return middle == input ? nil : middle
    }
    guard let ratio = key.attributes["expand"], 0.01...64 ~= ratio else {
      throw Failure(.badData, "an expand ratio of at most 64 is expected")
    }
    return ratio == 1 ? nil : Widths.middle(of: input, ratio: ratio)
  }

  /// A block's activation. Where the dialect does not say it, the published widths do: the first two stages of
  /// MobileNetV3, at most 48 wide, have ReLU, those from 80 on h-swish.
  private func activation(ofBlock key: TableKey) throws -> Activation {
    switch self {
    case .mobileNetV3: return try flag("hs", of: key) ? .hSwish : .relu
    case .proxylessNAS: return .relu6
    case .nsgaNetV2:
      switch key.output.channels {
      case 16, 24, 32, 40, 48: return .relu
      case 80, 96, 112, 136, 160, 192: return .hSwish
      default:
        throw Failure(
          .badData, "this dialect does not say the activation, and \(key.output.channels) is no published width")
      }
    }
  }

  private func flag(_ name: String, of key: TableKey) throws -> Bool {
    guard let flag = key.flag(name) else { throw Failure(.badData, "\(name) is expected to be 0 or 1") }
    return flag
  }
}
