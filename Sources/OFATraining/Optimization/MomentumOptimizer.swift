import OFAEngine
import OFASpace

/// Stochastic gradient descent with Nesterov momentum.
///
///     g = clipped gradient + weightDecay · w
///     v = momentum · v + g
///     w = w − rate · ( g + momentum · v )
///
/// Weight decay acts on filters and linear weights alone. Biases, normalization scales and shifts are left out as
/// usual, and so are the kernel transforms: these start at the identity, and decay would pull the small kernels towards
/// nothing instead of towards the centre of the large ones (the reference does that).
///
/// - Note: Sutskever et al., On the importance of initialization and momentum, 2013, §2, in the form of PyTorch's SGD
///   with dampening 0.
public final class MomentumOptimizer {
  /// The velocity of every weight; zero at first.
  public let velocity: TensorArena
  /// How much of the velocity each step keeps, 0..<1.
  public let momentum: Double
  /// The factor of the weights in the gradient.
  public let weightDecay: Double
  /// The largest length that the whole gradient may have; a longer one is scaled down to it. None: no bound.
  public let maximumGradientNorm: Double?

  private let update: NesterovMomentum

  /// An optimizer of a space's weights.
  public init(space: SearchSpace, momentum: Double, weightDecay: Double, maximumGradientNorm: Double? = nil) {
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.maximumGradientNorm = maximumGradientNorm
    let layout = space.tensorLayout
    let decayed = Set(space.tensors.filter(\.role.isDecayed).map(\.name))
    velocity = TensorArena(layout)
    update = NesterovMomentum(momentum: Float(momentum), layout: layout) {
      decayed.contains($0.name) ? Float(weightDecay) : 0
    }
  }

  /// Forgets the velocity.
  public func reset() { velocity.clear() }

  /// Moves the weights one step against the gradients.
  ///
  /// - Returns: the length of the whole gradient before clipping.
  @discardableResult
  public func step(weights: TensorArena, gradients: TensorArena, learningRate: Double, team: ThreadTeam) -> Double {
    let norm = gradients.norm(team: team)
    let scale = maximumGradientNorm.map { norm > $0 ? Float($0 / norm) : 1 } ?? 1
    update.step(
      weights: weights, velocity: velocity, gradients: gradients, learningRate: Float(learningRate),
      gradientScale: scale, team: team)
    return norm
  }
}

extension SupernetTensor.Role {
  /// Whether weight decay acts on such a tensor.
  public var isDecayed: Bool {
    switch self {
    case .filter, .linear: true
    case .bias, .scale, .shift, .kernelTransform: false
    }
  }
}
