/// What the leader of a run tells the other ranks.
enum Order: Codable {
  /// To make a step.
  case step(StepOrder)
  /// To evaluate what the leader's farm hands out.
  case evaluate
  /// That there is no more to do.
  case end
}

/// A step, as all ranks make it together.
struct StepOrder: Hashable, Codable {
  /// The index of the phase.
  var phase: Int
  /// The steps done before, in the phase.
  var stepInPhase: Int
  /// The steps done before, in all phases.
  var steps: Int
  /// The learning rate.
  var learningRate: Double
}
