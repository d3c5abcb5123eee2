import Foundation
import OFAFormats
import OFATraining
import TestSupport
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

  @Test("Unless told otherwise the rate is half a cosine's, to the last bit")
  func halfCosine() {
    let schedule = LearningRateSchedule(peak: 0.1, warmUp: 0.02)
    for step in 20..<1_000 {
      let progress = Double(step) / 1_000
      let position = min(1, (progress - 0.02) / (1 - 0.02))
      #expect(schedule.rate(at: progress) == 0.1 / 2 * (1 + cos(.pi * position)))
    }
  }
}

@Suite("Decay of the learning rate")
struct DecayTests {
  @Test("Every shape falls from the peak to its final share and holds it there", arguments: Decay.Shape.allCases)
  func bounds(_ shape: Decay.Shape) {
    for (finalShare, tail) in [(0.05, 0), (0.05, 0.25), (0.5, 0.9), (1, 0.5)] {
      let decay = Decay(shape, finalShare: finalShare, tail: tail)
      let shares = (0...100).map { decay.share(at: Double($0) / 100) }
      #expect(shares[0] == 1)
      #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 >= $1 })
      let held = shares.enumerated().filter { Double($0.offset) / 100 > 1 - tail - 1e-9 }
      #expect(held.allSatisfy { abs($0.element - finalShare) < 1e-12 }, "\(finalShare), \(tail)")
      if finalShare < 1 { #expect((shares.first { $0 < finalShare + 1e-9 }) == held[0].element) }
      // A clock may overshoot.
      #expect(decay.share(at: 2) == shares[100])
    }
  }

  @Test("Half way down, each shape is where its formula says")
  func middles() {
    #expect(abs(Decay().share(at: 0.5) - 0.5) < 1e-12)
    #expect(abs(Decay(finalShare: 0.2, tail: 0.5).share(at: 0.125) - (0.2 + 0.4 * (1 + 0.5.squareRoot()))) < 1e-12)
    #expect(abs(Decay(.linear).share(at: 0.25) - 0.75) < 1e-12)
    #expect(abs(Decay(.linear, finalShare: 0.2, tail: 0.5).share(at: 0.25) - 0.6) < 1e-12)
    #expect(abs(Decay(.exponential, finalShare: 0.01).share(at: 0.5) - 0.1) < 1e-12)
    #expect(Decay(.linear).share(at: 1) == 0 && Decay().share(at: 1) == 0)
  }

  @Test("A factor of 0.97 every 2.4 epochs down to 5 %, over 360 epochs")
  func exponential() {
    let reached = 2.4 * log(0.05) / log(0.97)
    #expect(abs(reached - 236) < 0.1)
    let schedule = LearningRateSchedule(
      peak: 0.256, decay: Decay(.exponential, finalShare: 0.05, tail: 1 - reached / 360))
    for epoch in [0, 2.4, 24, 100, 236] {
      #expect(abs(schedule.rate(at: epoch / 360) - 0.256 * pow(0.97, epoch / 2.4)) < 1e-9)
    }
    for epoch in [237.0, 300, 360] { #expect(abs(schedule.rate(at: epoch / 360) - 0.256 * 0.05) < 1e-9) }
  }

  @Test("The decay begins where the warm-up ends")
  func afterWarmUp() {
    let schedule = LearningRateSchedule(peak: 2, warmUp: 0.5, decay: Decay(.linear, finalShare: 0.5))
    #expect(schedule.rate(at: 0.25) == 1)
    #expect(schedule.rate(at: 0.5) == 2)
    #expect(abs(schedule.rate(at: 0.75) - 1.5) < 1e-12)
    #expect(schedule.rate(at: 1) == 1)
  }

  private func decode(_ text: String) throws -> Decay {
    try JSON.decode(Decay.self, from: text, at: "recipe.json", unknownKeys: .refused)
  }

  @Test("In a document its final share and its tail may be left out; it survives being written and read")
  func document() throws {
    #expect(try decode(#"{"shape": "cosine"}"#) == Decay())
    #expect(try decode(#"{"shape": "linear", "tail": 0.5}"#) == Decay(.linear, tail: 0.5))
    let decay = Decay(.exponential, finalShare: 0.05, tail: 0.34)
    #expect(try decode(JSON.encode(decay)) == decay)
  }

  @Test(
    "A decay that cannot be followed is refused with what is wrong",
    arguments: [
      (#"{"shape": "exponential"}"#, "recipe.json: an exponential decay needs a finalShare above 0"),
      (#"{"shape": "cosine", "finalShare": 1.5}"#, "recipe.json: a finalShare of 1.5 is not from 0 to 1"),
      (#"{"shape": "cosine", "finalShare": -0.1}"#, "recipe.json: a finalShare of -0.1 is not from 0 to 1"),
      (#"{"shape": "linear", "tail": 1}"#, "recipe.json: a tail of 1.0 is not from 0 to below 1"),
      (#"{"shape": "step"}"#, "recipe.json: shape: 'step' is unknown; known are cosine, linear, exponential"),
      (#"{"finalShare": 0.5}"#, "recipe.json: shape: missing"),
      (#"{"shape": "cosine", "share": 1}"#, "recipe.json: share: unknown key; known here are finalShare, shape, tail"),
    ])
  func refused(_ text: String, _ description: String) {
    let failure = failure { try decode(text) }
    #expect(failure?.kind == .badData)
    #expect(failure?.description == description)
  }
}
