import OFASpace

/// What the original implementation of Once-for-All calls the tensors of a space, or of one subnet that was taken out
/// of it.
///
///     stages.0.1.depthwise.filter   blocks.2.conv.depth_conv.conv.weight
///     stages.0.1.depthwise.7to5     blocks.2.conv.depth_conv.conv.7to5_matrix
///     stages.1.0.reduce.scale       blocks.4.conv1.bn.weight
///
/// These are the names of its static networks. Elastic layers wrap a plain layer of the same name (`conv.conv.weight`),
/// and an older spelling says `mobile_inverted_conv` for a block's `conv`; see ``spellings(of:)``.
package struct OriginalNames {
  private struct Layer {
    var path: String
    /// Whether its weight is its own, not that of a convolution inside it.
    var isPlain = false
  }

  private var layers: [String: Layer] = [:]

  /// The names in a space's supernet, or in the network of one subnet, which numbers the blocks that it has.
  package init(_ space: SearchSpace, of subnet: Subnet? = nil) {
    let definition = space.definition
    if definition.stem.deep != nil {
      let keepsResidual = subnet.map(space.keepsDeepStem) ?? true
      layers["stem.entry"] = Layer(path: "input_stem.0")
      layers["stem.residual"] = Layer(path: "input_stem.1.conv")
      layers["stem"] = Layer(path: keepsResidual ? "input_stem.2" : "input_stem.1")
    } else {
      layers["stem"] = Layer(path: "first_conv")
    }
    var number = 0
    if definition.first != nil {
      add("first", MobileBlocks.kind, number)
      number += 1
    }
    let elastic = space.stages.indices.filter { !space.stages[$0].isEmpty }
    for (stage, kind) in zip(elastic, definition.stages.map(\.family.kind)) {
      for block in space.blocks(ofStage: stage, in: subnet ?? space.largest) {
        add(space.blockNames[block], kind, number)
        number += 1
      }
    }
    layers["head.expand"] = Layer(path: definition.head.mix == nil ? "feature_mix_layer" : "final_expand_layer")
    layers["head.mix"] = Layer(path: "feature_mix_layer")
    layers["head.classifier"] = Layer(path: "classifier.linear", isPlain: true)
  }

  private mutating func add(_ block: String, _ kind: String, _ number: Int) {
    let paths: [(own: String, original: String)] =
      switch kind {
      case MobileBlocks.kind:
        [("expand", "conv.inverted_bottleneck"), ("depthwise", "conv.depth_conv"), ("project", "conv.point_linear")]
      case Bottlenecks.kind:
        [("reduce", "conv1"), ("spatial", "conv2"), ("expand", "conv3"), ("downsample", "downsample")]
      default: preconditionFailure("The original has no blocks of kind \(kind).")
      }
    for path in paths { layers["\(block).\(path.own)"] = Layer(path: "blocks.\(number).\(path.original)") }
    for part in ["reduce", "expand"] where kind == MobileBlocks.kind {
      layers["\(block).squeeze.\(part)"] = Layer(path: "blocks.\(number).conv.depth_conv.se.fc.\(part)", isPlain: true)
    }
  }

  /// The name of a tensor.
  ///
  /// - Precondition: it is one of the space's, and the subnet's if one was given.
  package func name(of tensor: String) -> String {
    let (layer, leaf) = parts(tensor)
    switch leaf {
    case "filter": return layer.path + (layer.isPlain ? ".weight" : ".conv.weight")
    case "weight", "bias": return "\(layer.path).\(leaf)"
    case "scale": return layer.path + ".bn.weight"
    case "shift": return layer.path + ".bn.bias"
    default: return "\(layer.path).conv.\(leaf)_matrix"
    }
  }

  /// The names of the statistics of a normalization node.
  package func statistics(of node: String) -> (mean: String, variance: String) {
    let path = parts(node).layer.path
    return (path + ".bn.running_mean", path + ".bn.running_var")
  }

  private func parts(_ name: String) -> (layer: Layer, leaf: String) {
    guard let dot = name.lastIndex(of: "."), let layer = layers[String(name[..<dot])] else {
      preconditionFailure("The space has no layer \(name).")
    }
    return (layer, String(name[name.index(after: dot)...]))
  }

  /// All spellings of a name: as an elastic layer's and as a plain one's, each in the newer and in the older form.
  package static func spellings(of name: String) -> [String] {
    var elastic = name.replacing(".bn.", with: ".bn.bn.").replacing(".linear.", with: ".linear.linear.")
    if elastic.hasSuffix(".conv.weight") { elastic = elastic.dropLast("weight".count) + "conv.weight" }
    return [elastic, name].flatMap { name in
      [name, name.replacing(/^(blocks\.\d+)\.conv\./) { "\($0.1).mobile_inverted_conv." }]
    }
  }
}
