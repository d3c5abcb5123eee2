import OFANumerics

/// A small fully connected network with rectified linear units and one output.
///
///     h₀ = x,   hᵢ = max(0, Wᵢ hᵢ₋₁ + bᵢ),   y = W hₗ + b
package struct DenseNetwork: Hashable, Sendable {
  /// One fully connected layer.
  package struct Layer: Hashable, Sendable {
    /// [outputs, inputs].
    package var weights: Matrix
    /// [outputs].
    package var biases: [Double]

    /// A layer of weights and biases.
    package init(weights: Matrix, biases: [Double]) {
      self.weights = weights
      self.biases = biases
    }
  }

  /// The layers from input to output; the last has one output.
  package var layers: [Layer]

  /// A network of the given layers.
  package init(layers: [Layer]) { self.layers = layers }

  /// A network of random weights whose variance is 2 over a layer's inputs (He et al., 2015), and no biases.
  init(inputs: Int, hidden: [Int], using generator: inout some RandomNumberGenerator) {
    layers = []
    var inputs = inputs
    for outputs in hidden + [1] {
      let deviation = (2 / Double(inputs)).squareRoot()
      let values = (0..<outputs * inputs).map { _ in deviation * generator.gaussian() }
      layers.append(
        Layer(
          weights: Matrix(rows: outputs, columns: inputs, values: values),
          biases: [Double](repeating: 0, count: outputs)))
      inputs = outputs
    }
  }

  /// One output a row.
  package func outputs(for x: Matrix) -> [Double] {
    var x = x
    for index in layers.indices { x = output(ofLayer: index, for: x) }
    return x.values
  }

  /// The mean squared error and its derivative by every weight and bias.
  package func error(for x: Matrix, targets: [Double]) -> (value: Double, gradients: [Layer]) {
    var activations = [x]
    for index in layers.indices { activations.append(output(ofLayer: index, for: activations[index])) }

    var gradient = activations[layers.count]
    var value = 0.0
    let scale = 1 / Double(targets.count)
    for (row, target) in targets.enumerated() {
      let difference = gradient.values[row] - target
      value += scale * difference * difference
      gradient.values[row] = 2 * scale * difference
    }

    var gradients: [Layer] = []
    for index in layers.indices.reversed() {
      var biases = [Double](repeating: 0, count: gradient.columns)
      for row in 0..<gradient.rows {
        for column in 0..<gradient.columns { biases[column] += gradient.values[row * gradient.columns + column] }
      }
      let weights = Matrix.product(gradient, activations[index], leftTransposed: true)
      gradients.append(Layer(weights: weights, biases: biases))
      if index > 0 {
        gradient = gradient * layers[index].weights
        for i in gradient.values.indices where activations[index].values[i] <= 0 { gradient.values[i] = 0 }
      }
    }
    return (value, gradients.reversed())
  }

  private func output(ofLayer index: Int, for x: Matrix) -> Matrix {
    let biases = layers[index].biases
    let isLast = index == layers.count - 1
    var result = Matrix.product(x, layers[index].weights, rightTransposed: true)
    for row in 0..<result.rows {
      for (column, bias) in biases.enumerated() {
        let value = result.values[row * biases.count + column] + bias
        result.values[row * biases.count + column] = isLast ? value : max(0, value)
      }
    }
    return result
  }
}
