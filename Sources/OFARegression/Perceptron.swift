import Foundation
import OFANumerics

/// A small fully connected network with rectified linear units and one output, and its training.
///
///     h₀ = x,   hᵢ = max(0, Wᵢ hᵢ₋₁ + bᵢ),   y = W hₗ + b
///
/// Trained by Adam with decoupled weight decay on the squared error, in batches, the learning rate falling to 0 along a half
/// cosine. Features and targets are expected to be standardized.
///
/// - Note: Kingma and Ba, Adam, 2015; Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019.
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

  var layers: [Layer]

  /// One output a row of standardized features.
  func outputs(for features: Matrix) -> [Double] {
    var x = features
    for (index, layer) in layers.enumerated() {
      let weights = Matrix(rows: layer.outputs, columns: layer.inputs, values: layer.weights.map(Double.init))
      x = affine(x, weights, layer.biases.map(Double.init), rectified: index < layers.count - 1)
    }
    return x.values
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

  /// Trains a network from random weights.
  init(fitting features: Matrix, targets: [Double], recipe: Recipe, using generator: inout some RandomNumberGenerator) {
    var parameters: [Parameters] = []
    var inputs = features.columns
    for outputs in recipe.hidden + [1] {
      let deviation = (2 / Double(inputs)).squareRoot()
      parameters.append(
        Parameters(
          weights: Matrix(
            rows: outputs, columns: inputs,
            values: (0..<outputs * inputs).map { _ in deviation * generator.gaussian() }),
          biases: [Double](repeating: 0, count: outputs)))
      inputs = outputs
    }

    let batches = (targets.count + recipe.batch - 1) / recipe.batch
    let steps = recipe.epochs * batches
    var step = 0
    for _ in 0..<recipe.epochs {
      let order = targets.indices.shuffled(using: &generator)
      for start in stride(from: 0, to: order.count, by: recipe.batch) {
        let rows = Array(order[start..<min(start + recipe.batch, order.count)])
        let x = Matrix(rows: rows.count, columns: features.columns, values: rows.flatMap { features[row: $0] })
        step += 1
        let rate = recipe.learningRate * 0.5 * (1 + cos(.pi * Double(step) / Double(steps + 1)))
        descend(&parameters, x, rows.map { targets[$0] }, rate: rate, decay: recipe.weightDecay, step: step)
      }
    }
    layers = parameters.map {
      Layer(
        inputs: $0.weights.columns, outputs: $0.weights.rows, weights: $0.weights.values.map(Float.init),
        biases: $0.biases.map(Float.init))
    }
  }
}

/// A layer's parameters and Adam's moments of their gradients.
private struct Parameters {
  var weights: Matrix
  var biases: [Double]
  var weightMoments: Moments
  var biasMoments: Moments

  init(weights: Matrix, biases: [Double]) {
    self.weights = weights
    self.biases = biases
    weightMoments = Moments(count: weights.values.count)
    biasMoments = Moments(count: biases.count)
  }

  /// One step of Adam; biases do not decay.
  mutating func step(_ weightGradient: [Double], _ biasGradient: [Double], rate: Double, decay: Double, _ step: Int) {
    weightMoments.step(&weights.values, weightGradient, rate: rate, decay: decay, step)
    biasMoments.step(&biases, biasGradient, rate: rate, decay: 0, step)
  }
}

/// Adam's running means of a gradient and of its square.
private struct Moments {
  var first: [Double]
  var second: [Double]

  init(count: Int) {
    first = [Double](repeating: 0, count: count)
    second = first
  }

  /// One step of Adam on `values`, β₁ 0.9, β₂ 0.999, ε 10⁻⁸.
  mutating func step(_ values: inout [Double], _ gradients: [Double], rate: Double, decay: Double, _ step: Int) {
    let firstCorrection = 1 / (1 - pow(0.9, Double(step)))
    let secondCorrection = 1 / (1 - pow(0.999, Double(step)))
    for i in values.indices {
      let gradient = gradients[i]
      first[i] = 0.9 * first[i] + 0.1 * gradient
      second[i] = 0.999 * second[i] + 0.001 * gradient * gradient
      let direction = first[i] * firstCorrection / ((second[i] * secondCorrection).squareRoot() + 1e-8)
      values[i] -= rate * (direction + decay * values[i])
    }
  }
}

/// x · weightsᵀ + biases, rectified if asked.
private func affine(_ x: Matrix, _ weights: Matrix, _ biases: [Double], rectified: Bool) -> Matrix {
  var result = Matrix.product(x, weights, rightTransposed: true)
  let columns = result.columns
  for row in 0..<result.rows {
    for column in 0..<columns {
      let value = result.values[row * columns + column] + biases[column]
      result.values[row * columns + column] = rectified ? max(0, value) : value
    }
  }
  return result
}

/// One step down the gradient of the mean squared error of a batch.
private func descend(
  _ parameters: inout [Parameters], _ x: Matrix, _ targets: [Double], rate: Double, decay: Double, step: Int
) {
  var activations = [x]
  for (index, layer) in parameters.enumerated() {
    activations.append(
      affine(activations[index], layer.weights, layer.biases, rectified: index < parameters.count - 1))
  }
  var gradient = activations[parameters.count]
  for row in 0..<gradient.rows {
    gradient.values[row] = 2 * (gradient.values[row] - targets[row]) / Double(gradient.rows)
  }
  for index in parameters.indices.reversed() {
    let weightGradient = Matrix.product(gradient, activations[index], leftTransposed: true)
    var biasGradient = [Double](repeating: 0, count: gradient.columns)
    for row in 0..<gradient.rows {
      for column in 0..<gradient.columns { biasGradient[column] += gradient.values[row * gradient.columns + column] }
    }
    if index > 0 {
      gradient = gradient * parameters[index].weights
      for i in gradient.values.indices where activations[index].values[i] <= 0 { gradient.values[i] = 0 }
    }
    parameters[index].step(weightGradient.values, biasGradient, rate: rate, decay: decay, step)
  }
}
