import CRuntime

/// Stochastic gradient descent with Nesterov momentum over flat arenas.
///
///     g ← gradientScale · gradient + decay · w,   v ← momentum · v + g,   w ← w − learningRate · (g + momentum · v)
///
/// - Note: Sutskever et al., 2013, in the form that PyTorch uses.
public struct NesterovMomentum: Sendable {
  /// The momentum factor.
  public var momentum: Float
  private let decay: [Float]  // one for each panel of parameters

  /// Momentum, and the weight decay of each tensor of a layout.
  public init(momentum: Float, layout: TensorLayout, weightDecay: (TensorLayout.Entry) -> Float) {
    self.momentum = momentum
    var decay = [Float](repeating: 0, count: PlanBuilder.panels(layout.count))
    for entry in layout.entries {
      let panels = entry.offset / PlanBuilder.panel..<PlanBuilder.panels(entry.offset + entry.count)
      for panel in panels { decay[panel] = weightDecay(entry) }
    }
    self.decay = decay
  }

  /// Updates weights and velocity by one step.
  public func step(
    weights: TensorArena, velocity: TensorArena, gradients: TensorArena, learningRate: Float, gradientScale: Float = 1,
    team: ThreadTeam
  ) {
    precondition(weights.layout.count == decay.count * PlanBuilder.panel)
    precondition(velocity.layout.count == weights.layout.count)
    decay.withUnsafeBufferPointer { decay in
      var step = ofa_sgd(
        count: weights.layout.count, weights: weights.values.baseAddress, velocity: velocity.values.baseAddress,
        gradients: gradients.values.baseAddress, decay: decay.baseAddress, learning_rate: learningRate,
        momentum: momentum, gradient_scale: gradientScale)
      ofa_sgd_step(team.form.form, team.team, &step)
    }
  }
}
