import OFAEngine
import OFAGraph

extension ONNX {
  /// The bytes of the ONNX file of a subnet with the weights and statistics it runs with.
  ///
  /// Weights are derived and folded by the engine's own evaluator, so the file and the inference plan start from the
  /// same numbers.
  ///
  /// - Parameters:
  ///   - graph: The subnet.
  ///   - weights: The tensors that the graph's weights are derived from.
  ///   - statistics: Of each normalization of the graph.
  ///   - batch: The number of images that the file takes at once, or nil for any number.
  ///   - description: What a reader must know to use the file.
  ///   - takesPictures: Whether the description's preprocessing and a softmax are in the file.
  /// - Throws: as ``model(graph:folded:batch:description:takesPictures:)``.
  public static func model(
    graph: Graph, weights: TensorArena, statistics: NormalizationStatistics, batch: Int? = nil,
    description: Description = Description(), takesPictures: Bool = false
  ) throws -> [UInt8] {
    try model(
      graph: graph, folded: WeightEvaluator.folded(graph: graph, weights: weights, statistics: statistics),
      batch: batch, description: description, takesPictures: takesPictures)
  }
}
