import OFAGraph

/// A tensor of the supernet: the weights that all subnets share.
public struct SupernetTensor: Hashable, Sendable {
  /// What a tensor is to the layer that reads it.
  public enum Role: Hashable, Sendable {
    /// A convolution's filter, [out, in / groups, k, k].
    case filter
    /// A linear layer's weight, [out, in].
    case linear
    /// A convolution's or linear layer's bias, [out].
    case bias
    /// A filter of squeeze-and-excitation, [out, in, 1, 1].
    case gate
    /// A bias of squeeze-and-excitation, [out].
    case gateBias
    /// A normalization's scale, [channels].
    case scale
    /// A normalization's shift, [channels].
    case shift
    /// The matrix of an elastic kernel's step down to size k, [k², k²].
    case kernelTransform
  }

  /// A path such as `stages.0.1.depthwise.filter`.
  public let name: String
  /// The sizes at the largest subnet.
  public let shape: [Int]
  /// What it is to its layer.
  public let role: Role

  /// A tensor with its name, shape and role.
  public init(name: String, shape: [Int], role: Role) {
    self.name = name
    self.shape = shape
    self.role = role
  }

  /// The number of values; `Int.max` where it is that many or more, which no space that was read has.
  public var count: Int {
    shape.reduce(1) { product, size in
      let (result, overflow) = product.multipliedReportingOverflow(by: size)
      return overflow ? .max : result
    }
  }
}

extension SupernetTensor {
  package init(_ name: String, _ shape: [Int], _ role: Role) {
    self.init(name: name, shape: shape, role: role)
  }

  /// The whole tensor as a node's weight.
  package var whole: Weight { Weight(name, shape: shape) }

  /// The leading part of the tensor as a node's weight.
  package func prefix(_ counts: [Int]) -> Weight { Weight(name, shape: shape, prefix: counts) }
}

extension SearchSpace {
  /// The tensors whose shapes depend on the classes.
  public var classifierTensors: Set<String> { [blueprint.classifierWeight.name, blueprint.classifierBias.name] }
}

extension Blueprint {
  /// Every tensor of the supernet in the order in which data passes them.
  var tensors: [SupernetTensor] {
    (deepStem.map { $0.entry.tensors + $0.residual.tensors } ?? []) + stem.tensors + (first?.tensors ?? [])
      + blocks.flatMap(\.tensors) + (headExpand?.tensors ?? [])
      + (headMix?.tensors ?? []) + [classifierWeight, classifierBias]
  }
}

extension SearchSpace {
  /// Every tensor of the supernet, kernel transforms included, in the order in which data passes them.
  public var tensors: [SupernetTensor] { blueprint.tensors }
}
