import OFAEngine

/// How the gradients of those who take part in a step become one.
public protocol GradientExchange {
  /// Replaces the gradients of this part of the step by those of the whole, and returns the whole's loss.
  ///
  /// - Throws: `Failure` when another part is lost.
  func combine(_ gradients: TensorArena, loss: Double) throws -> Double
}

/// Nobody else takes part.
public struct Alone: GradientExchange {
  /// An exchange with nobody.
  public init() {}

  /// Leaves the gradients as they are.
  public func combine(_ gradients: TensorArena, loss: Double) -> Double { loss }
}
