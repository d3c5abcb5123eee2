/// How far two programs' answers to the same images lie apart.
public struct Verification: Hashable, Sendable {
  /// The most by which a value of one differs from that of the other.
  public var maxAbsoluteDifference: Float
  /// The largest magnitude of the reference's values.
  public var largestValue: Float
  /// The part of the largest value that the difference may reach.
  public var tolerance: Float

  /// The tolerance of logits: float32 sums of some thousand terms in another order.
  public static let logitsTolerance: Float = 1e-4
  /// The tolerance of probabilities of pictures: here and there a value of a reduced picture lies so near the middle of
  /// two bytes that the programs round it to different ones.
  public static let probabilitiesTolerance: Float = 1e-3

  /// The comparison of logits, or other values, with those of a reference, in one order. A value that is not a number
  /// makes the difference infinite.
  public init(_ values: [Float], reference: [Float], tolerance: Float = logitsTolerance) {
    precondition(values.count == reference.count, "\(values.count) values, \(reference.count) of the reference.")
    maxAbsoluteDifference = zip(values, reference).reduce(0) {
      let difference = abs($1.0 - $1.1)
      return difference.isNaN ? .infinity : max($0, difference)
    }
    largestValue = reference.reduce(0) { $1.isNaN ? .infinity : max($0, abs($1)) }
    self.tolerance = tolerance
  }

  /// Whether the difference is at most ``tolerance`` times the largest value, and that is finite.
  public var agrees: Bool { largestValue.isFinite && maxAbsoluteDifference <= tolerance * largestValue }
}
