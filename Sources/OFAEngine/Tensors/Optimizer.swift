import CRuntime
import Foundation

/// How an optimizer moves the values of one tensor.
public struct Pace: Hashable, Sendable {
  /// A factor of the learning rate.
  public var rate: Float
  /// The weight decay.
  public var decay: Float

  /// A pace of its parts.
  public init(rate: Float = 1, decay: Float = 0) {
    self.rate = rate
    self.decay = decay
  }
}

/// Stochastic gradient descent with Nesterov momentum over flat arenas.
///
///     g ← gradientScale · gradient + decay · w,   v ← momentum · v + g
///     w ← w − learningRate · rate · (g + momentum · v)
///
/// - Note: Sutskever et al., 2013, in the form that PyTorch uses.
public struct NesterovMomentum: Sendable {
  /// The momentum factor.
  public var momentum: Float
  private let paces: [ofa_pace]

  /// Momentum, and the pace of each tensor of a layout.
  public init(momentum: Float, layout: TensorLayout, paces: [Pace]) {
    self.momentum = momentum
    self.paces = layout.panels(of: paces)
  }

  /// Updates weights and velocity by one step.
  public func step(
    weights: TensorArena, velocity: TensorArena, gradients: TensorArena, learningRate: Float, gradientScale: Float = 1,
    team: ThreadTeam
  ) {
    let count = commonCount(of: [weights, velocity, gradients], paces: paces)
    paces.withUnsafeBufferPointer { paces in
      var step = ofa_sgd(
        count: count, weights: weights.values.baseAddress, velocity: velocity.values.baseAddress,
        gradients: gradients.values.baseAddress, paces: paces.baseAddress, learning_rate: learningRate,
        momentum: momentum, gradient_scale: gradientScale)
      ofa_sgd_step(team.form.form, team.team, &step)
    }
  }
}

/// Adam with decoupled weight decay over flat arenas.
///
///     g ← gradientScale · gradient,   m ← β₁ · m + (1 − β₁) · g,   v ← β₂ · v + (1 − β₂) · g²
///     w ← w − learningRate · rate · ( decay · w + m / (1 − β₁ᵗ) / ( √(v / (1 − β₂ᵗ)) + ε ) )
///
/// m and v are the first and the second moment, zero before the first step, which is t = 1.
///
/// - Note: Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019, algorithm 2, in the form that PyTorch
///   uses.
public struct AdaptiveMoments: Sendable {
  /// How much of the first moment each step keeps, 0..<1.
  public var beta1: Double
  /// How much of the second moment each step keeps, 0..<1.
  public var beta2: Double
  /// What is added to the root of the second moment; positive.
  public var epsilon: Double
  private let paces: [ofa_pace]

  /// The constants, and the pace of each tensor of a layout.
  public init(beta1: Double, beta2: Double, epsilon: Double, layout: TensorLayout, paces: [Pace]) {
    precondition((0..<1).contains(beta1) && (0..<1).contains(beta2) && epsilon > 0)
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.paces = layout.panels(of: paces)
  }

  /// Updates weights and moments by step `t`.
  public func step(
    _ t: Double, weights: TensorArena, first: TensorArena, second: TensorArena, gradients: TensorArena,
    learningRate: Float, gradientScale: Float = 1, team: ThreadTeam
  ) {
    let count = commonCount(of: [weights, first, second, gradients], paces: paces)
    paces.withUnsafeBufferPointer { paces in
      var step = ofa_adamw(
        count: count, weights: weights.values.baseAddress, first: first.values.baseAddress,
        second: second.values.baseAddress, gradients: gradients.values.baseAddress, paces: paces.baseAddress,
        learning_rate: learningRate, first_share: Float(1 - beta1), second_share: Float(1 - beta2),
        first_correction: Float(1 / (1 - pow(beta1, t))),
        second_correction: Float(1 / (1 - pow(beta2, t)).squareRoot()), epsilon: Float(epsilon),
        gradient_scale: gradientScale)
      ofa_adamw_step(team.form.form, team.team, &step)
    }
  }
}

extension TensorLayout {
  /// The paces of the tensors, in their order, as one for each panel.
  fileprivate func panels(of paces: [Pace]) -> [ofa_pace] {
    precondition(paces.count == entries.count, "\(paces.count) paces are not one for each tensor.")
    return zip(entries, paces).flatMap { entry, pace in
      repeatElement(ofa_pace(rate: pace.rate, decay: pace.decay), count: PlanBuilder.panels(entry.count))
    }
  }
}

/// The number of values of arenas that share the layout of the paces.
private func commonCount(of arenas: [TensorArena], paces: [ofa_pace]) -> Int {
  let count = paces.count * PlanBuilder.panel
  precondition(arenas.allSatisfy { $0.layout.count == count }, "The arenas are not all of the optimizer's layout.")
  return count
}
