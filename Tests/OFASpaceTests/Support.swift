import Foundation
import OFAFormats
import OFASpace

/// A space small enough to count off (200 networks, two sizes), with what the built-in ones lack: stages of different
/// lists, a list of one, a fractional and a two-digit choice, no first block, a bare head.
let tinyText = """
  {
    "format": "ofa-space", "version": 1,
    "name": "tiny", "channels": 1, "classes": 3, "resolutions": [8, 12],
    "widthMultiplier": 1, "widthDivisor": 1, "epsilon": 1e-5,
    "stem": {"width": 5, "kernelSize": 3, "stride": 1, "activation": "relu"},
    "stages": [
      {"width": 6, "stride": 2, "depths": [1, 2], "kernelSizes": [3, 11], "expandRatios": [1, 2.5],
       "activation": "relu6", "squeezeExcite": false},
      {"width": 10, "stride": 1, "depths": [1, 3], "kernelSizes": [5], "expandRatios": [0.5, 6],
       "activation": "h_swish", "squeezeExcite": true}
    ],
    "head": {}
  }
  """

/// The tiny space.
func tinySpace() throws -> SearchSpace { try space(tinyText) }

/// The space that a document describes.
func space(_ text: String) throws -> SearchSpace {
  try Documents.decode(SearchSpace.self, from: text, at: "space.json")
}

/// The names of the built-in spaces.
enum Name {
  static let small = "mbv3-32"
  static let mobile = "ofa_mbv3_d234_e346_k357_w1.0"
  static let proxyless = "ofa_proxyless_d234_e346_k357_w1.3"
  static let resnet = "ofa_resnet50"
}
