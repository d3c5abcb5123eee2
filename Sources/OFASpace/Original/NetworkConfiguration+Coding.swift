extension NetworkConfiguration: Codable {
  private enum Key: String, CodingKey {
    case name, bn, blocks, classifier
    case firstConv = "first_conv"
    case inputStem = "input_stem"
    case finalExpand = "final_expand_layer"
    case featureMix = "feature_mix_layer"
  }

  /// Reads a configuration in either spelling.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    name = try container.decode(String.self, forKey: .name)
    normalization = try container.decode(Normalization.self, forKey: .bn)
    stem =
      container.contains(.inputStem)
      ? try container.decode([StemLayer].self, forKey: .inputStem)
      : [StemLayer(convolution: try container.decode(Convolution.self, forKey: .firstConv), isResidual: false)]
    blocks = try container.decode([Block].self, forKey: .blocks)
    finalExpand = try container.decodeIfPresent(Convolution.self, forKey: .finalExpand)
    featureMix = try container.decodeIfPresent(Convolution.self, forKey: .featureMix)
    classifier = try container.decode(Linear.self, forKey: .classifier)
  }

  /// Writes the newer spelling.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    try container.encode(normalization, forKey: .bn)
    if name == "ResNets" {
      try container.encode(stem, forKey: .inputStem)
    } else {
      try container.encode(stem[0].convolution, forKey: .firstConv)
    }
    try container.encode(blocks, forKey: .blocks)
    try container.encodeIfPresent(finalExpand, forKey: .finalExpand)
    try container.encodeIfPresent(featureMix, forKey: .featureMix)
    try container.encode(classifier, forKey: .classifier)
  }
}

/// The keys of layers and blocks.
private enum LayerKey: String, CodingKey {
  case name, stride, dilation, groups, bias, conv, shortcut
  case kernelSize = "kernel_size"
  case hasShuffle = "has_shuffle"
  case useSE = "use_se"
  case inChannels = "in_channels"
  case outChannels = "out_channels"
  case useBN = "use_bn"
  case activation = "act_func"
  case dropout = "dropout_rate"
  case order = "ops_order"
  case expandRatio = "expand_ratio"
  case midChannels = "mid_channels"
  case olderConv = "mobile_inverted_conv"
  case downsampleMode = "downsample_mode"
  case inFeatures = "in_features"
  case outFeatures = "out_features"
}

extension NetworkConfiguration.Convolution: Codable {
  /// Reads a convolution.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: LayerKey.self)
    kernelSize = try container.decode(Int.self, forKey: .kernelSize)
    stride = try container.decode(Int.self, forKey: .stride)
    inChannels = try container.decode(.inChannels, in: Limits.configuredChannels)
    outChannels = try container.decode(.outChannels, in: Limits.configuredChannels)
    usesNormalization = try container.decode(Bool.self, forKey: .useBN)
    activation = try container.decodeIfPresent(String.self, forKey: .activation)
  }

  /// Writes a convolution with all keys that the original has.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: LayerKey.self)
    try container.encode("ConvLayer", forKey: .name)
    try container.encode(kernelSize, forKey: .kernelSize)
    try container.encode(stride, forKey: .stride)
    try container.encode(1, forKey: .dilation)
    try container.encode(1, forKey: .groups)
    try container.encode(false, forKey: .bias)
    try container.encode(false, forKey: .hasShuffle)
    try container.encode(false, forKey: .useSE)
    try container.encode(inChannels, forKey: .inChannels)
    try container.encode(outChannels, forKey: .outChannels)
    try container.encode(usesNormalization, forKey: .useBN)
    try container.encode(activation, forKey: .activation)
    try container.encode(0, forKey: .dropout)
    try container.encode("weight_bn_act", forKey: .order)
  }
}

extension NetworkConfiguration.StemLayer: Codable {
  /// Reads a convolution, alone or in a residual block.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: LayerKey.self)
    isResidual = try container.decode(String.self, forKey: .name) == "ResidualBlock"
    convolution =
      isResidual
      ? try container.decode(NetworkConfiguration.Convolution.self, forKey: .conv)
      : try NetworkConfiguration.Convolution(from: decoder)
  }

  /// Writes a convolution, alone or in a residual block.
  public func encode(to encoder: any Encoder) throws {
    guard isResidual else { return try convolution.encode(to: encoder) }
    var container = encoder.container(keyedBy: LayerKey.self)
    try container.encode("ResidualBlock", forKey: .name)
    try container.encode(convolution, forKey: .conv)
    try container.encode(Identity(channels: convolution.outChannels), forKey: .shortcut)
  }
}

extension NetworkConfiguration.Block: Codable {
  /// Reads a bottleneck, or a mobile block in its residual block.
  public init(from decoder: any Decoder) throws {
    let outer = try decoder.container(keyedBy: LayerKey.self)
    var inner = outer
    let name = try outer.decode(String.self, forKey: .name)
    switch name {
    case "ResNetBottleneckBlock":
      kind = .bottleneck
      hasShortcut = try outer.decodeIfPresent(String.self, forKey: .downsampleMode) == nil
    case "ResidualBlock", "MobileInvertedResidualBlock":
      kind = .mobile
      inner = try outer.nestedContainer(
        keyedBy: LayerKey.self, forKey: outer.contains(.olderConv) ? .olderConv : .conv)
      hasShortcut = outer.contains(.shortcut) ? try !outer.decodeNil(forKey: .shortcut) : false
    default:
      throw outer.broken(.name, "'\(name)' is unknown; known are ResidualBlock and ResNetBottleneckBlock")
    }
    inChannels = try inner.decode(.inChannels, in: Limits.configuredChannels)
    outChannels = try inner.decode(.outChannels, in: Limits.configuredChannels)
    kernelSize = try inner.decode(Int.self, forKey: .kernelSize)
    stride = try inner.decode(Int.self, forKey: .stride)
    expandRatio = try inner.decode(.expandRatio, in: Limits.expandRatio)
    midChannels = try inner.decodeIfPresent(Int.self, forKey: .midChannels)
    activation = try inner.decode(String.self, forKey: .activation)
    usesSqueezeExcite = try inner.decodeIfPresent(Bool.self, forKey: .useSE) ?? false
  }

  /// Writes a bottleneck, or a mobile block in a residual block.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: LayerKey.self)
    guard kind == .mobile else {
      try container.encode("ResNetBottleneckBlock", forKey: .name)
      try encodeSizes(to: &container)
      try container.encode(hasShortcut ? nil : "avgpool_conv", forKey: .downsampleMode)
      return
    }
    try container.encode("ResidualBlock", forKey: .name)
    var convolution = container.nestedContainer(keyedBy: LayerKey.self, forKey: .conv)
    try convolution.encode("MBConvLayer", forKey: .name)
    try encodeSizes(to: &convolution)
    try convolution.encode(usesSqueezeExcite, forKey: .useSE)
    try container.encode(hasShortcut ? Identity(channels: outChannels) : nil, forKey: .shortcut)
  }

  private func encodeSizes(to container: inout KeyedEncodingContainer<LayerKey>) throws {
    try container.encode(inChannels, forKey: .inChannels)
    try container.encode(outChannels, forKey: .outChannels)
    try container.encode(kernelSize, forKey: .kernelSize)
    try container.encode(stride, forKey: .stride)
    try container.encode(expandRatio, forKey: .expandRatio)
    try container.encode(midChannels, forKey: .midChannels)
    try container.encode(activation, forKey: .activation)
    try container.encode(kind == .mobile ? nil : 1, forKey: .groups)
  }
}

extension NetworkConfiguration.Linear: Codable {
  /// Reads a classifier.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: LayerKey.self)
    inFeatures = try container.decode(Int.self, forKey: .inFeatures)
    outFeatures = try container.decode(Int.self, forKey: .outFeatures)
    dropoutRate = try container.decodeIfPresent(Double.self, forKey: .dropout) ?? 0
  }

  /// Writes a classifier with all keys that the original has.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: LayerKey.self)
    try container.encode("LinearLayer", forKey: .name)
    try container.encode(inFeatures, forKey: .inFeatures)
    try container.encode(outFeatures, forKey: .outFeatures)
    try container.encode(true, forKey: .bias)
    try container.encode(false, forKey: .useBN)
    try container.encode(String?.none, forKey: .activation)
    try container.encode(dropoutRate, forKey: .dropout)
    try container.encode("weight_bn_act", forKey: .order)
  }
}

/// A shortcut, which is only written.
private struct Identity: Encodable {
  let channels: Int

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: LayerKey.self)
    try container.encode("IdentityLayer", forKey: .name)
    try container.encode([channels], forKey: .inChannels)
    try container.encode([channels], forKey: .outChannels)
    try container.encode(false, forKey: .useBN)
    try container.encode(String?.none, forKey: .activation)
    try container.encode(0, forKey: .dropout)
    try container.encode("weight_bn_act", forKey: .order)
  }
}
