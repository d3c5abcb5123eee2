import OFAEngine
import OFASpace
import OFASupernet

/// Stochastic gradient descent with Nesterov momentum.
///
///     g = clipped gradient + weightDecay · w
///     v = momentum · v + g
///     w = w − rate · ( g + momentum · v )
///
/// - Note: Sutskever et al., On the importance of initialization and momentum, 2013, §2, in the form of PyTorch's SGD
///   with dampening 0.
public final class MomentumOptimizer: Optimizer {
  /// The velocity of every weight; zero at first.
  public let velocity: TensorArena
  /// How much of the velocity each step keeps, 0..<1.
  public let momentum: Double
  /// The factor of the weights in the gradient; see ``Optimizer``.
  public let weightDecay: Double
  /// The largest length that the whole gradient may have; a longer one is scaled down to it. None: no bound.
  public let maximumGradientNorm: Double?

  private let update: NesterovMomentum

  /// An optimizer of a space's weights.
  ///
  /// - Parameters:
  ///   - space: the space.
  ///   - momentum: how much of its velocity each step keeps, 0..<1.
  ///   - weightDecay: how much of a weight is added to its gradient.
  ///   - maximumGradientNorm: the largest length that the whole gradient may have; no bound without it.
  ///   - rates: factors of the learning rate by role, 1 where there is none.
  public init(
    space: SearchSpace, momentum: Double, weightDecay: Double, maximumGradientNorm: Double? = nil,
    rates: [SupernetTensor.Role: Double] = [:]
  ) {
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.maximumGradientNorm = maximumGradientNorm
    let layout = space.tensorLayout
    velocity = TensorArena(layout)
    update = NesterovMomentum(
      momentum: Float(momentum), layout: layout, paces: space.paces(weightDecay: weightDecay, rates: rates))
  }

  /// The velocity.
  public var state: [(name: String, arena: TensorArena)] { [("velocity", velocity)] }

  /// Moves the weights one step against the gradients.
  ///
  /// - Returns: the length of the whole gradient before clipping.
  @discardableResult
  public func step(weights: TensorArena, gradients: TensorArena, learningRate: Double, team: ThreadTeam) -> Double {
    let norm = gradients.norm(team: team)
    update.step(
      weights: weights, velocity: velocity, gradients: gradients, learningRate: Float(learningRate),
      gradientScale: clipping(norm), team: team)
    return norm
  }
}
