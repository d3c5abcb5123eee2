import Foundation
import OFANumerics

/// A fully connected network with rectified linear units and one output, as it is kept: in single precision, which
/// halves its document and is far finer than its fit.
///
/// Features and targets are what it was trained on; nothing is standardized here.
public struct Perceptron: RegressionModel {
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
  /// The layers as matrices, made once.
  private let network: DenseNetwork

  /// A network of layers.
  ///
  /// - Precondition: they follow on each other to one output; see ``isWhole(_:)``.
  init(layers: [Layer]) {
    precondition(Self.isWhole(layers))
    self.layers = layers
    network = DenseNetwork(
      layers: layers.map {
        DenseNetwork.Layer(
          weights: Matrix(rows: $0.outputs, columns: $0.inputs, values: $0.weights.map(Double.init)),
          biases: $0.biases.map(Double.init))
      })
  }

  /// Trains a network from random weights by Adam on the squared error, the learning rate falling to 0 along half a
  /// cosine.
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
    self.init(
      layers: network.layers.map {
        Layer(
          inputs: $0.weights.columns, outputs: $0.weights.rows, weights: $0.weights.values.map(Float.init),
          biases: $0.biases.map(Float.init))
      })
  }

  /// How many features it reads.
  public var inputs: Int { layers[0].inputs }

  /// One output a row.
  ///
  /// - Precondition: rows of ``inputs`` features.
  /// - Complexity: a matrix product a layer.
  public func predictions(for features: Matrix) -> [Double] { network.outputs(for: features) }

  /// Whether it reads so many features; its layers were checked when it was made.
  public func fits(featureCount: Int) -> Bool { inputs == featureCount }

  /// Whether layers have as many numbers as they say, and follow on each other to one output.
  static func isWhole(_ layers: [Layer]) -> Bool {
    var inputs = layers.first?.inputs ?? 0
    for layer in layers {
      let (count, overflow) = layer.outputs.multipliedReportingOverflow(by: layer.inputs)
      guard layer.inputs == inputs, layer.inputs > 0, layer.outputs > 0, !overflow, layer.weights.count == count,
        layer.biases.count == layer.outputs
      else { return false }
      inputs = layer.outputs
    }
    return !layers.isEmpty && inputs == 1
  }
}

extension Perceptron {
  private enum Key: String, CodingKey { case layers }

  /// Reads the layers.
  ///
  /// - Throws: when they do not follow on each other.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let layers = try container.decode([Layer].self, forKey: .layers)
    guard Self.isWhole(layers) else {
      throw DecodingError.dataCorruptedError(
        forKey: .layers, in: container, debugDescription: "the layers do not follow on each other to one output")
    }
    self.init(layers: layers)
  }

  /// Writes the layers.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(layers, forKey: .layers)
  }
}
