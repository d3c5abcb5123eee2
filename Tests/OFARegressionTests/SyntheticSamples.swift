import Foundation
import OFANumerics
import OFARegression

/// Encodings like those of a mobile space of 20 blocks with 9 choices each and 3 resolutions, with the logarithm of a
/// size; and an accuracy that saturates with size, with every block's own share and noise.
struct SyntheticSamples {
  var features: [[Float]] = []
  var accuracies: [Double] = []

  init(count: Int, seed: UInt64, noise: Double = 0.003) {
    var generator = SeededGenerator(seed: seed, stream: "synthetic")
    var weights = SeededGenerator(seed: 99, stream: "weights")
    let kernelGains = (0..<20).map { _ in 0.002 * weights.uniform() }
    let expandGains = (0..<20).map { _ in 0.3 + weights.uniform() }
    for _ in 0..<count {
      var row = [Float](repeating: 0, count: 123)
      let resolution = Int.random(in: 0..<3, using: &generator)
      row[120 + resolution] = 1
      var (size, gain) = (0.0, 0.0)
      for stage in 0..<5 {
        let depth = Int.random(in: 2...4, using: &generator)
        for block in stage * 4..<stage * 4 + depth {
          let (kernel, expand) = (Int.random(in: 0..<3, using: &generator), Int.random(in: 0..<3, using: &generator))
          row[block * 3 + kernel] = 1
          row[60 + block * 3 + expand] = 1
          gain += kernelGains[block] * Double(kernel)
          size += expandGains[block] * [3.0, 4, 6][expand] * (1 + 0.05 * Double(kernel))
        }
      }
      size *= [0.56, 0.77, 1][resolution]
      features.append(row + [Float(log(size))])
      accuracies.append(0.85 - 0.6 / size.squareRoot() + gain + noise * generator.gaussian())
    }
  }

  var samples: Samples { Samples(features: features, targets: accuracies) }
}
