import OFATraining
import Testing

@Suite("Learning rate schedule")
struct LearningRateScheduleTests {
  /// The rate of a step of the published schedules: 621 steps an epoch.
  private func rate(_ schedule: LearningRateSchedule, step: Int, epochs: Int) -> Double {
    let steps = Double(621 * epochs)
    return schedule.rate(at: Double(step) / steps, step: 1 / steps)
  }

  @Test("The published kernel phase: 5 epochs of warm-up, 120 of cosine")
  func kernelPhase() {
    let schedule = LearningRateSchedule(peak: 0.96, start: 0.03, warmUp: 5.0 / 125)
    #expect(abs(rate(schedule, step: 0, epochs: 125) - 0.0302995) < 5e-8)
    #expect(abs(rate(schedule, step: 5 * 621 - 1, epochs: 125) - 0.96) < 1e-9)
    #expect(abs(rate(schedule, step: 65 * 621, epochs: 125) - 0.48) < 1e-9)
    #expect(abs(rate(schedule, step: 125 * 621 - 1, epochs: 125) / 4.27e-10 - 1) < 0.01)
  }

  @Test("The published phases with a peak of 0.24")
  func laterPhases() {
    let schedule = LearningRateSchedule(peak: 0.24, start: 0.0075, warmUp: 5.0 / 125)
    #expect(abs(rate(schedule, step: 0, epochs: 125) - 0.0075749) < 5e-8)
  }

  @Test("Without a warm-up it starts at the peak and ends at zero")
  func bounds() {
    let schedule = LearningRateSchedule(peak: 0.08)
    #expect(schedule.rate(at: 0) == 0.08)
    #expect(abs(schedule.rate(at: 0.5) - 0.04) < 1e-12)
    #expect(abs(schedule.rate(at: 1)) < 1e-12)
    // A clock may overshoot.
    #expect(abs(schedule.rate(at: 1.5)) < 1e-12)
  }
}
