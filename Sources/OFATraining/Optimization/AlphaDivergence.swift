import Foundation

/// How far a student's distribution q is from a teacher's p, one of a family that α goes through.
///
///     D = Σ q · (rᵅ − 1) / (α · (α − 1)),   r = p / q
///
/// At α = 1 the limit is Σ p · log r, which weighs what the student lacks; at α = 0 it is −Σ q · log r. The further α
/// is below 0, the more weighs what the student has too much.
///
/// Where student and teacher differ much, a power of r can be of any size, so it is clipped: rᵅ to at most c, and for
/// α = 0 the ratio r itself; for α = 1 nothing is. What is clipped has no slope in r any more, so a *surrogate*
/// is descended in place of D:
///
///     surrogate = −Σ q · ρ · log q,   ρ = rᵅ / α + 1 / (α · (α − 1));   ρ = r at α = 1, log r − 1 at α = 0
///
/// with q · ρ held constant, so that its gradient by the logits is q · Σ (q · ρ) − q · ρ. Where nothing is clipped this
/// is D's own gradient. The surrogate's value means nothing, and may be negative.
///
/// - Note: Wang et al., AlphaNet, 2021, §3, as its code has it.
public struct AlphaDivergence: Hashable, Sendable {
  /// The order.
  public let alpha: Double
  /// What a power of a ratio is at most; 1 or more, and finite.
  public let clip: Double

  /// A divergence of an order.
  public init(alpha: Double, clip: Double = 5) {
    precondition(alpha.isFinite && clip >= 1 && clip.isFinite)
    self.alpha = alpha
    self.clip = clip
  }

  /// What the divergence is for one sample.
  public struct Term: Hashable, Sendable {
    /// D in nats.
    public var divergence: Double
    /// What is descended.
    public var surrogate: Double
    /// The surrogate's gradient by the student's logits.
    public var gradient: [Double]
  }

  /// Compares one sample's logits.
  ///
  /// All is worked out from logarithms, so that no ratio overflows before it is clipped.
  ///
  /// - Precondition: there are as many of the student's as of the teacher's.
  public func term(student: ArraySlice<Float>, teacher: ArraySlice<Float>) -> Term {
    precondition(student.count == teacher.count)
    let logStudent = Loss.logSoftmax(student)
    let largest = log(clip)
    var divergence = 0.0
    // q · ρ of each class.
    let weights = zip(logStudent, Loss.logSoftmax(teacher)).map { logQ, logP -> Double in
      let q = exp(logQ)
      switch alpha {
      case 1:
        divergence += exp(logP) * (logP - logQ)
        return exp(logP)
      case 0:
        let logRatio = min(logP - logQ, largest)
        divergence -= q * logRatio
        return q * (logRatio - 1)
      default:
        let logPower = min(alpha * (logP - logQ), largest)
        divergence += q * expm1(logPower) / (alpha * (alpha - 1))
        return q * (exp(logPower) / alpha + 1 / (alpha * (alpha - 1)))
      }
    }
    let mass = weights.reduce(0, +)
    return Term(
      divergence: divergence, surrogate: -zip(weights, logStudent).reduce(0) { $0 + $1.0 * $1.1 },
      gradient: zip(weights, logStudent).map { exp($1) * mass - $0 })
  }
}
