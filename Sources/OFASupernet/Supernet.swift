import OFAEngine
import OFAGraph
import OFANumerics
import OFASpace

/// The weights that all subnets of a space share, and what can be asked of any subnet over them.
///
/// Nothing is ever switched on or off: a subnet is passed in and a result comes out. What a subnet reads of the weights
/// — prefixes of channels, transformed kernels, the first blocks of a stage — is stated by its graph.
///
///     let supernet = Supernet(space: space)
///     var generator = SeededGenerator(seed: 1, stream: "initialization")
///     supernet.initialize(using: &generator)
///     let statistics = supernet.statistics(of: subnet, batches: batches, team: team)
///     let logits = supernet.logits(of: subnet, images: images, statistics: statistics, team: team)
///
/// - Note: Cai et al., Once-for-All, 2020, §3.
public final class Supernet {
  /// Which subnets there are.
  public let space: SearchSpace
  /// Every tensor of the space, kernel transforms included, in the space's order.
  public let weights: TensorArena

  /// A supernet whose weights are all zero; see ``initialize(zeroingResidualScales:using:)``.
  public init(space: SearchSpace) {
    self.space = space
    self.weights = TensorArena(space.tensorLayout)
  }

  /// A supernet over weights that exist already.
  ///
  /// - Precondition: the layout is the space's.
  public init(space: SearchSpace, weights: TensorArena) {
    precondition(weights.layout.count == space.tensorLayout.count, "The weights belong to another space.")
    self.space = space
    self.weights = weights
  }

  /// A supernet of its own with equal weights.
  public func copy() -> Supernet {
    Supernet(space: space, weights: weights.copy())
  }
}

extension SearchSpace {
  /// Where each tensor of the supernet lies in a flat arena.
  public var tensorLayout: TensorLayout {
    TensorLayout(tensors.map { (name: $0.name, shape: $0.shape) })
  }
}
