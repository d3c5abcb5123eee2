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
      try choose(first.width, block.outChannels, "blocks[\(index)].out_channels")
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
        let layer = blueprint.blocks[block]
        if isFirst {
          guard own.stride == layer.stride else {
            throw refuse("stride \(own.stride), expected \(layer.stride)", path + ".stride")
          }
          try choose(layer.width, own.outChannels, path + ".out_channels")
        } else if own.outChannels != layer.width.widths[widths[widths.count - 1]] {
          throw refuse("\(own.outChannels) channels in the midst of a stage", path + ".out_channels")
        }
        subnet.kernelSizes[block] = own.kernelSize
        subnet.expandRatios[block] = try expandRatio(of: layer, own, path, refuse)
        present += 1
      }
      subnet.depths[stage] = present - blueprint.baseDepths[stage]
    }
    if let (index, _) = rest.first { throw refuse("one block more than the space has", "blocks[\(index)]") }
    guard configuration.classifier.outFeatures == classes else {
      throw refuse("\(configuration.classifier.outFeatures) classes, expected \(classes)", "classifier.out_features")
    }
    if subnet.widthIndices != nil { subnet.widthIndices = widths }
    do {
      return try self.subnet(subnet)
    } catch let failure as Failure {
      throw refuse(failure.message, "blocks")
    }
  }

  /// The expand ratio of a block by the middle channels that it gives.
  private func expandRatio(
    of layer: Block, _ block: NetworkConfiguration.Block, _ path: String, _ refuse: (String, String) -> Failure
  ) throws -> Double {
    let base = block.kind == .mobile ? block.inChannels : block.outChannels
    let middle = block.midChannels ?? Widths.middle(of: base, ratio: block.expandRatio)
    guard let ratio = layer.expandRatios.first(where: { Widths.middle(of: base, ratio: $0) == middle }) else {
      throw refuse("\(middle) middle channels", path + ".mid_channels")
    }
    return ratio
  }

  /// How the original implementation writes down a subnet.
  ///
  /// - Parameters:
  ///   - subnet: a subnet of this space.
  ///   - dropoutRate: the share of features that its training drops before the classifier.
  public func configuration(of subnet: Subnet, dropoutRate: Double = 0) -> NetworkConfiguration {
    typealias Configuration = NetworkConfiguration
    func activation(_ activation: OFAGraph.Activation?) -> String? { activation?.rawValue }
    func width(_ layer: Layer) -> Int { layer.width.width(in: subnet) }
    let stem = definition.stem
    var channels = definition.channels
    var stride = stem.stride
    func stemLayer(_ layer: Layer, isResidual: Bool = false) -> Configuration.StemLayer {
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
    func append(_ block: Block, usesSqueezeExcite: Bool) {
      let expandRatio = block.expandRatio(in: subnet)
      let (kind, hasShortcut): (Stage.Kind, Bool) =
        switch block.body {
        case .mobile(let layers): (.mobile, layers.hasShortcut)
        case .bottleneck(let layers): (.bottleneck, layers.downsample == nil)
        }
      blocks.append(
        Configuration.Block(
          kind: kind, inChannels: channels, outChannels: block.width.width(in: subnet),
          kernelSize: block.kernelSize(in: subnet), stride: block.stride, expandRatio: expandRatio,
          midChannels: expandRatio == 1 ? nil : block.middleWidth(in: subnet),
          activation: block.activation.rawValue, usesSqueezeExcite: usesSqueezeExcite, hasShortcut: hasShortcut))
      channels = block.width.width(in: subnet)
    }
    if let first = blueprint.first, let definition = definition.first {
      append(first, usesSqueezeExcite: definition.squeezeExcite)
    }
    for (stage, definition) in zip(stages.indices.filter { !stages[$0].isEmpty }, definition.stages) {
      for index in self.blocks(ofStage: stage, in: subnet) {
        append(blueprint.blocks[index], usesSqueezeExcite: definition.squeezeExcite)
      }
    }
    func headLayer(_ layer: Layer?, _ definition: Head.Layer?, usesNormalization: Bool) -> Configuration.Convolution? {
      guard let layer else { return nil }
      defer { channels = width(layer) }
      return Configuration.Convolution(
        kernelSize: 1, stride: 1, inChannels: channels, outChannels: width(layer), usesNormalization: usesNormalization,
        activation: activation(definition?.activation))
    }
    let expand = headLayer(blueprint.headExpand, definition.head.expand, usesNormalization: true)
    let mix = headLayer(blueprint.headMix, definition.head.mix, usesNormalization: false)
    let isBottleneck = definition.stages.contains { $0.kind == .bottleneck }
    return Configuration(
      name: isBottleneck ? "ResNets" : mix == nil ? "ProxylessNASNets" : "MobileNetV3",
      normalization: Configuration.Normalization(momentum: 0.1, eps: Double("\(definition.epsilon)") ?? 1e-5),
      stem: stemLayers, blocks: blocks, finalExpand: mix == nil ? nil : expand, featureMix: mix ?? expand,
      classifier: Configuration.Linear(inFeatures: channels, outFeatures: classes, dropoutRate: dropoutRate))
  }
}
