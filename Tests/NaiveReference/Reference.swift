import OFAEngine
import OFAGraph

/// The slow obvious network: every operation from its definition, in double precision, one loop for each index.
public struct Reference {
  /// The network.
  public let graph: Graph
  /// The images of a pass.
  public let batch: Int
  /// The supernet's tensors.
  public var tensors: [String: [Double]]

  /// A network over a supernet's tensors.
  public init(graph: Graph, batch: Int, tensors: [String: [Double]]) {
    self.graph = graph
    self.batch = batch
    self.tensors = tensors
  }

  /// Every node's result, [batch, …], with batch statistics, or with the given ones.
  ///
  /// - Parameter roundings: which of many ways to round each result to about single precision; nil for none. How far
  ///   results differ under some of them tells how well the network can be computed in single precision at all.
  public func forward(
    _ images: [Double], statistics: NormalizationStatistics? = nil, roundings: UInt64? = nil
  ) -> [[Double]] {
    var results: [[Double]] = []
    for node in graph.nodes {
      defer { if let roundings { Self.round(&results[results.count - 1], roundings &+ UInt64(results.count)) } }
      let inputs = node.inputs.map { results[$0.node] }
      let shape = node.outputs[0]
      let weights = node.weights.map(value)
      switch node.operation {
      case .input: results.append(images)
      case .convolution(let convolution):
        results.append(
          convolve(
            inputs[0], graph[node.inputs[0]], shape, convolution, weights[0], weights.count > 1 ? weights[1] : nil))
      case .linear:
        results.append(
          convolve(
            inputs[0], graph[node.inputs[0]], shape, Convolution(kernelSize: 1), weights[0],
            weights.count > 1 ? weights[1] : nil))
      case .normalization(let epsilon):
        results.append(
          normalize(inputs[0], shape.channels, Double(epsilon), weights, node.name, statistics))
      case .activation(let activation): results.append(inputs[0].map { Self.activate($0, activation) })
      case .pooling(let pooling): results.append(pool(inputs[0], graph[node.inputs[0]], shape, pooling))
      case .globalAveragePooling:
        let from = graph[node.inputs[0]]
        var output = [Double](repeating: 0, count: batch * shape.channels)
        for (index, value) in inputs[0].enumerated() {
          output[index / from.count * shape.channels + index % shape.channels] += value / Double(from.positions)
        }
        results.append(output)
      case .scaling:
        results.append(
          inputs[0].indices.map { inputs[0][$0] * inputs[1][$0 / shape.count * shape.channels + $0 % shape.channels] })
      case .addition: results.append(zip(inputs[0], inputs[1]).map { $0 + $1 })
      }
    }
    return results
  }

  /// Moves each value by at most a unit in the last place of single precision, the same way for the same seed.
  private static func round(_ values: inout [Double], _ seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    for index in values.indices {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      values[index] *= 1 + 0x1p-23 * (Double(state >> 11) * 0x1p-52 - 1)
    }
  }

  /// A derived weight: slice, then crop and multiply step by step.
  public func value(_ weight: Weight) -> [Double] {
    guard let tensor = tensors[weight.tensor] else { preconditionFailure(weight.tensor) }
    var values = Self.slice(tensor, weight.tensorShape, weight.ranges)
    var size = weight.tensorShape.last ?? 1
    for step in weight.kernelSteps {
      let small = step.kernelSize
      let start = size / 2 - small / 2
      let taps = small * small
      var next: [Double] = []
      for channel in 0..<values.count / (size * size) {
        let window = (0..<taps).map { values[channel * size * size + ($0 / small + start) * size + $0 % small + start] }
        let matrix = step.matrix.flatMap { tensors[$0] }
        next += (0..<taps).map { row in
          matrix.map { matrix in (0..<taps).reduce(0) { $0 + matrix[row * taps + $1] * window[$1] } } ?? window[row]
        }
      }
      values = next
      size = small
    }
    return values
  }

  private static func slice(_ values: [Double], _ shape: [Int], _ ranges: [Range<Int>]) -> [Double] {
    guard let first = shape.first else { return values }
    if shape.count == 1 { return Array(values[ranges[0]]) }
    let stride = values.count / first
    return ranges[0].flatMap {
      slice(Array(values[$0 * stride..<($0 + 1) * stride]), Array(shape.dropFirst()), Array(ranges.dropFirst()))
    }
  }

  private func convolve(
    _ x: [Double], _ from: Shape, _ to: Shape, _ convolution: Convolution, _ filter: [Double], _ bias: [Double]?
  ) -> [Double] {
    let k = convolution.kernelSize
    let inputs = from.channels / convolution.groups
    let outputs = to.channels / convolution.groups
    var y = [Double](repeating: 0, count: batch * to.count)
    for n in 0..<batch {
      for oy in 0..<to.height {
        for ox in 0..<to.width {
          for o in 0..<to.channels {
            var sum = bias?[o] ?? 0
            let (top, left) = (oy * convolution.stride - k / 2, ox * convolution.stride - k / 2)
            for i in max(0, -top)..<min(k, from.height - top) {
              for j in max(0, -left)..<min(k, from.width - left) {
                let (iy, ix) = (top + i, left + j)
                for c in 0..<inputs {
                  let channel = o / outputs * inputs + c
                  sum +=
                    x[((n * from.height + iy) * from.width + ix) * from.channels + channel]
                    * filter[((o * inputs + c) * k + i) * k + j]
                }
              }
            }
            y[((n * to.height + oy) * to.width + ox) * to.channels + o] = sum
          }
        }
      }
    }
    return y
  }

  private func pool(_ x: [Double], _ from: Shape, _ to: Shape, _ pooling: Pooling) -> [Double] {
    var y: [Double] = []
    for n in 0..<batch {
      for oy in 0..<to.height {
        for ox in 0..<to.width {
          for c in 0..<to.channels {
            var window: [Double] = []
            for i in 0..<pooling.size {
              for j in 0..<pooling.size {
                let iy = oy * pooling.stride + i - pooling.padding
                let ix = ox * pooling.stride + j - pooling.padding
                guard (0..<from.height).contains(iy), (0..<from.width).contains(ix) else { continue }
                window.append(x[((n * from.height + iy) * from.width + ix) * from.channels + c])
              }
            }
            y.append(
              pooling.kind == .max ? window.max() ?? .nan : window.reduce(0, +) / Double(window.count))
          }
        }
      }
    }
    return y
  }

  private func normalize(
    _ x: [Double], _ channels: Int, _ epsilon: Double, _ weights: [[Double]], _ name: String,
    _ statistics: NormalizationStatistics?
  ) -> [Double] {
    var y = x
    for c in 0..<channels {
      let values = stride(from: c, to: x.count, by: channels).map { x[$0] }
      let mean = statistics?.means[name].map { Double($0[c]) } ?? values.reduce(0, +) / Double(values.count)
      let variance =
        statistics?.variances[name].map { Double($0[c]) }
        ?? values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      for index in stride(from: c, to: x.count, by: channels) {
        y[index] = (x[index] - mean) / (variance + epsilon).squareRoot() * weights[0][c] + weights[1][c]
      }
    }
    return y
  }

  static func activate(_ x: Double, _ activation: Activation) -> Double {
    let gate = min(6, max(0, x + 3)) / 6
    return switch activation {
    case .relu: max(0, x)
    case .relu6: min(6, max(0, x))
    case .hSwish: x * gate
    case .hSigmoid: gate
    }
  }
}

/// The largest difference of two sequences, with its place, relative to the largest value expected.
public func worst(_ values: some Sequence<Float>, _ expected: [Double]) -> (difference: Double, note: String) {
  let scale = max(1e-30, expected.map(abs).max() ?? 1)
  var worst = (difference: 0.0, note: "\(expected.count) values agree")
  for (index, (value, expected)) in zip(values, expected).enumerated() {
    let difference = value.isFinite ? abs(Double(value) - expected) / scale : .infinity
    if difference > worst.difference { worst = (difference, "at \(index): \(value), expected \(expected)") }
  }
  return worst
}
