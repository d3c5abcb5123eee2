import CRuntime

/// Stochastic gradient descent with Nesterov momentum over flat arenas.
///
///     g ← gradientScale · gradient + decay · w,   v ← momentum · v + g,   w ← w − learningRate · (g + momentum · v)
///
/// - Note: Sutskever et al., 2013, in the form that PyTorch uses.
public struct NesterovMomentum: Sendable {
  /// The momentum factor.
  public var momentum: Float
  private let decay: [Float]  // one for each run of 16 parameters

  /// Momentum, and the weight decay of each tensor of a layout.
  public init(momentum: Float, layout: TensorLayout, weightDecay: (TensorLayout.Entry) -> Float) {
    self.momentum = momentum
    var decay = [Float](repeating: 0, count: layout.count / 16)
    for entry in layout.entries {
      for run in entry.offset / 16..<(entry.offset + entry.count + 15) / 16 { decay[run] = weightDecay(entry) }
    }
    self.decay = decay
  }

  /// Updates weights and velocity by one step.
  public func step(
    weights: TensorArena, velocity: TensorArena, gradients: TensorArena, learningRate: Float, gradientScale: Float = 1,
    team: ThreadTeam
  ) {
    precondition(weights.layout.count == decay.count * 16 && velocity.layout.count == weights.layout.count)
    ofa_sgd(
      team.team, weights.layout.count, weights.values.baseAddress, velocity.values.baseAddress,
      gradients.values.baseAddress, decay, learningRate, momentum, gradientScale)
  }
}
