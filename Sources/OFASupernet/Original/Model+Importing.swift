import OFAEngine
import OFAFormats
import OFAGraph
import OFASpace

extension Model {
  /// Reads a checkpoint of the original implementation of Once-for-All: a supernet, or a full network without kernel
  /// transforms, which are then those that crop.
  ///
  /// It comes without images: subnets get prefixes of its statistics unless ``calibration`` is set. Colour images are
  /// normalized as is usual for ImageNet, and the middle of pictures is seen, 7/8 of it.
  ///
  /// - Parameters:
  ///   - path: a PyTorch checkpoint in either container, or a safetensors file.
  ///   - space: the space that it was trained in, with its number of classes.
  /// - Throws: what `Checkpoint(reading:)` throws; `Failure(.badData)` with the tensor's name when one is missing, is
  ///   not of the space, has another shape, a value that is not finite, or a variance below zero.
  public init(importing path: String, into space: SearchSpace) throws {
    try self.init(importing: OriginalCheckpoint(reading: path), into: space)
  }

  /// Takes over a checkpoint; see ``init(importing:into:)-(String,_)``.
  public init(importing checkpoint: OriginalCheckpoint, into space: SearchSpace) throws {
    var tensors = OriginalTensors(checkpoint, space)
    let names = OriginalNames(space)
    try MachineMemory.check(weights: space.supernetValues)
    let supernet = Supernet(space: space)
    let hasTransforms = tensors.contains { $0.hasSuffix("_matrix") }
    for tensor in space.tensors {
      let values =
        tensor.role == .kernelTransform && !hasTransforms
        ? TensorArena.identity(tensor.shape[0]) : try tensors.take(names.name(of: tensor.name), shape: tensor.shape)
      _ = supernet.weights[tensor.name].update(fromContentsOf: values)
    }
    var statistics = NormalizationStatistics()
    for node in space.graph(of: space.largest).nodes {
      guard case .normalization = node.operation else { continue }
      let (mean, variance) = names.statistics(of: node.name)
      let shape = [node.outputs[0].channels]
      statistics.means[node.name] = try tensors.take(mean, shape: shape)
      statistics.variances[node.name] = try tensors.take(variance, shape: shape) { $0 >= 0 }
    }
    try tensors.expectNoMore()
    let isColour = space.channels == 3
    self.init(
      supernet: supernet, statistics: statistics, calibration: nil,
      input: InputDescription(
        dataset: InputDescription.unknown,
        means: isColour ? [0.485, 0.456, 0.406] : Array(repeating: 0, count: space.channels),
        standardDeviations: isColour ? [0.229, 0.224, 0.225] : Array(repeating: 1, count: space.channels),
        classNames: (0..<space.classes).map(String.init), centerFraction: 0.875),
      results: TrainingResults(recipe: TrainingResults.imported, seed: 0, steps: 0, heldOut: []))
  }
}

extension TensorArena {
  /// The values of an identity matrix.
  fileprivate static func identity(_ side: Int) -> [Float] {
    (0..<side * side).map { $0 / side == $0 % side ? 1 : 0 }
  }
}

/// The tensors of a checkpoint, each to be taken once.
private struct OriginalTensors {
  private var byName: [String: Safetensors.Tensor] = [:]
  private let checkpoint: OriginalCheckpoint
  private let space: SearchSpace

  init(_ checkpoint: OriginalCheckpoint, _ space: SearchSpace) {
    (self.checkpoint, self.space) = (checkpoint, space)
    for tensor in checkpoint.tensors { byName[tensor.name] = tensor }
  }

  func contains(_ condition: (String) -> Bool) -> Bool { byName.keys.contains(where: condition) }

  /// Takes out a tensor by any spelling of its name.
  mutating func take(
    _ name: String, shape: [Int], where rule: (Float) -> Bool = { _ in true }
  ) throws -> [Float] {
    for spelling in OriginalNames.spellings(of: name) {
      guard let tensor = byName.removeValue(forKey: spelling) else { continue }
      guard tensor.shape == shape else {
        let isClassifier =
          name.hasPrefix("classifier.") && tensor.shape.count == shape.count
          && tensor.shape.dropFirst() == shape.dropFirst()
        throw failure(
          "shape \(tensor.shape), expected \(shape) in \(space.name) with \(space.classes) classes; "
            + (isClassifier
              ? "add `classes` \(tensor.shape[0])" : "the checkpoint is of another space or width multiplier"),
          at: spelling)
      }
      guard tensor.values.allSatisfy({ $0.isFinite && rule($0) }) else {
        throw failure("a value is not finite, or a variance is below zero", at: spelling)
      }
      return tensor.values
    }
    throw failure("tensor \(name) of \(space.name) is missing; \(checkpoint.summary)")
  }

  /// - Throws: when a tensor is left that is no count of batches.
  func expectNoMore() throws {
    let names = byName.keys.filter { !OriginalCheckpoint.isCounter($0) }
    if let name = names.min() {
      let others = names.count > 1 ? ", one of \(names.count) such in the file" : ""
      throw failure("no part of \(space.name) has this tensor\(others)", at: name)
    }
  }

  private func failure(_ message: String, at name: String? = nil) -> Failure {
    Failure(.badData, message, at: name.map { "\(checkpoint.path): \($0)" } ?? checkpoint.path)
  }
}
