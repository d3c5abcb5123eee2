import CRuntime
import OFAGraph

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
      precondition(
        convolution.kernelSize <= Int(OFA_LARGEST_WINDOW) && convolution.stride <= Int(OFA_LARGEST_STRIDE),
        "\(node.name): a kernel has a side of at most \(OFA_LARGEST_WINDOW) and a stride of \(OFA_LARGEST_STRIDE).")
      // One channel alone is both; its kernel may be elastic all the same.
      if convolution.groups == 1 && node.weights[0].kernelSteps.isEmpty {
        self = convolution.kernelSize == 1 && convolution.stride == 1 ? .pointwise : .dense
      } else {
        precondition(
          convolution.groups == node.outputs[0].channels, "\(node.name): grouped convolutions are depthwise.")
        self = .depthwise
      }
    default: return nil
    }
  }

  /// The runtime's kernel of the forward pass.
  var forward: ofa_kernel {
    switch self {
    case .pointwise: OFA_CONVOLUTION_POINTWISE_FORWARD_F32
    case .dense: OFA_CONVOLUTION_DENSE_FORWARD_F32
    case .depthwise: OFA_CONVOLUTION_DEPTHWISE_FORWARD_F32
    }
  }

  /// The runtime's kernel of the backward pass.
  var backward: ofa_kernel {
    switch self {
    case .pointwise: OFA_CONVOLUTION_POINTWISE_BACKWARD_F32
    case .dense: OFA_CONVOLUTION_DENSE_BACKWARD_F32
    case .depthwise: OFA_CONVOLUTION_DEPTHWISE_BACKWARD_F32
    }
  }
}
