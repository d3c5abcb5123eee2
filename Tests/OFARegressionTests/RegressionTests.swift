import OFANumerics
import OFARegression
import Testing

@Suite struct RegressionTests {
  @Test(
    "Every kind of model orders and hits new samples",
    arguments: [
      (Regression.Kind.ridge, 0.8, 0.0045), (.gaussianProcess, 0.8, 0.0045), (.perceptrons, 0.8, 0.0045),
      (.trees, 0.75, 0.006),
    ])
  func predicts(kind: Regression.Kind, tau: Double, error: Double) {
    let model = Regression(kind, fitting: SyntheticSamples(count: 300, seed: 1).samples, seed: 0)
    let fresh = SyntheticSamples(count: 1000, seed: 2).samples
    let report = RankReport(predictions: model.predictions(for: fresh.features), targets: fresh.targets)
    // Noise of 0.003 alone leaves a τ of 0.88 and that error.
    #expect(report.kendallTau > tau && report.rootMeanSquareError < error, "\(report)")
  }

  @Test("Equal samples and seed give equal models", arguments: Regression.Kind.allCases)
  func deterministic(kind: Regression.Kind) {
    let samples = SyntheticSamples(count: 60, seed: 1).samples
    #expect(Regression(kind, fitting: samples, seed: 5) == Regression(kind, fitting: samples, seed: 5))
  }

  @Test("Equal targets are predicted as they are", arguments: Regression.Kind.allCases)
  func constant(kind: Regression.Kind) {
    let features = SyntheticSamples(count: 40, seed: 1).features
    let samples = Samples(features: features, targets: [Double](repeating: 0.7, count: 40))
    let model = Regression(kind, fitting: samples, seed: 1)
    for prediction in model.predictions(for: samples.features) { #expect(abs(prediction - 0.7) < 1e-6) }
  }

  @Test(
    "Features that never change, and more features than samples, are no obstacle", arguments: Regression.Kind.allCases)
  func degenerate(kind: Regression.Kind) {
    let features: [[Float]] = (0..<8).map { [1, Float($0), 5, Float($0 % 2)] + [Float](repeating: 0, count: 20) }
    let targets = (0..<8).map { 0.1 * Double($0) }
    let model = Regression(kind, fitting: Samples(features: features, targets: targets), seed: 1)
    let predictions = model.predictions(for: Samples(features: features, targets: targets).features)
    #expect(predictions.allSatisfy { $0.isFinite })
    if kind == .ridge { for (p, t) in zip(predictions, targets) { #expect(abs(p - t) < 1e-3) } }
  }

  @Test("A ridge finds an exact linear law, and its leave-one-out choice shrinks what is noise")
  func ridge() {
    var generator = SeededGenerator(seed: 1, stream: "ridge")
    let rows = (0..<50).map { _ in (0..<5).map { _ in Float(generator.gaussian()) } }
    let exact = rows.map { 2 + 3 * Double($0[0]) - Double($0[3]) }
    let model = Ridge(fitting: Samples(features: rows, targets: exact))
    for (p, t) in zip(model.predictions(for: Samples(features: rows, targets: exact).features), exact) {
      #expect(abs(p - t) < 2e-3)
    }
    let noise = rows.map { _ in generator.gaussian() }
    #expect(Ridge(fitting: Samples(features: rows, targets: noise)).penalty > 100 * model.penalty)
  }

  @Test("Trees fit an interaction that no linear model sees")
  func interaction() {
    var generator = SeededGenerator(seed: 1, stream: "xor")
    let rows: [[Float]] = (0..<200).map { _ in (0..<4).map { _ in Bool.random(using: &generator) ? 1 : 0 } }
    let samples = Samples(features: rows, targets: rows.map { $0[0] == $0[2] ? 1 : 0 })
    for (kind, limit) in [(Regression.Kind.trees, 0.15), (.perceptrons, 0.3)] {
      let predictions = Regression(kind, fitting: samples, seed: 1).predictions(for: samples.features)
      let error = Statistics.rootMeanSquareError(predictions, samples.targets)
      #expect(error < limit, "\(kind): \(error)")
    }
    let linear = Ridge(fitting: samples).predictions(for: samples.features)
    #expect(Statistics.rootMeanSquareError(linear, samples.targets) > 0.4)
  }

  @Test("The gradient of a network's error equals central differences")
  func gradient() {
    var generator = SeededGenerator(seed: 1, stream: "gradient")
    func random(_ rows: Int, _ columns: Int) -> Matrix {
      Matrix(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in generator.gaussian() })
    }
    let sizes = [3, 5, 4, 1]
    var network = DenseNetwork(
      layers: zip(sizes, sizes.dropFirst()).map {
        DenseNetwork.Layer(weights: random($1, $0), biases: random(1, $1).values)
      })
    let (x, targets) = (random(7, 3), random(1, 7).values)
    let gradients = network.error(for: x, targets: targets).gradients
    func difference(_ path: WritableKeyPath<DenseNetwork, Double>) -> Double {
      let value = network[keyPath: path]
      defer { network[keyPath: path] = value }
      network[keyPath: path] = value + 1e-6
      let above = network.error(for: x, targets: targets).value
      network[keyPath: path] = value - 1e-6
      return (above - network.error(for: x, targets: targets).value) / 2e-6
    }
    for (index, layer) in gradients.enumerated() {
      for (i, derivative) in layer.weights.values.enumerated() {
        #expect(abs(derivative - difference(\.layers[index].weights.values[i])) < 1e-6)
      }
      for (i, derivative) in layer.biases.enumerated() {
        #expect(abs(derivative - difference(\.layers[index].biases[i])) < 1e-6)
      }
    }
  }

  @Test("Folds deal every index once, as evenly as can be")
  func folds() {
    var generator = SeededGenerator(seed: 1, stream: "folds")
    for (count, parts) in [(10, 5), (11, 5), (8, 8), (3, 1)] {
      let folds = CrossValidation.folds(parts, of: count, using: &generator)
      #expect(folds.flatMap { $0 }.sorted() == Array(0..<count))
      #expect((folds.map(\.count).max() ?? 0) - (folds.map(\.count).min() ?? 0) <= 1)
    }
  }

  @Test("Cross-validation predicts each sample from the others alone")
  func heldOut() {
    // Were a sample's own target seen, targets of pure noise would be predicted.
    var generator = SeededGenerator(seed: 1, stream: "noise")
    let features = (0..<60).map { i in (0..<60).map { $0 == i ? Float(1) : 0 } }
    let samples = Samples(features: features, targets: features.map { _ in generator.gaussian() })
    let folds = CrossValidation.folds(5, of: 60, using: &generator)
    for kind in Regression.Kind.allCases {
      let predictions = CrossValidation.predictions(kind, on: samples, folds: folds, seed: 1)
      #expect(Statistics.kendallTau(predictions, samples.targets) < 0.2, "\(kind)")
    }
  }

  @Test("The line of least relative error meets an exact law, and holds the errors' gradient at zero")
  func line() {
    let x = [1.0, 2, 5, 9]
    let exact = LineFit(relativeTo: x.map { 0.3 + 1.1 * $0 }, of: x)
    #expect(abs(exact.intercept - 0.3) < 1e-9 && abs(exact.slope - 1.1) < 1e-9)
    let y = [1.2, 2.0, 6.1, 9.5]
    let fit = LineFit(relativeTo: y, of: x)
    let errors = zip(x, y).map { (fit($0) / $1 - 1, $0, $1) }
    #expect(abs(errors.reduce(0) { $0 + $1.0 / $1.2 }) < 1e-9)
    #expect(abs(errors.reduce(0) { $0 + $1.0 * $1.1 / $1.2 }) < 1e-9)
    let single = LineFit(relativeTo: [3, 3], of: [2, 2])
    #expect(single.intercept == 0 && abs(single.slope - 1.5) < 1e-12)
  }
}
