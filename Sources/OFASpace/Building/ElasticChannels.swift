/// Channels of which a narrower subnet uses the leading ones: what sorting them by importance needs.
///
/// Sorting moves the channels of all `members` together, which leaves the function of the whole width as it is.
/// Channels move only within the bands between neighbouring `widths`, if those widths are already trained.
///
/// - Note: Once-for-All, 2020, §3.3 (elastic width). The hidden channels of squeeze-and-excitation are banded by their
///   own widths too, which the original leaves out, so that sorting keeps the narrower widths of such blocks as they
///   are.
public struct ElasticChannels: Hashable, Sendable {
  /// One axis of a supernet tensor.
  public struct Axis: Hashable, Sendable {
    /// The tensor's name.
    public let tensor: String
    /// Which of its axes.
    public let axis: Int

    /// The `axis`-th axis of the tensor that is called `tensor`.
    public init(_ tensor: String, _ axis: Int) {
      self.tensor = tensor
      self.axis = axis
    }
  }

  /// The distinct widths that subnets use, ascending; the last is the number of channels.
  public let widths: [Int]
  /// Where the channels are read: a channel's importance is the sum of the magnitudes of the weights that read it.
  public let importance: Axis
  /// All axes that are permuted together, the importance's among them.
  public let members: [Axis]
}

extension SearchSpace {
  /// The elastic channels of every elastic block inside it, in the order in which they are to be sorted: the middle
  /// channels (of a mobile block that expands), then squeeze-and-excitation's hidden ones; of a bottleneck what the
  /// spatial convolution makes, then what it reads. Widths between blocks are not sorted.
  public var elasticChannels: [ElasticChannels] {
    blueprint.blocks.flatMap { block in
      switch block.body {
      case .mobile(let layers): layers.elasticChannels(widths: block.allMiddleWidths)
      case .bottleneck(let layers): layers.elasticChannels(widths: block.allMiddleWidths)
      }
    }
  }
}

extension Layer {
  /// The output channels in all of the layer's tensors.
  fileprivate var outputs: [ElasticChannels.Axis] { tensors.map { ElasticChannels.Axis($0.name, 0) } }
  /// The input channels.
  fileprivate var inputs: ElasticChannels.Axis { ElasticChannels.Axis(filter.name, 1) }
}

extension MobileBlock {
  fileprivate func elasticChannels(widths: [Int]) -> [ElasticChannels] {
    var groups: [ElasticChannels] = []
    if let expand {
      let squeeze = squeeze.map {
        [
          ElasticChannels.Axis($0.reductionFilter.name, 1), ElasticChannels.Axis($0.expansionFilter.name, 0),
          ElasticChannels.Axis($0.expansionBias.name, 0),
        ]
      }
      groups.append(
        ElasticChannels(
          widths: widths, importance: project.inputs,
          members: expand.outputs + depthwise.outputs + (squeeze ?? []) + [project.inputs]))
    }
    if let squeeze {
      let importance = ElasticChannels.Axis(squeeze.expansionFilter.name, 1)
      groups.append(
        ElasticChannels(
          widths: squeeze.widths, importance: importance,
          members: [
            ElasticChannels.Axis(squeeze.reductionFilter.name, 0),
            ElasticChannels.Axis(squeeze.reductionBias.name, 0), importance,
          ]))
    }
    return groups
  }
}

extension Bottleneck {
  fileprivate func elasticChannels(widths: [Int]) -> [ElasticChannels] {
    [(spatial, expand), (reduce, spatial)].map { writer, reader in
      ElasticChannels(widths: widths, importance: reader.inputs, members: writer.outputs + [reader.inputs])
    }
  }
}
