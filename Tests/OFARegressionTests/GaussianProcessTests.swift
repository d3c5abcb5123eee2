import Foundation
import OFAFormats
import OFANumerics
import OFARegression
import TestSupport
import Testing

@Suite struct GaussianProcessTests {
  /// Rows of three choices and two measures, and a law that is neither linear nor a sum.
  private static func samples(_ count: Int, seed: UInt64) -> Samples {
    var generator = SeededGenerator(seed: seed, stream: "process")
    let rows: [[Float]] = (0..<count).map { _ in
      (0..<3).map { _ in Bool.random(using: &generator) ? 1 : 0 } + (0..<2).map { _ in Float(3 + generator.gaussian()) }
    }
    let targets = rows.map { row in
      0.7 + 0.02 * Double(row[0] - row[1] * row[2]) + 0.03 * sin(Double(row[3])) + 0.01 * generator.gaussian()
    }
    return Samples(features: rows, targets: targets)
  }

  /// What the kernel's definition says, pair by pair. Features 3 and 4 are measures.
  private static func covariance(_ x: ArraySlice<Double>, _ z: ArraySlice<Double>, _ kernel: GaussianKernel) -> Double {
    var (distance, linear) = (0.0, 0.0)
    for (feature, (a, b)) in zip(x, z).enumerated() {
      let (group, count) = feature < 3 ? (0, 3.0) : (1, 2.0)
      distance += (a - b) * (a - b) / (count * kernel.lengths[group] * kernel.lengths[group])
      linear += kernel.slopes[group] * kernel.slopes[group] / count * a * b
    }
    return kernel.signal * kernel.signal / (1 + distance / 2) + linear
  }

  private static func covariances(_ x: Matrix, _ z: Matrix, _ kernel: GaussianKernel) -> Matrix {
    var result = Matrix(rows: x.rows, columns: z.rows)
    for i in 0..<x.rows { for j in 0..<z.rows { result[i, j] = covariance(x[row: i], z[row: j], kernel) } }
    return result
  }

  /// Choices centred, measures with standard deviation 1, as the samples have them.
  private static func standardized(_ features: Matrix, by samples: Matrix) -> Matrix {
    var result = features
    for column in 0..<features.columns {
      let values = (0..<samples.rows).map { samples[$0, column] }
      let scale = column < 3 ? 1 : 1 / Statistics.standardDeviation(values)
      for row in 0..<features.rows { result[row, column] = (features[row, column] - Statistics.mean(values)) * scale }
    }
    return result
  }

  @Test("Predictions and deviations are the posterior's, written out")
  func posterior() throws {
    let (samples, fresh) = (Self.samples(40, seed: 1), Self.samples(7, seed: 2))
    let model = GaussianProcess(fitting: samples, seed: 0)
    #expect(model.measures == [3, 4])
    let mean = Statistics.mean(samples.targets)
    let deviation = Statistics.standardDeviation(samples.targets)
    let x = Self.standardized(samples.features, by: samples.features)
    let z = Self.standardized(fresh.features, by: samples.features)
    var known = Self.covariances(x, x, model.kernel)
    for i in 0..<40 { known[i, i] += model.kernel.noise * model.kernel.noise }
    let cross = Self.covariances(z, x, model.kernel)
    let weights = try #require(known.solvedByCholesky(Matrix(column: samples.targets.map { ($0 - mean) / deviation })))
    let pulls = try #require(known.solvedByCholesky(cross.transposed))
    let predictions = model.predictions(for: fresh.features)
    let deviations = try #require(model.deviations(for: fresh.features))
    for row in 0..<7 {
      let expected = mean + deviation * (0..<40).reduce(0) { $0 + cross[row, $1] * weights[$1, 0] }
      #expect(abs(predictions[row] - expected) < 1e-6, "row \(row): \(predictions[row]), \(expected) expected")
      var variance = Self.covariance(z[row: row], z[row: row], model.kernel) + model.kernel.noise * model.kernel.noise
      for j in 0..<40 { variance -= cross[row, j] * pulls[j, row] }
      let spread = deviation * variance.squareRoot()
      #expect(abs(deviations[row] - spread) < 1e-6, "row \(row): \(deviations[row]), \(spread) expected")
    }
  }

  @Test("The doubt of a kernel is its formula for one sample, and its gradient equals central differences")
  func doubt() {
    let design = GaussianDesign(featureCount: 5, measures: [3, 4])
    let start = GaussianKernel.start.logarithms
    let one = Matrix([[1, 0, -1, 0.5, 2]])
    let noise = GaussianKernel.start.noise
    let covariance = Self.covariance(one[row: 0], one[row: 0], .start) + noise * noise
    #expect(abs(design.doubt(start, x: one, y: [0.8]).value - (0.32 / covariance + 0.5 * log(covariance))) < 1e-12)

    let samples = Self.samples(25, seed: 3)
    let x = Self.standardized(samples.features, by: samples.features)
    let y = samples.targets.map { ($0 - 0.7) / 0.03 }
    for shift in [0.0, 0.4, -0.7] {
      let point = start.enumerated().map { $1 + shift * ($0 % 2 == 0 ? 1 : -0.5) }
      let gradient = design.doubt(point, x: x, y: y).gradient
      for index in point.indices {
        var (above, below) = (point, point)
        above[index] += 1e-5
        below[index] -= 1e-5
        let expected = (design.doubt(above, x: x, y: y).value - design.doubt(below, x: x, y: y).value) / 2e-5
        #expect(
          abs(gradient[index] - expected) < 1e-5 * max(1, abs(expected)),
          "by logarithm \(index) at \(shift): \(gradient[index]), \(expected) expected")
      }
    }
  }

  @Test("It is surer near samples than far from all, and as sure as it errs")
  func sureness() throws {
    let (samples, fresh) = (Self.samples(150, seed: 4), Self.samples(400, seed: 5))
    let model = GaussianProcess(fitting: samples, seed: 0)
    let far = Samples(features: [[1, 1, 1, 30, 30]], targets: [0]).features
    let near = try #require(model.deviations(for: samples.features))
    #expect(try #require(model.deviations(for: far))[0] > 2 * (near.max() ?? 0))
    let deviations = try #require(model.deviations(for: fresh.features))
    let errors = zip(model.predictions(for: fresh.features), fresh.targets).map { $0 - $1 }
    let ratio = zip(errors, deviations).reduce(0) { $0 + $1.0 * $1.0 / ($1.1 * $1.1) } / 400
    #expect(0.7...1.5 ~= ratio, "\(ratio)")
  }

  @Test("A row's prediction does not depend on the rows beside it")
  func rows() {
    let model = GaussianProcess(fitting: Self.samples(60, seed: 6), seed: 0)
    let features = Self.samples(300, seed: 7).features
    let all = model.predictions(for: features)
    for row in [0, 127, 128, 299] {
      let alone = Matrix(rows: 1, columns: 5, values: Array(features[row: row]))
      #expect(model.predictions(for: alone) == [all[row]])
    }
  }

  @Test("Of more samples than it keeps, it keeps a part")
  func supports() {
    let samples = Self.samples(GaussianProcess.mostSupports + 50, seed: 8)
    let model = GaussianProcess(fitting: samples, seed: 0)
    #expect(model.weights.count == GaussianProcess.mostSupports)
    let error = Statistics.rootMeanSquareError(model.predictions(for: samples.features), samples.targets)
    #expect(error < 0.012, "\(error), noise of 0.01")
  }

  @Test(
    "A document whose parts do not fit together is refused with its path",
    arguments: [
      ("\"weights\": [", " 0.5,", "supports"), ("\"supports\": [", " 0,", "supports"),
      ("\"measures\": [", " 124,", "measures"), ("\"lengths\": [", " 1,", "kernel"), ("\"noise\": ", "-", "kernel"),
      ("\"scales\": [", " 1,", "standardization"), ("\"deviation\": ", "-", "deviation"),
    ])
  func refusedDocuments(key: String, inserted: String, path: String) throws {
    let data = SyntheticSamples(count: 30, seed: 1)
    let predictor = try AccuracyPredictor(
      space: "s", resolutions: [24], features: data.features, accuracies: data.accuracies, seed: 1,
      kinds: [.gaussianProcess])
    #expect(predictor.deviations(of: data.features)?.count == 30)
    var text = try Documents.encode(predictor)
    let place = try #require(text.firstRange(of: key), "The document has no \(key).")
    text.insert(contentsOf: inserted, at: place.upperBound)
    let failure = failure { _ = try Documents.decode(AccuracyPredictor.self, from: text, at: "predictor.json") }
    #expect(failure?.kind == .badData && failure?.place?.contains(path) == true, "\(String(describing: failure))")
  }
}
