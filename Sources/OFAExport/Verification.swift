/// How far two programs' logits for the same images lie apart.
public struct Verification: Hashable, Sendable {
  /// The most by which a logit of one differs from that of the other.
  public var maxAbsoluteDifference: Float
  /// The largest magnitude of the reference's logits.
  public var largestLogit: Float

  /// The part of the largest logit that the difference may reach: float32 sums of some thousand terms in another order.
  public static let tolerance: Float = 1e-4

  /// The comparison of logits with those of a reference, in one order. A logit that is not a number makes the
  /// difference infinite.
  public init(logits: [Float], reference: [Float]) {
    precondition(logits.count == reference.count, "\(logits.count) logits, \(reference.count) of the reference.")
    maxAbsoluteDifference = zip(logits, reference).reduce(0) {
      let difference = abs($1.0 - $1.1)
      return difference.isNaN ? .infinity : max($0, difference)
    }
    largestLogit = reference.reduce(0) { max($0, abs($1)) }
  }

  /// Whether the difference is at most ``tolerance`` times the largest logit.
  public var agrees: Bool { maxAbsoluteDifference <= Self.tolerance * largestLogit }
}
