import OFANumerics

/// A network whose features are zeros and ones, for many rows at once, whose layers are products in single precision.
package struct OneHotNetwork: Sendable {
  private let layers: [Perceptron.Layer]
  /// The most numbers of a row, on its way through the layers.
  private let widest: Int

  /// Rows of a product are a multiple of this: what is over is zeros.
  private static let rowStep = 16
  /// Each product packs its weights anew: the more rows, the less that costs for one.
  private static let mostRows = 512

  /// A network that was trained on such features.
  package init(_ network: Perceptron) {
    layers = network.layers
    widest = layers.map { max($0.inputs, $0.outputs) }.max() ?? 1
  }

  /// One output a row.
  ///
  /// - Parameters:
  ///   - threads: how many compute at once; the outputs do not depend on it.
  ///   - ones: calls what it is given with the places of a row's features that are one.
  package func outputs(
    rows: Int, threads: Int, ones: @Sendable (_ row: Int, _ one: (_ place: Int) -> Void) -> Void
  ) -> [Double] {
    // Work for two threads at least, whatever their number is: sums may round otherwise in products of other sizes.
    let part = Self.padded(min(max(rows + 1, 2) / 2, Self.mostRows))
    return Tasks.map(rows, inPartsOf: part, threads: threads) { outputs(of: $0, ones) }
  }

  private static func padded(_ rows: Int) -> Int { (rows + rowStep - 1) / rowStep * rowStep }

  private func outputs(of part: Range<Int>, _ ones: (Int, (Int) -> Void) -> Void) -> [Double] {
    let rows = Self.padded(part.count)
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * rows * widest) { scratch in
      guard var x = scratch.baseAddress else { return [] }
      var y = x + rows * widest
      x.update(repeating: 0, count: rows * layers[0].inputs)
      for row in part {
        let features = x + (row - part.lowerBound) * layers[0].inputs
        ones(row) { features[$0] = 1 }
      }
      for (index, layer) in layers.enumerated() {
        OpenBLAS.product(x, layer.weights, rows: rows, inner: layer.inputs, columns: layer.outputs, into: y)
        finish(y, rows, layer, isLast: index == layers.count - 1)
        swap(&x, &y)
      }
      return part.indices.map { Double(x[$0 - part.lowerBound]) }
    }
  }

  /// Adds the biases, and rectifies but the output.
  private func finish(_ values: UnsafeMutablePointer<Float>, _ rows: Int, _ layer: Perceptron.Layer, isLast: Bool) {
    let least: Float = isLast ? -.infinity : 0
    layer.biases.withUnsafeBufferPointer { biases in
      for row in 0..<rows {
        let values = values + row * layer.outputs
        for index in 0..<layer.outputs {
          let value = values[index] + biases[index]
          values[index] = value < least ? least : value
        }
      }
    }
  }
}
