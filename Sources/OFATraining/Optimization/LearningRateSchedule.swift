/// A learning rate that rises linearly to its peak and then falls, as a function of progress.
///
///     warm-up, p < w:   start + (peak − start) · (p + δ) / w
///     after it:         peak · decay( (p − w) / (1 − w) )
///
/// Progress p runs from 0 at a phase's first step towards 1; δ is the progress that one step makes, so that the last
/// step of the warm-up has the peak rate. Progress may be counted in steps or in time: the schedule does not know
/// which. How the rate falls is said by ``Decay``; unless told otherwise, to zero along a half cosine.
///
/// - Note: Once-for-All, 2020, appendix B.
public struct LearningRateSchedule: Hashable, Sendable {
  /// The largest rate.
  public var peak: Double
  /// The rate that the warm-up starts from.
  public var start: Double
  /// The share of the progress that the warm-up takes, 0..<1.
  public var warmUp: Double
  /// How the rate falls after it.
  public var decay: Decay

  /// A schedule of its parts.
  public init(peak: Double, start: Double = 0, warmUp: Double = 0, decay: Decay = Decay()) {
    precondition(peak >= 0 && start >= 0 && (0..<1).contains(warmUp))
    self.peak = peak
    self.start = start
    self.warmUp = warmUp
    self.decay = decay
  }

  /// The rate of a step that starts at `progress` in 0…1 and makes `step` of progress.
  public func rate(at progress: Double, step: Double = 0) -> Double {
    if progress < warmUp {
      return start + (peak - start) * min(1, (progress + step) / warmUp)
    }
    return peak * decay.share(at: (progress - warmUp) / (1 - warmUp))
  }
}
