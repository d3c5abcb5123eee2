import CRuntime
import OFAGraph

/// How a value is read: a stored tensor, and what is still to be done to it on the way into the next kernel.
///
/// Normalizations, activations and gates are never stored on their own: they become part of how their result is read,
/// so each tensor is written once, as its convolution leaves it.
struct Reading {
  var source: ofa_source

  init(_ data: ofa_ref) {
    source = ofa_source()
    source.data = data
  }

  var isPlain: Bool { source.normalization == 0 && source.gate == 0 && !hasActivation }
  var hasActivation: Bool { source.activation != 0 }
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
