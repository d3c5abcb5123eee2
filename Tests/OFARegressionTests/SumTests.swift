import OFAFormats
import OFANumerics
import OFARegression
import Testing

/// Regressions of sums: rates that are never below zero, and trees on parts of which only the sum is known.
@Suite struct SumTests {
  @Test("A non-negative ridge finds a law of rates above zero, whatever the features' units")
  func law() {
    var generator = SeededGenerator(seed: 1, stream: "rates")
    let rows = (0..<40).map { _ in [generator.uniform(), 1e9 * generator.uniform(), 1e-6 * generator.uniform(), 0] }
    let targets = rows.map { 3 * $0[0] + 2e-9 * $0[1] }
    let model = NonNegativeRidge(
      fitting: Samples(features: Matrix(rows), targets: targets), weights: targets.map { 1 / ($0 * $0) }, penalty: 1e-9)
    for (value, expected) in zip(model.coefficients, [3, 2e-9]) { #expect(abs(value / expected - 1) < 1e-4) }
    #expect(model.coefficients[3] == 0 && model.coefficients.allSatisfy { $0 >= 0 })
    for (p, t) in zip(model.predictions(for: Matrix(rows)), targets) { #expect(abs(p / t - 1) < 1e-3) }
  }

  @Test("Weights of a non-negative ridge are repetitions of samples")
  func weights() {
    let rows: [[Double]] = [[1, 2], [3, 1], [2, 2]]
    let targets = [2.0, 5, 3]
    let weighted = NonNegativeRidge(
      fitting: Samples(features: Matrix(rows), targets: targets), weights: [2, 1, 3], penalty: 0.1)
    let indices = [0, 0, 1, 2, 2, 2]
    let repeated = NonNegativeRidge(
      fitting: Samples(features: Matrix(indices.map { rows[$0] }), targets: indices.map { targets[$0] }),
      weights: indices.map { _ in 1 }, penalty: 0.1)
    for (a, b) in zip(weighted.coefficients, repeated.coefficients) { #expect(abs(a - b) < 1e-12) }
  }

  @Test("Trees learn what parts are worth of which only weighted sums are known")
  func sums() {
    func worth(_ x: [Double]) -> Double { (x[0] > 0.5 ? 0.4 : -0.2) + (x[1] > 0.3 ? 0.1 : 0) }
    func draw(_ seed: UInt64) -> (features: Matrix, weights: [Double], groups: [Range<Int>], targets: [Double]) {
      var generator = SeededGenerator(seed: seed, stream: "sums")
      var (rows, weights, groups, targets) = ([[Double]](), [Double](), [Range<Int>](), [Double]())
      for _ in 0..<200 {
        let start = rows.count
        let level = generator.uniform()
        for _ in 0..<6 {
          rows.append([min(1, max(0, level + 0.3 * generator.gaussian())), generator.uniform(), generator.uniform()])
          weights.append(generator.uniform() / 3)
        }
        groups.append(start..<rows.count)
        targets.append(groups[groups.count - 1].reduce(0) { $0 + weights[$1] * worth(rows[$1]) })
      }
      return (Matrix(rows), weights, groups, targets)
    }
    let known = draw(1)
    let trees = BoostedTrees(
      fittingSumsOf: known.features, weights: known.weights, groups: known.groups, targets: known.targets, seed: 1)
    let fresh = draw(2)
    let parts = trees.predictions(for: fresh.features)
    let sums = fresh.groups.map { $0.reduce(0) { $0 + fresh.weights[$1] * parts[$1] } }
    let error = Statistics.rootMeanSquareError(sums, fresh.targets)
    #expect(error < 0.25 * Statistics.standardDeviation(fresh.targets), "\(error)")
    #expect(abs(trees.prediction(for: fresh.features[row: 7]) - parts[7]) < 1e-12)
  }

  @Test("Trees of groups of one row of weight 1 are trees of rows")
  func single() {
    let samples = SyntheticSamples(count: 100, seed: 3).samples
    let mean = Statistics.mean(samples.targets)
    let sums = BoostedTrees(
      fittingSumsOf: samples.features, weights: samples.targets.map { _ in 1 },
      groups: samples.targets.indices.map { $0..<$0 + 1 }, targets: samples.targets.map { $0 - mean }, seed: 4)
    let rows = BoostedTrees(fitting: samples, trees: 150, seed: 4)
    let (a, b) = (sums.predictions(for: samples.features), rows.predictions(for: samples.features))
    // A leaf of sums may be smaller: a fiftieth of 50 rows.
    #expect(Statistics.rootMeanSquareError(a.map { $0 + mean }, b) < Statistics.standardDeviation(samples.targets) / 2)
  }

  @Test("Trees whose sums are beyond all numbers fit nothing")
  func huge() throws {
    for (mean, fits) in [("0.5", true), ("1e308", false), ("-1e308", false)] {
      let text = #"{"inputs": 1, "mean": \#(mean), "trees": []}"#
      #expect(try JSON.decode(BoostedTrees.self, from: text, at: "trees").fits(featureCount: 1) == fits)
    }
  }
}
