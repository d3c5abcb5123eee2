import OFAEngine

/// An exponential moving average of weights, which is often better than the weights of the last step.
///
///     average = average + (1 − d) · (weights − average),   d = min( decay, (1 + t) / (10 + t) )
///
/// t counts the updates before this one, so that the average forgets where it began.
///
///     let average = WeightAverage(of: supernet.weights, decay: 0.999)
///     average.update(with: supernet.weights, after: step, team: team)
///     let averaged = Supernet(space: supernet.space, weights: average.weights)
///
/// Channels that are sorted are sorted in it too, as in the weights.
///
/// - Note: Polyak and Juditsky, Acceleration of Stochastic Approximation by Averaging, 1992, with weights that fall
///   exponentially, as TensorFlow's ExponentialMovingAverage has them.
public final class WeightAverage {
  /// The average.
  public let weights: TensorArena
  /// How much of the average an update keeps at most, 0..<1.
  public let decay: Double

  /// An average that begins at weights.
  public init(of weights: TensorArena, decay: Double) {
    precondition((0..<1).contains(decay))
    self.weights = weights.copy()
    self.decay = decay
  }

  /// What a checkpoint holds, and by which name.
  public var state: [(name: String, arena: TensorArena)] { [("average", weights)] }

  /// Takes a step's weights in.
  ///
  /// - Parameters:
  ///   - weights: the weights after the step.
  ///   - updates: how many updates there were before.
  ///   - team: the threads that compute.
  public func update(with weights: TensorArena, after updates: Int, team: ThreadTeam) {
    precondition(updates >= 0)
    let kept = min(decay, (1 + Double(updates)) / (10 + Double(updates)))
    self.weights.approach(weights, by: Float(1 - kept), team: team)
  }
}
