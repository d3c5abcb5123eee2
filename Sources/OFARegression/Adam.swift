import Foundation

/// Adam with decoupled weight decay: β₁ 0.9, β₂ 0.999, ε 10⁻⁸.
///
/// - Note: Kingma and Ba, Adam, 2015, algorithm 1; Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019,
///   algorithm 2.
struct Adam {
  private var first: [[Double]] = []
  private var second: [[Double]] = []
  private var steps = 0

  /// Steps a network's weights, which decay, and biases, which do not, along their gradients.
  mutating func step(_ network: inout DenseNetwork, _ gradients: [DenseNetwork.Layer], rate: Double, decay: Double) {
    steps += 1
    for (index, gradient) in gradients.enumerated() {
      step(&network.layers[index].weights.values, gradient.weights.values, slot: 2 * index, rate: rate, decay: decay)
      step(&network.layers[index].biases, gradient.biases, slot: 2 * index + 1, rate: rate, decay: 0)
    }
  }

  private mutating func step(
    _ values: inout [Double], _ gradients: [Double], slot: Int, rate: Double, decay: Double
  ) {
    if slot == first.count {
      first.append([Double](repeating: 0, count: values.count))
      second.append(first[slot])
    }
    let firstCorrection = 1 / (1 - pow(0.9, Double(steps)))
    let secondCorrection = 1 / (1 - pow(0.999, Double(steps)))
    for i in values.indices {
      let gradient = gradients[i]
      first[slot][i] = 0.9 * first[slot][i] + 0.1 * gradient
      second[slot][i] = 0.999 * second[slot][i] + 0.001 * gradient * gradient
      let direction = first[slot][i] * firstCorrection / ((second[slot][i] * secondCorrection).squareRoot() + 1e-8)
      values[i] -= rate * (direction + decay * values[i])
    }
  }
}
