import OFANumerics
import Testing

@Suite struct SeededGeneratorTests {
  private func draws(_ generator: SeededGenerator, _ count: Int = 8) -> [UInt64] {
    var generator = generator
    return (0..<count).map { _ in generator.next() }
  }

  @Test("Equal seed, name and index draw equal numbers")
  func reproducible() {
    #expect(draws(SeededGenerator(seed: 3, stream: "a", 1)) == draws(SeededGenerator(seed: 3, stream: "a", 1)))
  }

  @Test("A different seed, name or index draws different numbers")
  func independent() {
    let firsts = [
      SeededGenerator(seed: 0, stream: "a"), SeededGenerator(seed: 1, stream: "a"),
      SeededGenerator(seed: 0, stream: "b"),
      SeededGenerator(seed: 0, stream: "a", 1), SeededGenerator(seed: 0, stream: "a", -1),
      SeededGenerator(seed: 0, stream: ""), SeededGenerator(seed: 0, stream: "ab"),
    ].map { draws($0) }
    #expect(Set(firsts).count == firsts.count)
    #expect(Set(firsts.flatMap { $0 }).count == 8 * firsts.count)
  }

  @Test("Every bit is set half of the time")
  func unbiasedBits() {
    var generator = SeededGenerator(seed: 11, stream: "bits")
    var counts = [Int](repeating: 0, count: 64)
    let n = 20_000
    for _ in 0..<n {
      let word = generator.next()
      for bit in 0..<64 { counts[bit] += Int(word >> UInt64(bit) & 1) }
    }
    // Five standard deviations of a fair coin.
    for count in counts { #expect(abs(Double(count) - Double(n) / 2) < 5 * (Double(n) / 4).squareRoot()) }
  }

  @Test("Uniform draws fill [0, 1) evenly")
  func uniform() {
    var generator = SeededGenerator(seed: 5, stream: "uniform")
    let values = (0..<40_000).map { _ in generator.uniform() }
    #expect(values.allSatisfy { (0..<1).contains($0) })
    #expect(abs(Statistics.mean(values) - 0.5) < 0.01)
    #expect(abs(Statistics.quantile(values, 0.9) - 0.9) < 0.01)
  }

  @Test("Gaussian draws have the moments of the normal distribution")
  func gaussian() {
    var generator = SeededGenerator(seed: 5, stream: "gaussian")
    let values = (0..<100_000).map { _ in generator.gaussian() }
    #expect(values.allSatisfy { $0.isFinite })
    #expect(abs(Statistics.mean(values)) < 0.02)
    #expect(abs(Statistics.standardDeviation(values) - 1) < 0.02)
    #expect(abs(Statistics.mean(values.map { $0 * $0 * $0 * $0 }) - 3) < 0.15)
    #expect(abs(Statistics.quantile(values, 0.975) - 1.959964) < 0.03)
  }
}
