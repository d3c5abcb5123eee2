import OFAEngine
import OFAFormats
import OFAGraph

extension Verification {
  /// Runs an exported file in ONNX Runtime and the engine's inference plan on the same random images and compares the
  /// logits.
  ///
  /// The images are uniform in −2…2, the range of normalized pixels.
  ///
  /// - Parameters:
  ///   - path: The file that ``ONNX/model(graph:weights:statistics:batch:description:takesPictures:)`` made from the
  ///     same network, for any number of images or for `images`.
  ///   - images: How many images to compare.
  ///   - runtime: Where ONNX Runtime is.
  /// - Throws: `missingInput` when ONNX Runtime is not installed; `badData` when it refuses the file or returns another
  ///   number of logits.
  public init(
    of path: String, graph: Graph, weights: TensorArena, statistics: NormalizationStatistics, images count: Int = 8,
    team: ThreadTeam, runtime: ONNXRuntime = ONNXRuntime(), using generator: inout some RandomNumberGenerator
  ) throws {
    let shape = graph[graph.input]
    let images = (0..<count * shape.count).map { _ in Float.random(in: -2...2, using: &generator) }
    let plan = InferencePlan(graph: graph, batch: count, weights: weights, statistics: statistics)
    let expected = images.withUnsafeBufferPointer { Array(plan.run(images: $0, team: team)) }
    let logits = try runtime.outputs(
      of: path, images: Self.channelsFirst(images, shape), shape: [count, shape.channels, shape.height, shape.width])
    let result = graph[graph.output]
    guard logits.count == expected.count else {
      throw Failure(.badData, "ONNX Runtime returns \(logits.count) logits, the engine \(expected.count)", at: path)
    }
    self.init(logits, reference: Self.channelsFirst(expected, result))
  }

  /// Images [N, H, W, C] as [N, C, H, W].
  package static func channelsFirst(_ values: [Float], _ shape: Shape) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for image in 0..<values.count / shape.count {
      for channel in 0..<shape.channels {
        for position in 0..<shape.positions {
          result.append(values[image * shape.count + position * shape.channels + channel])
        }
      }
    }
    return result
  }
}
