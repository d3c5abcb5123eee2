import Foundation
import OFAEngine
import OFAFormats
import OFANumerics
import OFASpace
import OFASupernet

/// A space with all that the supernet has to get right, and small: kernels of three sizes, three expand ratios, depths,
/// strides, shortcuts, squeeze-and-excitation with hidden widths of its own, two resolutions.
func tinySpace(name: String = "tiny") throws -> SearchSpace {
  let text = """
    {
      "format": "ofa-space", "version": 1,
      "name": "\(name)", "channels": 3, "classes": 4, "resolutions": [8, 12],
      "widthMultiplier": 1, "widthDivisor": 1, "epsilon": 1e-5,
      "stem": {"width": 8, "kernelSize": 3, "stride": 1, "activation": "h_swish"},
      "stages": [
        {"width": 12, "stride": 2, "depths": [1, 2], "kernelSizes": [3, 5, 7], "expandRatios": [3, 4, 6],
         "activation": "relu", "squeezeExcite": false},
        {"width": 16, "stride": 1, "depths": [1, 2], "kernelSizes": [3, 5, 7], "expandRatios": [3, 4, 6],
         "activation": "h_swish", "squeezeExcite": true}
      ],
      "head": {"expand": {"width": 24, "activation": "h_swish"}, "mix": {"width": 32, "activation": "h_swish"}}
    }
    """
  return try Documents.decode(SearchSpace.self, from: text, at: "space.json")
}

/// A supernet whose every tensor, transforms and shifts included, is random, so that nothing is right by chance.
func randomSupernet(_ space: SearchSpace, seed: UInt64 = 1) -> Supernet {
  let supernet = Supernet(space: space)
  var generator = SeededGenerator(seed: seed, stream: "test weights")
  supernet.initialize(using: &generator)
  for tensor in space.tensors {
    let values = supernet.weights[tensor.name]
    switch tensor.role {
    case .scale: for i in values.indices { values[i] = Float(0.5 + generator.uniform()) }
    case .shift, .bias, .gateBias: for i in values.indices { values[i] = Float(0.3 * generator.gaussian()) }
    case .kernelTransform: for i in values.indices { values[i] += Float(0.1 * generator.gaussian()) }
    case .filter, .gate, .linear: break
    }
  }
  return supernet
}

/// Random images, [count, resolution, resolution, channels].
func randomImages(_ count: Int, resolution: Int, channels: Int = 3, seed: UInt64 = 1) -> [Float] {
  var generator = SeededGenerator(seed: seed, stream: "test images")
  return (0..<count * resolution * resolution * channels).map { _ in Float(generator.gaussian()) }
}

/// The largest difference of two lists, relative to the largest magnitude in the second.
func relativeDifference(_ left: [Float], _ right: [Float]) -> Float {
  guard left.count == right.count else { return .infinity }
  let scale = right.map(abs).max() ?? 1
  return (zip(left, right).map { abs($0 - $1) }.max() ?? 0) / max(scale, .leastNormalMagnitude)
}
