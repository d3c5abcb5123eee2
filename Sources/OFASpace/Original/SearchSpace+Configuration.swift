import OFAFormats
import OFAGraph

extension SearchSpace {
  /// The canonical subnet that a configuration describes.
  ///
  /// - Parameters:
  ///   - configuration: the network as it was written down.
  ///   - resolution: the input size, which stands in the `run.config` beside a `net.config`.
  ///   - place: what the configuration is called in errors, usually a path.
  /// - Throws: `Failure` of bad data that says which layer is not of this space.
  public func subnet(
    _ configuration: NetworkConfiguration, resolution: Int, at place: String
  ) throws -> Subnet {
    func refuse(_ what: String, _ path: String) -> Failure {
      Failure(.badData, "\(what); the network is not of \(name)", at: "\(place): \(path)")
    }
    var subnet = document(of: largest)
    subnet.resolution = resolution
    var widths: [Int] = []
    func choose(_ width: ElasticWidth, _ channels: Int, _ path: String) throws {
      guard let index = width.widths.firstIndex(of: channels) else {
        let widths = Set(width.widths).sorted().map(String.init).joined(separator: " or ")
        throw refuse("\(channels) channels, expected \(widths)", path)
      }
      widths.append(index)
    }

    let layers = (blueprint.deepStem.map { [$0.entry, $0.residual] } ?? []) + [blueprint.stem]
    var stem = configuration.stem[...]
    for (index, layer) in layers.enumerated() {
      let isResidual = layers.count == 3 && index == 1
      if isResidual, stem.first?.isResidual != true {
        subnet.depths[0] = 0
        continue
      }
      guard let own = stem.popFirst(), own.isResidual == isResidual else {
        throw refuse("the stem has other layers", "first layers")
      }
      if !isResidual { try choose(layer.width, own.convolution.outChannels, "first layers") }
    }
    guard stem.isEmpty else { throw refuse("the stem has more layers", "first layers") }

    var rest = Array(configuration.blocks.enumerated())[...]
    if let first = blueprint.first {
      guard let (index, block) = rest.popFirst() else { throw refuse("there are no blocks", "blocks") }
      try choose(first.outline.output, block.outChannels, "blocks[\(index)].out_channels")
    }
    for stage in stages.indices where !stages[stage].isEmpty {
      var present = 0
      for block in stages[stage] {
        guard let (index, own) = rest.first else { break }
        let path = "blocks[\(index)]"
        let isFirst = present == 0
        // A stage goes on while neither width nor size changes.
        if !isFirst, own.stride != 1 || own.inChannels != own.outChannels { break }
        rest = rest.dropFirst()
        guard let layers = blueprint.blocks[block] as? any OriginalBlock else {
          throw refuse("the original has no blocks as in stage \(stage)", path)
        }
        let outline = layers.outline
        if isFirst {
          guard own.stride == outline.stride else {
            throw refuse("stride \(own.stride), expected \(outline.stride)", path + ".stride")
          }
          try choose(outline.output, own.outChannels, path + ".out_channels")
        } else if own.outChannels != outline.output.widths[widths[widths.count - 1]] {
          throw refuse("\(own.outChannels) channels in the midst of a stage", path + ".out_channels")
        }
        subnet.kernelSizes[block] = own.kernelSize
        subnet.expandRatios[block] = try expandRatio(of: layers.middle, own, path, refuse)
        present += 1
      }
      subnet.depths[stage] = present - blueprint.baseDepths[stage]
    }
    if let (index, _) = rest.first { throw refuse("one block more than the space has", "blocks[\(index)]") }
    guard configuration.classifier.outFeatures == classes else {
      throw refuse("\(configuration.classifier.outFeatures) classes, expected \(classes)", "classifier.out_features")
    }
    if subnet.widthIndices != nil { subnet.widthIndices = widths }
    let result: Subnet
    do {
      result = try self.subnet(subnet)
    } catch let failure as Failure {
      throw refuse(failure.message, "blocks")
    }
    // What a subnet has no choice of is as the space has it.
    for (own, other) in zip(configuration.constants, self.configuration(of: result).constants) where own != other {
      throw refuse("\(own.value), expected \(other.value)", own.path)
    }
    return result
  }

  /// The expand ratio of a block by the middle channels that it gives.
  private func expandRatio(
    of middle: Middle, _ block: NetworkConfiguration.Block, _ path: String, _ refuse: (String, String) -> Failure
  ) throws -> Double {
    let base = block.kind == .mobile ? block.inChannels : block.outChannels
    let channels = block.midChannels ?? Widths.middle(of: base, ratio: block.expandRatio)
    guard let ratio = middle.expandRatios.first(where: { Widths.middle(of: base, ratio: $0) == channels }) else {
      throw refuse("\(channels) middle channels", path + ".mid_channels")
    }
    return ratio
  }

  /// How the original implementation writes down a subnet.
  ///
  /// - Parameters:
  ///   - subnet: a subnet of this space.
  ///   - dropoutRate: the share of features that its training drops before the classifier.
  /// - Precondition: the space's blocks are mobile blocks and bottlenecks.
  public func configuration(of subnet: Subnet, dropoutRate: Double = 0) -> NetworkConfiguration {
    typealias Configuration = NetworkConfiguration
    func activation(_ activation: OFAGraph.Activation?) -> String? { activation?.rawValue }
    func width(_ layer: ConvolutionLayer) -> Int { layer.width.width(in: subnet) }
    let stem = definition.stem
    var channels = definition.channels
    var stride = stem.stride
    func stemLayer(_ layer: ConvolutionLayer, isResidual: Bool = false) -> Configuration.StemLayer {
      defer { (channels, stride) = (width(layer), 1) }
      let convolution = Configuration.Convolution(
        kernelSize: stem.kernelSize, stride: stride, inChannels: channels, outChannels: width(layer),
        usesNormalization: true, activation: activation(stem.activation))
      return Configuration.StemLayer(convolution: convolution, isResidual: isResidual)
    }
    var stemLayers: [Configuration.StemLayer] = []
    if let deep = blueprint.deepStem {
      stemLayers.append(stemLayer(deep.entry))
      if deep.keepsResidual(in: subnet) { stemLayers.append(stemLayer(deep.residual, isResidual: true)) }
    }
    stemLayers.append(stemLayer(blueprint.stem))

    var blocks: [Configuration.Block] = []
    for block in self.blocks(of: subnet) {
      guard let block = block as? any OriginalBlock else {
        preconditionFailure("The original has no blocks as \(block.outline.name).")
      }
      let (outline, middle) = (block.outline, block.middle)
      let expandRatio = middle.expandRatio(in: subnet)
      blocks.append(
        Configuration.Block(
          kind: block.kind, inChannels: channels, outChannels: outline.output.width(in: subnet),
          kernelSize: middle.kernelSize(in: subnet), stride: outline.stride, expandRatio: expandRatio,
          midChannels: expandRatio == 1 ? nil : middle.width(in: subnet), activation: block.activation.rawValue,
          usesSqueezeExcite: block.usesSqueezeExcite, hasShortcut: block.hasShortcut))
      channels = outline.output.width(in: subnet)
    }
    func headLayer(_ layer: ConvolutionLayer?, _ definition: Head.Layer?, usesNormalization: Bool) -> Configuration
      .Convolution?
    {
      guard let layer else { return nil }
      defer { channels = width(layer) }
      return Configuration.Convolution(
        kernelSize: 1, stride: 1, inChannels: channels, outChannels: width(layer), usesNormalization: usesNormalization,
        activation: activation(definition?.activation))
    }
    let expand = headLayer(blueprint.headExpand, definition.head.expand, usesNormalization: true)
    let mix = headLayer(blueprint.headMix, definition.head.mix, usesNormalization: false)
    let isBottleneck = definition.stages.contains { $0.family is Bottlenecks }
    return Configuration(
      name: isBottleneck ? "ResNets" : mix == nil ? "ProxylessNASNets" : "MobileNetV3",
      normalization: Configuration.Normalization(momentum: 0.1, eps: Double("\(definition.epsilon)") ?? 1e-5),
      stem: stemLayers, blocks: blocks, finalExpand: mix == nil ? nil : expand, featureMix: mix ?? expand,
      classifier: Configuration.Linear(inFeatures: channels, outFeatures: classes, dropoutRate: dropoutRate))
  }
}

extension NetworkConfiguration {
  /// All that no choice changes but a layer's being there, by its path.
  fileprivate var constants: [(path: String, value: String)] {
    func text(_ layer: Convolution?, _ path: String, hasWidth: Bool = false) -> (path: String, value: String) {
      let value = layer.map { layer in
        let width = hasWidth ? " to \(layer.outChannels) channels" : ""
        return "kernel \(layer.kernelSize), stride \(layer.stride)\(width), activation \(layer.activation ?? "none")"
      }
      return (path, value ?? "no layer")
    }
    let blocks = self.blocks.enumerated().map { index, block in
      (
        "blocks[\(index)]",
        "stride \(block.stride), activation \(block.activation), "
          + "\(block.usesSqueezeExcite ? "a" : "no") squeeze-and-excitation, "
          + "\(block.hasShortcut ? "a" : "no") shortcut"
      )
    }
    return stem.map { text($0.convolution, "first layers") } + blocks + [
      text(finalExpand, "final_expand_layer", hasWidth: true), text(featureMix, "feature_mix_layer", hasWidth: true),
    ]
  }
}

/// A block that the original implementation has too.
private protocol OriginalBlock: Block {
  var kind: NetworkConfiguration.Block.Kind { get }
  var middle: Middle { get }
  var activation: Activation { get }
  var usesSqueezeExcite: Bool { get }
  /// Whether its input is added to its output as it is.
  var hasShortcut: Bool { get }
}

extension MobileBlock: OriginalBlock {
  fileprivate var kind: NetworkConfiguration.Block.Kind { .mobile }
  fileprivate var usesSqueezeExcite: Bool { squeeze != nil }
}

extension Bottleneck: OriginalBlock {
  fileprivate var kind: NetworkConfiguration.Block.Kind { .bottleneck }
  fileprivate var usesSqueezeExcite: Bool { false }
}
