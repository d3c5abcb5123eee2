extension Pickle {
  /// The names that a checkpoint may call; a pickle with any other is refused.
  enum Global {
    /// Makes an empty dictionary.
    case dictionary
    /// Makes a tensor of a storage, offset, shape and strides.
    case tensor
    /// Makes a parameter of a tensor.
    case parameter
    /// The type of a storage.
    case storage(ElementType)
    /// Makes what stands beside the tensors and is passed over.
    case other

    /// The name's meaning; nil for a name of no meaning here.
    init?(_ name: String) {
      guard let global = Self.known[name] else { return nil }
      self = global
    }

    private static let known: [String: Self] = [
      "collections.OrderedDict": .dictionary,
      "torch._utils._rebuild_tensor": .tensor,
      "torch._utils._rebuild_tensor_v2": .tensor,
      "torch._utils._rebuild_parameter": .parameter,
      "torch.DoubleStorage": .storage(.F64),
      "torch.FloatStorage": .storage(.F32),
      "torch.HalfStorage": .storage(.F16),
      "torch.BFloat16Storage": .storage(.BF16),
      "torch.LongStorage": .storage(.I64),
      "torch.IntStorage": .storage(.I32),
      "torch.ShortStorage": .storage(.I16),
      "torch.CharStorage": .storage(.I8),
      "torch.ByteStorage": .storage(.U8),
      "torch.BoolStorage": .storage(.BOOL),
      // Options and records of a training.
      "__builtin__.set": .other,
      "_codecs.encode": .other,
      "argparse.Namespace": .other,
      "builtins.set": .other,
      "collections.Counter": .other,
      "numpy._core.multiarray.scalar": .other,
      "numpy.core.multiarray.scalar": .other,
      "numpy.dtype": .other,
      "torch.Size": .other,
      "torch.device": .other,
    ]
  }
}
