import CRuntime
import OFAGraph

/// How a value is read: a stored tensor, and what is still to be done to it on the way into the next kernel.
///
/// Normalizations, activations and gates are never stored on their own: they become part of how their result is read, so each tensor is written once, as its
/// convolution leaves it.
struct Reading {
  var source: ofa_source

  init(_ data: ofa_ref) {
    source = ofa_source()
    source.data = data
  }

  var isPlain: Bool { source.normalization == 0 && source.gate == 0 && !hasActivation }
  var hasActivation: Bool { source.activation != 0 }
}

extension Graph {
  /// The nodes that read each node, in order.
  var readers: [[Int]] {
    var readers = [[Int]](repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for input in node.inputs { readers[input.node].append(index) }
    }
    return readers
  }
}

extension Activation {
  /// The runtime's number of the activation.
  var code: Int32 {
    let code: ofa_activation =
      switch self {
      case .relu: OFA_RELU
      case .relu6: OFA_RELU6
      case .hSwish: OFA_H_SWISH
      case .hSigmoid: OFA_H_SIGMOID
      }
    return Int32(code.rawValue)
  }
}

/// Which of the runtime's convolutions computes a layer.
enum LayerKind {
  case pointwise
  case dense
  case depthwise

  /// The kind of a convolution or linear node; nil for every other node.
  init?(_ node: Graph.Node) {
    switch node.operation {
    case .linear: self = .pointwise
    case .convolution(let convolution):
      if convolution.groups == 1 {
        precondition(
          convolution.kernelSize <= Int(OFA_LARGEST_WINDOW),
          "\(node.name): a kernel has at most \(OFA_LARGEST_WINDOW) a side.")
        self = convolution.kernelSize == 1 && convolution.stride == 1 ? .pointwise : .dense
      } else {
        precondition(
          convolution.groups == node.outputs[0].channels && convolution.kernelSize <= 7 && convolution.stride <= 2,
          "\(node.name): grouped convolutions are depthwise, of kernel size 7 and stride 2 at most.")
        self = .depthwise
      }
    default: return nil
    }
  }
}

extension ofa_step {
  /// Takes over a convolution's kernel size and stride.
  mutating func setConvolution(_ operation: Operation) {
    guard case .convolution(let convolution) = operation else { return }
    kernel_size = Int32(convolution.kernelSize)
    stride = Int32(convolution.stride)
  }
}
