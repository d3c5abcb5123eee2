import OFAEngine
import OFAFormats

extension TensorArena {
  /// The arena's tensors as a file, each name with `prefix` before it.
  public func safetensors(prefix: String = "", metadata: [String: String] = [:]) -> Safetensors {
    Safetensors(metadata: metadata, tensors: tensors(prefix: prefix))
  }

  /// The arena's tensors as a file's entries, each name with `prefix` before it.
  public func tensors(prefix: String = "") -> [Safetensors.Tensor] {
    layout.entries.map {
      Safetensors.Tensor(prefix + $0.name, shape: $0.shape, values: Array(self[$0.name]))
    }
  }

  /// Copies a file's tensors whose names begin with `prefix` into the arena.
  ///
  /// - Parameter place: the file's path, for messages.
  /// - Throws: `Failure(.badData)` when a tensor is missing, is unknown, has another shape or a value that is not
  ///   finite.
  public func fill(from file: Safetensors, prefix: String = "", at place: String) throws {
    var found: Set<String> = []
    for tensor in file.tensors where tensor.name.hasPrefix(prefix) {
      let name = String(tensor.name.dropFirst(prefix.count))
      guard let entry = layout[name] else {
        throw Failure(.badData, "no part of the space has a tensor \(tensor.name)", at: place)
      }
      guard tensor.shape == entry.shape else {
        throw Failure(.badData, "tensor \(tensor.name) has shape \(tensor.shape), expected \(entry.shape)", at: place)
      }
      guard tensor.values.allSatisfy(\.isFinite) else {
        throw Failure(.badData, "tensor \(tensor.name) holds a value that is not finite", at: place)
      }
      _ = self[name].update(fromContentsOf: tensor.values)
      found.insert(name)
    }
    if let missing = layout.entries.first(where: { !found.contains($0.name) }) {
      throw Failure(
        .badData,
        "tensor \(prefix + missing.name) is missing; the file has \(found.count) of the space's "
          + "\(layout.entries.count)",
        at: place)
    }
  }
}
