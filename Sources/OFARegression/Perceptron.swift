import Foundation
import OFANumerics

/// A trained ``DenseNetwork`` as it is kept: in single precision, which halves its document and is far finer than its fit.
///
/// Features and targets are expected to be standardized.
struct Perceptron: Hashable, Sendable, Codable {
  /// One fully connected layer: weights [outputs, inputs] row by row, biases [outputs].
  struct Layer: Hashable, Sendable, Codable {
    var inputs: Int
    var outputs: Int
    var weights: [Float]
    var biases: [Float]
  }

  /// How a network is built and trained.
  struct Recipe {
    var hidden = [32, 32]
    var epochs = 100
    var batch = 32
    var learningRate = 3e-3
    // Far above what is usual for large sets: it is what keeps a few hundred samples from being learnt by heart.
    var weightDecay = 1.0
  }

  let layers: [Layer]

  /// Trains a network from random weights by Adam on the squared error, the learning rate falling to 0 along half a cosine.
  init(fitting features: Matrix, targets: [Double], recipe: Recipe, using generator: inout some RandomNumberGenerator) {
    var network = DenseNetwork(inputs: features.columns, hidden: recipe.hidden, using: &generator)
    var adam = Adam()
    let steps = recipe.epochs * ((targets.count + recipe.batch - 1) / recipe.batch)
    var step = 0
    for _ in 0..<recipe.epochs {
      let order = targets.indices.shuffled(using: &generator)
      for start in stride(from: 0, to: order.count, by: recipe.batch) {
        let rows = order[start..<min(start + recipe.batch, order.count)]
        let x = Matrix(rows: rows.count, columns: features.columns, values: rows.flatMap { features[row: $0] })
        let rate = recipe.learningRate * 0.5 * (1 + cos(.pi * Double(step) / Double(steps)))
        let gradients = network.error(for: x, targets: rows.map { targets[$0] }).gradients
        adam.step(&network, gradients, rate: rate, decay: recipe.weightDecay)
        step += 1
      }
    }
    layers = network.layers.map {
      Layer(
        inputs: $0.weights.columns, outputs: $0.weights.rows, weights: $0.weights.values.map(Float.init),
        biases: $0.biases.map(Float.init))
    }
  }

  /// One output a row.
  func outputs(for features: Matrix) -> [Double] {
    let network = DenseNetwork(
      layers: layers.map {
        DenseNetwork.Layer(
          weights: Matrix(rows: $0.outputs, columns: $0.inputs, values: $0.weights.map(Double.init)),
          biases: $0.biases.map(Double.init))
      })
    return network.outputs(for: features)
  }

  /// Whether its layers follow on each other from so many features to one output.
  func fits(featureCount: Int) -> Bool {
    var inputs = featureCount
    for layer in layers {
      let (count, overflow) = layer.outputs.multipliedReportingOverflow(by: layer.inputs)
      guard layer.inputs == inputs, layer.outputs > 0, !overflow, layer.weights.count == count,
        layer.biases.count == layer.outputs
      else { return false }
      inputs = layer.outputs
    }
    return !layers.isEmpty && inputs == 1
  }
}
