import OFAGraph

extension Network {
  /// What the network computes for one image [channels, height, width], from the definitions of its operations, slowly.
  ///
  /// Normalizations are in the weights already and change nothing. Sums are made in double precision.
  func output(of image: [Float]) -> [Float] {
    var values: [[Float]] = []  // of each node, channels first
    for (index, node) in graph.nodes.enumerated() {
      let inputs = node.inputs.map { values[$0.node] }
      let shape = node.outputs[0]
      switch node.operation {
      case .input:
        values.append(image)
      case .convolution(let convolution):
        values.append(convolved(inputs[0], graph[node.inputs[0]], convolution, index))
      case .linear:
        let (matrix, bias) = folded[index] ?? ([], [])
        values.append(
          (0..<shape.channels).map { row in
            let products = inputs[0].indices.map { Double(matrix[row * inputs[0].count + $0]) * Double(inputs[0][$0]) }
            return Float(products.reduce(bias.isEmpty ? 0 : Double(bias[row]), +))
          })
      case .normalization:
        values.append(inputs[0])
      case .activation(let activation):
        values.append(inputs[0].map { Self.activated($0, activation) })
      case .pooling(let pooling):
        values.append(pooled(inputs[0], graph[node.inputs[0]], shape, pooling))
      case .globalAveragePooling:
        let positions = graph[node.inputs[0]].positions
        values.append(
          (0..<shape.channels).map { channel in
            Float(inputs[0][channel * positions..<(channel + 1) * positions].reduce(0.0) { $0 + Double($1) })
              / Float(positions)
          })
      case .scaling:
        values.append(inputs[0].indices.map { inputs[0][$0] * inputs[1][$0 / shape.positions] })
      case .addition:
        values.append(zip(inputs[0], inputs[1]).map { $0 + $1 })
      }
    }
    return values[values.count - 1]
  }

  private func pooled(_ input: [Float], _ from: Shape, _ to: Shape, _ pooling: Pooling) -> [Float] {
    var values: [Float] = []
    for channel in 0..<to.channels {
      for y in 0..<to.height {
        for x in 0..<to.width {
          var window: [Float] = []
          for i in 0..<pooling.size {
            for j in 0..<pooling.size {
              let (row, column) = (y * pooling.stride + i - pooling.padding, x * pooling.stride + j - pooling.padding)
              guard (0..<from.height).contains(row), (0..<from.width).contains(column) else { continue }
              window.append(input[(channel * from.height + row) * from.width + column])
            }
          }
          values.append(
            pooling.kind == .max ? window.max() ?? .nan : window.reduce(0, +) / Float(window.count))
        }
      }
    }
    return values
  }

  private func convolved(_ input: [Float], _ shape: Shape, _ convolution: Convolution, _ index: Int) -> [Float] {
    let output = graph.nodes[index].outputs[0]
    let (filter, bias) = folded[index] ?? ([], [])
    let size = convolution.kernelSize
    let inputChannels = shape.channels / convolution.groups
    let outputChannels = output.channels / convolution.groups
    var result: [Float] = []
    for channel in 0..<output.channels {
      let group = channel / outputChannels
      for y in 0..<output.height {
        for x in 0..<output.width {
          var sum = bias.isEmpty ? 0 : Double(bias[channel])
          for c in 0..<inputChannels {
            for i in 0..<size {
              for j in 0..<size {
                let row = y * convolution.stride + i - size / 2
                let column = x * convolution.stride + j - size / 2
                guard (0..<shape.height).contains(row), (0..<shape.width).contains(column) else { continue }
                let tap = filter[((channel * inputChannels + c) * size + i) * size + j]
                let pixel = input[((group * inputChannels + c) * shape.height + row) * shape.width + column]
                sum += Double(tap) * Double(pixel)
              }
            }
          }
          result.append(Float(sum))
        }
      }
    }
    return result
  }

  private static func activated(_ x: Float, _ activation: Activation) -> Float {
    switch activation {
    case .relu: max(0, x)
    case .relu6: min(6, max(0, x))
    case .hSwish: x * min(6, max(0, x + 3)) / 6
    case .hSigmoid: min(6, max(0, x + 3)) / 6
    }
  }
}
