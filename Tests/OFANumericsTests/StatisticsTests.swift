import OFANumerics
import Testing

@Suite struct StatisticsTests {
  @Test("Mean, median, quantiles and deviation of small lists")
  func small() {
    #expect(Statistics.mean([1, 2, 6]) == 3)
    #expect(Statistics.median([5, 1, 3]) == 3)
    #expect(Statistics.median([4, 1, 3, 2]) == 2.5)
    #expect(Statistics.quantile([0, 10, 20, 30, 40], 0.25) == 10)
    #expect(abs(Statistics.quantile([0, 10], 0.9) - 9) < 1e-12)
    #expect(Statistics.quantile([7], 0.1) == 7)
    #expect(Statistics.quantile([3, 1, 2], 0) == 1)
    #expect(Statistics.quantile([3, 1, 2], 1) == 3)
    #expect(Statistics.standardDeviation([2, 4, 4, 4, 6]) == 2.0.squareRoot())
    #expect(Statistics.standardDeviation([3]) == 0)
    #expect(Statistics.rootMeanSquareError([1, 2], [1, 4]) == 2.0.squareRoot())
  }

  /// τ-b by looking at every pair.
  private func kendallTauByDefinition(_ x: [Double], _ y: [Double]) -> Double {
    var (difference, orderedX, orderedY) = (0.0, 0.0, 0.0)
    for i in x.indices {
      for j in 0..<i {
        let a = x[i] == x[j] ? 0.0 : (x[i] > x[j] ? 1 : -1)
        let b = y[i] == y[j] ? 0.0 : (y[i] > y[j] ? 1 : -1)
        difference += a * b
        orderedX += abs(a)
        orderedY += abs(b)
      }
    }
    return orderedX * orderedY == 0 ? 0 : difference / (orderedX.squareRoot() * orderedY.squareRoot())
  }

  @Test("Kendall's tau equals its definition over all pairs, with and without ties")
  func kendall() {
    var generator = SeededGenerator(seed: 1, stream: "tau")
    for n in 1...40 {
      for levels in [1, 2, 5, 1000] {
        let x = (0..<n).map { _ in Double(Int.random(in: 0..<levels, using: &generator)) }
        let y = (0..<n).map { _ in Double(Int.random(in: 0..<levels, using: &generator)) }
        let (fast, slow) = (Statistics.kendallTau(x, y), kendallTauByDefinition(x, y))
        #expect(abs(fast - slow) < 1e-12, "\(n) values of \(levels) levels: \(fast), by definition \(slow)")
      }
    }
  }

  @Test("Kendall's tau is 1 for equal order and −1 for reversed order")
  func kendallExtremes() {
    let x = (0..<100).map(Double.init)
    #expect(Statistics.kendallTau(x, x.map { $0 * $0 }) == 1)
    #expect(Statistics.kendallTau(x, x.map { -$0 }) == -1)
  }

  @Test("Ranks share the mean of their places among ties")
  func ranks() {
    #expect(Statistics.ranks([30, 10, 20, 10]) == [4, 1.5, 3, 1.5])
    #expect(Statistics.ranks([1, 1, 1]) == [2, 2, 2])
    #expect(Statistics.ranks([]) == [])
  }

  @Test("Spearman's correlation equals 1 − 6 Σd² / (n (n² − 1)) where nothing ties")
  func spearman() {
    var generator = SeededGenerator(seed: 2, stream: "spearman")
    for n in 2...30 {
      let x = (0..<n).map { _ in generator.gaussian() }
      let y = (0..<n).map { _ in generator.gaussian() }
      let squares = zip(Statistics.ranks(x), Statistics.ranks(y)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      let expected = 1 - 6 * squares / Double(n * (n * n - 1))
      #expect(abs(Statistics.spearman(x, y) - expected) < 1e-12)
    }
    // With ties: scipy.stats.spearmanr([1, 2, 2, 3, 5], [2, 1, 3, 3, 4]).statistic
    #expect(abs(Statistics.spearman([1, 2, 2, 3, 5], [2, 1, 3, 3, 4]) - 0.763157894736842) < 1e-12)
    #expect(Statistics.spearman([1, 1, 1], [1, 2, 3]) == 0)
  }
}
