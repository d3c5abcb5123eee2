import OFAFormats
import OFAGraph
import OFASpace

extension ExtractedSubnet {
  /// The subnet's weights and statistics under the names of the original implementation's static networks.
  ///
  /// - Parameter space: the space that it was taken out of.
  public func originalTensors(of space: SearchSpace) -> Safetensors {
    let names = OriginalNames(space, of: subnet)
    var tensors = weights.layout.entries.map {
      Safetensors.Tensor(names.name(of: $0.name), shape: $0.shape, values: Array(weights[$0.name]))
    }
    for node in graph.nodes {
      guard case .normalization = node.operation, let mean = statistics.means[node.name],
        let variance = statistics.variances[node.name]
      else { continue }
      let (meanName, varianceName) = names.statistics(of: node.name)
      tensors.append(Safetensors.Tensor(meanName, shape: [mean.count], values: mean))
      tensors.append(Safetensors.Tensor(varianceName, shape: [variance.count], values: variance))
    }
    return Safetensors(metadata: ["format": Self.format, "subnet": space.id(of: subnet)], tensors: tensors)
  }

  /// What their metadata call their format.
  public static let format = "ofa-subnet-weights"
  /// The kind of their files.
  public static let fileKind = FileKind("a file of a subnet's weights", mark: "\"format\":\"\(format)\"".utf8)
}
