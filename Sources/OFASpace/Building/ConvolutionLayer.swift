import OFAGraph

/// The output channels of a part, which a subnet may choose.
package struct ElasticWidth: Hashable, Sendable {
  /// The widths, ascending; a single one where there is no choice.
  package let widths: [Int]
  /// The place of the decision between them, so that two of equal widths may differ; nil where there is none.
  package let decision: Int?

  init(widths: [Int], decision: Int?) {
    (self.widths, self.decision) = (widths, decision)
  }

  /// A width without a choice.
  package init(fixed width: Int) {
    self.init(widths: [width], decision: nil)
  }

  package var largest: Int { widths[widths.count - 1] }

  /// The index among the widths that a subnet chooses.
  func index(in subnet: Subnet) -> Int { decision.map { subnet[$0] } ?? 0 }

  /// The width that a subnet chooses.
  package func width(in subnet: Subnet) -> Int { widths[index(in: subnet)] }
}

/// A convolution without bias, its normalization if it has one, and the name of the activation that may follow.
package final class ConvolutionLayer: Sendable {
  private let convolution, normalization, activation: String
  /// The output channels, where subnets choose them by a width index of their own; the filter's are the largest.
  let width: ElasticWidth
  package let filter: SupernetTensor
  /// Nil without normalization.
  private let scale, shift: SupernetTensor?

  /// - Parameters:
  ///   - name: what the names of its tensors and nodes begin with.
  ///   - width: the output channels; those of the filter unless given.
  ///   - shape: the filter's at the largest subnet, [out, in / groups, k, k].
  ///   - hasNormalization: whether a normalization follows.
  package init(_ name: String, width: ElasticWidth? = nil, filter shape: [Int], hasNormalization: Bool = true) {
    self.width = width ?? ElasticWidth(fixed: shape[0])
    convolution = name + ".convolution"
    normalization = name + ".normalization"
    activation = name + ".activation"
    filter = SupernetTensor(name + ".filter", shape, .filter)
    scale = hasNormalization ? SupernetTensor(name + ".scale", [shape[0]], .scale) : nil
    shift = hasNormalization ? SupernetTensor(name + ".shift", [shape[0]], .shift) : nil
  }

  /// In the order in which data passes them.
  package var tensors: [SupernetTensor] { [filter] + [scale, shift].compactMap { $0 } }

  /// The output channels in all of its tensors.
  package var outputs: [ElasticChannels.Axis] { tensors.map { ElasticChannels.Axis($0.name, 0) } }

  /// The input channels.
  package var inputs: ElasticChannels.Axis { ElasticChannels.Axis(filter.name, 1) }

  fileprivate func append(
    to graph: inout Graph, _ x: Graph.Value, kernelSize: Int, stride: Int, groups: Int, filter: Weight,
    activation kind: Activation?, epsilon: Float
  ) -> Graph.Value {
    var y = graph.convolution(
      x, convolution, kernelSize: kernelSize, stride: stride, groups: groups, filter: filter)
    if let scale, let shift {
      let channels = [filter.ranges[0].count]
      y = graph.normalization(
        y, normalization, epsilon: epsilon, scale: scale.prefix(channels), shift: shift.prefix(channels))
    }
    return kind.map { graph.activation(y, activation, $0) } ?? y
  }
}

extension Graph {
  /// Appends a convolution by a part of a layer's filter, its normalization if it has one, and an activation.
  ///
  /// - Parameters:
  ///   - layer: the layer.
  ///   - x: the input.
  ///   - channels: the output's; all that the layer has unless given.
  ///   - kernelSize: the filter's height and width.
  ///   - stride: the ratio of the input's height and width to the output's.
  ///   - groups: the groups of channels; as many as channels for a depthwise convolution.
  ///   - filter: the part; the leading output and input channels unless given.
  ///   - activation: what follows; nil: nothing.
  ///   - epsilon: the normalization's.
  package mutating func append(
    _ layer: ConvolutionLayer, to x: Value, channels: Int? = nil, kernelSize: Int = 1, stride: Int = 1, groups: Int = 1,
    filter: Weight? = nil, activation: Activation?, epsilon: Float
  ) -> Value {
    let counts = [channels ?? layer.width.largest, self[x].channels / groups, kernelSize, kernelSize]
    return layer.append(
      to: &self, x, kernelSize: kernelSize, stride: stride, groups: groups,
      filter: filter ?? layer.filter.prefix(counts), activation: activation, epsilon: epsilon)
  }
}
