import OFAReport
import Testing

@Suite struct TicksTests {
  @Test("Marks are evenly spaced round numbers within the range, at least two and not many more than asked for")
  func properties() {
    var generator = Draws(state: 1)
    for _ in 0..<20_000 {
      let measure = [Measure.number, .fraction, .milliseconds, .seconds, .multiplyAccumulates, .bytes].randomElement(
        using: &generator)!
      let low = Double.random(in: -1...1, using: &generator) * magnitude(&generator)
      let span = magnitude(&generator) * Double.random(in: 1...10, using: &generator)
      // Ranges far narrower than their values would need more digits than a label has.
      guard span > 1e-6 * abs(low) else { continue }
      let range = low...low + span
      let count = Int.random(in: 3...12, using: &generator)
      let ticks = Ticks(measure, over: range, count: count)
      #expect(ticks.values.count == ticks.labels.count)
      #expect((2...count + 1).contains(ticks.values.count) || ticks.values.count <= 4, "\(range) \(count) \(ticks)")
      #expect(ticks.values.allSatisfy(range.contains))
      #expect(Set(ticks.labels).count == ticks.labels.count, "\(range) \(ticks)")
      let steps = zip(ticks.values, ticks.values.dropFirst()).map { $1 - $0 }
      #expect(steps.allSatisfy { $0 > 0 && abs($0 - steps[0]) < 1e-6 * span }, "\(range) \(ticks)")
    }
  }

  private func magnitude(_ generator: inout Draws) -> Double {
    (0..<Int.random(in: 0...9, using: &generator)).reduce(1e-3) { value, _ in value * 10 }
  }

  @Test("A label is its mark's value in the unit")
  func labelsSayValues() throws {
    var generator = Draws(state: 2)
    for _ in 0..<2_000 {
      let low = Double.random(in: 0...1000, using: &generator)
      let ticks = Ticks(.number, over: low...low + Double.random(in: 0.01...500, using: &generator), count: 6)
      for (value, label) in zip(ticks.values, ticks.labels) {
        #expect(abs(try #require(Double(label)) - value) < 1e-9 * (1 + value), "\(label) for \(value)")
      }
    }
  }

  @Test("Units follow the size of the values")
  func units() {
    #expect(Ticks(.milliseconds, over: 0.1...0.62, count: 6).labels == ["100", "200", "300", "400", "500", "600"])
    #expect(Ticks(.milliseconds, over: 0.1...0.62, count: 6).unit == "µs")
    #expect(Ticks(.fraction, over: 0.78...0.84, count: 3).labels == ["78", "80", "82", "84"])
    #expect(Ticks(.fraction, over: 0.991...0.993, count: 4).labels == ["99.10", "99.15", "99.20", "99.25", "99.30"])
    #expect(Ticks(.multiplyAccumulates, over: 5e6...28e6, count: 5).labels == ["5", "10", "15", "20", "25"])
    #expect(Ticks(.multiplyAccumulates, over: 5e6...28e6, count: 5).unit == "M")
    #expect(Ticks(.number, over: -1...1, count: 4).labels == ["−1.0", "−0.5", "0.0", "0.5", "1.0"])
  }

  @Test("An axis without a range shows the values with a margin that does not cross zero")
  func shown() {
    let axis = Axis("latency", .milliseconds)
    #expect(axis.shown([1, 2]).lowerBound < 1 && axis.shown([1, 2]).upperBound > 2)
    #expect(axis.shown([0.01, 2]).lowerBound == 0)
    #expect(axis.shown([-2, -0.01]).upperBound == 0)
    #expect(axis.shown([3]).contains(3) && axis.shown([3]).upperBound > axis.shown([3]).lowerBound)
    #expect(axis.shown([0]).upperBound > axis.shown([0]).lowerBound)
    #expect(axis.shown([]) == 0...1)
    #expect(Axis("", .number, range: 2...5).shown([1, 9]) == 2...5)
  }
}

/// Reproducible draws: a linear congruential generator whose high bits are used.
struct Draws: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let high = state >> 32
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return high << 32 | state >> 32
  }
}
