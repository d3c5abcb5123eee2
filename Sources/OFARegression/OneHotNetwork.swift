import OFANumerics

/// A network whose features are zeros and ones, for many rows at once: what is one is named, so that the first layer is
/// a sum of some of its columns, and the others are products in single precision.
package struct OneHotNetwork: Sendable {
  /// The first layer's weights, [inputs, outputs].
  private let columns: [Float]
  private let layers: [Perceptron.Layer]
  /// The rows of one product. It is the same for all, so that a row's output does not depend on the others.
  private static let batch = 128

  /// A network that was trained on such features.
  package init(_ network: Perceptron) {
    layers = network.layers
    let first = layers[0]
    columns = (0..<first.inputs).flatMap { input in
      (0..<first.outputs).map { first.weights[$0 * first.inputs + input] }
    }
  }

  /// One output a row.
  ///
  /// - Parameters:
  ///   - ones: `width` numbers a row, the places of the features that are one; -1 where there are fewer.
  ///   - threads: how many compute at once; the outputs do not depend on it.
  package func outputs(ones: [Int32], width: Int, threads: Int) -> [Double] {
    let rows = ones.count / width
    let batches = (rows + Self.batch - 1) / Self.batch
    var outputs = [Double](repeating: 0, count: rows)
    outputs.withUnsafeMutableBufferPointer { outputs in
      // Each task writes a part of its own.
      nonisolated(unsafe) let outputs = outputs
      let tasks = min(threads, batches)
      Tasks.run(tasks) { task in
        for batch in stride(from: task, to: batches, by: tasks) { compute(batch, ones, width, into: outputs) }
      }
    }
    return outputs
  }

  private func compute(_ batch: Int, _ ones: [Int32], _ width: Int, into outputs: UnsafeMutableBufferPointer<Double>) {
    let first = batch * Self.batch
    let rows = min(Self.batch, outputs.count - first)
    let widest = layers.map(\.outputs).max() ?? 1
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * Self.batch * widest) { scratch in
      guard var x = scratch.baseAddress else { return }
      var y = x + Self.batch * widest
      scratch.update(repeating: 0)
      let count = layers[0].outputs
      for row in 0..<rows {
        let sums = x + row * count
        for slot in (first + row) * width..<(first + row + 1) * width where ones[slot] >= 0 {
          columns.withUnsafeBufferPointer { columns in
            let column = columns.baseAddress.map { $0 + Int(ones[slot]) * count }
            if let column { for index in 0..<count { sums[index] += column[index] } }
          }
        }
      }
      finish(x, layers[0], isLast: layers.count == 1)
      for (index, layer) in layers.enumerated().dropFirst() {
        OpenBLAS.product(
          x, layer.weights, rows: Self.batch, inner: layer.inputs, columns: layer.outputs, into: y)
        finish(y, layer, isLast: index == layers.count - 1)
        swap(&x, &y)
      }
      for row in 0..<rows { outputs[first + row] = Double(x[row]) }
    }
  }

  /// Adds the biases, and rectifies but the output.
  private func finish(_ values: UnsafeMutablePointer<Float>, _ layer: Perceptron.Layer, isLast: Bool) {
    layer.biases.withUnsafeBufferPointer { biases in
      for row in 0..<Self.batch {
        let values = values + row * layer.outputs
        for index in 0..<layer.outputs {
          let value = values[index] + biases[index]
          values[index] = isLast || value > 0 ? value : 0
        }
      }
    }
  }
}
