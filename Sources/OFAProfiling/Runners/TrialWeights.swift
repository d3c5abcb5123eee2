import OFAEngine
import OFAGraph
import OFANumerics
import OFASpace
import OFASupernet

/// What networks are timed with: random weights and images, and statistics of unit variance, so that values stay in the
/// range of a trained network. Arithmetic on denormal numbers would be slow, and on zeros perhaps fast.
struct TrialWeights {
  /// Those of the space's networks, and those of the yardstick.
  private let arenas: [TensorArena]

  /// Weights for all networks of a space, and for the yardstick.
  ///
  /// - Throws: `Failure(.usage)` when the memory cannot hold them.
  init(of space: SearchSpace) throws {
    try MachineMemory.check(weights: space.supernetValues)
    arenas = [space, Yardstick.space].map { space in
      let supernet = Supernet(space: space)
      var generator = SeededGenerator(seed: 0, stream: "host runner")
      supernet.initialize(using: &generator)
      return supernet.weights
    }
  }

  /// The weights that a network takes its own from.
  ///
  /// - Precondition: the network is the space's, or the yardstick.
  func weights(for graph: Graph) -> TensorArena {
    let needed = graph.nodes.flatMap(\.weights)
    guard
      let arena = arenas.first(where: { arena in
        needed.allSatisfy { arena.layout[$0.tensor]?.shape == $0.tensorShape }
      })
    else { preconditionFailure("The network is of another space.") }
    return arena
  }

  /// A network's inference plan for one image.
  ///
  /// - Throws: `Failure(.usage)` for a network that this machine has no memory for.
  func plan(of graph: Graph) throws -> InferencePlan {
    let weights = weights(for: graph)
    try MachineMemory.check(graph, weights: weights.layout.count, batch: 1, for: .inference)
    return InferencePlan(graph: graph, batch: 1, weights: weights, statistics: .unit(for: graph))
  }

  /// One image for a network, [height, width, channels].
  func image(for graph: Graph) -> [Float] {
    var generator = SeededGenerator(seed: 0, stream: "host image")
    return (0..<graph[graph.input].count).map { _ in Float(generator.gaussian()) }
  }
}

extension NormalizationStatistics {
  /// Means of 0 and variances of 1 for every normalization of a graph.
  package static func unit(for graph: Graph) -> NormalizationStatistics {
    var statistics = NormalizationStatistics()
    for node in graph.nodes {
      guard case .normalization = node.operation else { continue }
      statistics.means[node.name] = [Float](repeating: 0, count: node.outputs[0].channels)
      statistics.variances[node.name] = [Float](repeating: 1, count: node.outputs[0].channels)
    }
    return statistics
  }
}
