import OFAEngine
import OFAFormats
import OFAGraph

extension NormalizationStatistics {
  /// The statistics as a file: `means/<node>` and `variances/<node>`, each [channels].
  public var safetensors: Safetensors {
    func tensors(_ values: [String: [Float]], _ prefix: String) -> [Safetensors.Tensor] {
      values.map { Safetensors.Tensor(prefix + $0.key, shape: [$0.value.count], values: $0.value) }
    }
    return Safetensors(tensors: tensors(means, "means/") + tensors(variances, "variances/"))
  }

  /// Reads the statistics of a graph.
  ///
  /// - Throws: `Failure(.badData)` when a normalization's are missing or of another size, not finite, or a variance is
  ///   negative.
  public init(reading path: String, for graph: Graph) throws {
    let file = try Safetensors(reading: path)
    self.init()
    for node in graph.nodes {
      guard case .normalization = node.operation else { continue }
      func values(_ prefix: String, _ rule: (Float) -> Bool) throws -> [Float] {
        guard let tensor = file[prefix + node.name] else {
          throw Failure(.badData, "tensor \(prefix + node.name) of the space is missing", at: path)
        }
        guard tensor.shape == [node.outputs[0].channels], tensor.values.allSatisfy(rule) else {
          throw Failure(
            .badData,
            "tensor \(tensor.name) has shape \(tensor.shape), expected \(node.outputs[0].channels) usable values",
            at: path)
        }
        return tensor.values
      }
      means[node.name] = try values("means/", \.isFinite)
      variances[node.name] = try values("variances/") { $0.isFinite && $0 >= 0 }
    }
  }
}
