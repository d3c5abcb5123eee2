import OFAEngine
import OFAFormats
import OFASpace

extension Supernet {
  /// Takes over trained weights, all but the classifier where that is for other classes or another number of them.
  ///
  /// - Parameters:
  ///   - trained: the tensors of a network of this space, by their names here, such as another supernet's or an
  ///     extracted subnet's.
  ///   - keepingClassifier: whether its classes are the same.
  ///   - place: where they come from, for messages.
  /// - Throws: `Failure(.badData)` when a tensor is missing or of another shape.
  public func adopt(_ trained: TensorArena, keepingClassifier: Bool = true, at place: String) throws {
    for entry in weights.layout.entries where keepingClassifier || !space.classifierTensors.contains(entry.name) {
      guard let other = trained.layout[entry.name] else {
        throw Failure(.badData, "it has no tensor \(entry.name), which the space \(space.name) has", at: place)
      }
      if entry.shape == other.shape {
        _ = weights[entry.name].update(fromContentsOf: trained[entry.name])
      } else if !space.classifierTensors.contains(entry.name) {
        throw Failure(
          .badData, "its tensor \(entry.name) has shape \(other.shape), but the space \(space.name) has \(entry.shape)",
          at: place)
      }
    }
  }
}
