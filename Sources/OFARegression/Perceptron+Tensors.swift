import OFAFormats

extension Perceptron {
  /// A network whose layers are the tensors of a published file.
  ///
  /// A layer is `….weight` [outputs, inputs] and perhaps `….bias` [outputs], and the numbers in the name before that
  /// say which comes first, as in `0.weight`, `2.weight` or `layers.0.0.weight`. A single number `base_acc` is added to
  /// the output: the mean accuracy of the samples, which the network then need not learn.
  ///
  /// - Parameter place: what the tensors are called in errors, usually a file's path.
  /// - Throws: `.badData` naming the tensor for any other, for a value that is not finite, or for layers that do not
  ///   follow on each other to one output.
  public init(tensors: [Safetensors.Tensor], at place: String) throws {
    var weights: [[Int]: Safetensors.Tensor] = [:]
    var biases: [[Int]: Safetensors.Tensor] = [:]
    var base: Float = 0
    for tensor in tensors {
      let names = tensor.name.split(separator: ".")
      let position = names.compactMap { Int($0) }
      let isFirst: Bool
      switch (names.last, tensor.shape.count) {
      case ("weight", 2): isFirst = weights.updateValue(tensor, forKey: position) == nil
      case ("bias", 1): isFirst = biases.updateValue(tensor, forKey: position) == nil
      case ("base_acc", _) where tensor.values.count == 1:
        isFirst = true
        base += tensor.values[0]
      default: isFirst = false
      }
      // One without elements may have a dimension beyond all memory.
      guard isFirst, tensor.shape.allSatisfy({ $0 > 0 }), tensor.values.allSatisfy(\.isFinite) else {
        throw Failure(
          .badData,
          "a tensor \(tensor.shape) that is no layer's weight or bias with finite values; not a predictor's network",
          at: "\(place): \(tensor.name)")
      }
    }
    var layers = weights.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { position, weight in
      Layer(
        inputs: weight.shape[1], outputs: weight.shape[0], weights: weight.values,
        biases: biases.removeValue(forKey: position)?.values ?? [Float](repeating: 0, count: weight.shape[0]))
    }
    if let bias = biases.values.first {
      throw Failure(.badData, "a bias without a weight", at: "\(place): \(bias.name)")
    }
    guard Self.isWhole(layers) else {
      let sizes = layers.map { "\($0.inputs)→\($0.outputs)" }.joined(separator: ", ")
      throw Failure(
        .badData, "layers of \(sizes.isEmpty ? "nothing" : sizes) do not follow on each other to one output", at: place)
    }
    layers[layers.count - 1].biases[0] += base
    self.init(layers: layers)
  }
}
