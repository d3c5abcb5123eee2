import OFAEngine
import OFASpace
import OFASupernet

/// Adam with decoupled weight decay.
///
///     g = clipped gradient
///     m = β₁ · m + (1 − β₁) · g
///     v = β₂ · v + (1 − β₂) · g²
///     w = w − rate · ( weightDecay · w + m / (1 − β₁ᵗ) / ( √(v / (1 − β₂ᵗ)) + ε ) ),   t = 1, 2, …
///
/// - Note: Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019, algorithm 2, in the form of PyTorch's
///   AdamW: the decay has the learning rate as a factor.
public final class AdamW: Optimizer {
  /// How much of the first moment each step keeps, 0..<1.
  public let beta1: Double
  /// How much of the second moment each step keeps, 0..<1.
  public let beta2: Double
  /// What is added to the root of the second moment; positive.
  public let epsilon: Double
  /// The factor of the weights in a step; see ``Optimizer``.
  public let weightDecay: Double
  /// The largest length that the whole gradient may have; a longer one is scaled down to it. None: no bound.
  public let maximumGradientNorm: Double?

  let first: TensorArena
  private let second: TensorArena
  // An arena of one value, so that a checkpoint holds it as it holds the moments. Counting ends at 2²⁴, where the
  // powers of β₁ and β₂ are nothing.
  private let steps = TensorArena(TensorLayout([("count", [1])]))
  private let update: AdaptiveMoments

  /// An optimizer of a space's weights.
  ///
  /// - Parameters:
  ///   - space: the space.
  ///   - beta1: how much of the first moment each step keeps, 0..<1.
  ///   - beta2: how much of the second moment each step keeps, 0..<1.
  ///   - epsilon: what keeps the divisor from zero.
  ///   - weightDecay: how much of a weight a step of rate 1 takes away.
  ///   - maximumGradientNorm: the largest length that the whole gradient may have; no bound without it.
  ///   - rates: factors of the learning rate by role, 1 where there is none.
  public convenience init(
    space: SearchSpace, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double,
    maximumGradientNorm: Double? = nil, rates: [SupernetTensor.Role: Double] = .adaptive
  ) {
    self.init(
      space: space, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
      maximumGradientNorm: maximumGradientNorm, paces: space.paces(weightDecay: weightDecay, rates: rates))
  }

  /// An optimizer with the pace of each tensor.
  init(
    space: SearchSpace, beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double,
    maximumGradientNorm: Double?, paces: [Pace]
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.maximumGradientNorm = maximumGradientNorm
    let layout = space.tensorLayout
    first = TensorArena(layout)
    second = TensorArena(layout)
    update = AdaptiveMoments(
      beta1: beta1, beta2: beta2, epsilon: epsilon, layout: layout, paces: paces)
  }

  /// The two moments, and the number of steps.
  public var state: [(name: String, arena: TensorArena)] {
    [("firstMoment", first), ("secondMoment", second), ("steps", steps)]
  }

  /// Moves the weights one step against the gradients.
  ///
  /// - Returns: the length of the whole gradient before clipping.
  @discardableResult
  public func step(weights: TensorArena, gradients: TensorArena, learningRate: Double, team: ThreadTeam) -> Double {
    let norm = gradients.norm(team: team)
    steps["count"][0] += 1
    update.step(
      Double(steps["count"][0]), weights: weights, first: first, second: second, gradients: gradients,
      learningRate: Float(learningRate), gradientScale: clipping(norm), team: team)
    return norm
  }
}
