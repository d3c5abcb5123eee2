import OFAFormats
import OFAHardware
import OFANumerics
import OFASearch
import OFASpace

/// A space of 800 subnets, few enough to look at each.
func tinySpace() throws -> SearchSpace {
  let stage = """
    {"width": 24, "stride": 2, "depths": [1, 2], "kernelSizes": [3, 5], "expandRatios": [3, 6],
     "activation": "relu", "squeezeExcite": true}
    """
  return try Documents.decode(
    SearchSpace.self,
    from: """
      {"format": "ofa-space", "version": 1, "name": "tiny", "channels": 3, "classes": 10, "resolutions": [16, 24],
       "widthMultiplier": 1, "widthDivisor": 1, "epsilon": 1e-5,
       "stem": {"width": 8, "kernelSize": 3, "stride": 1, "activation": "h_swish"},
       "stages": [\(stage), \(stage)], "head": {"mix": {"width": 32, "activation": "h_swish"}}}
      """, at: "tiny")
}

/// A space in whose one stage each block has kernel sizes of its own.
func unequalBlocks() throws -> SearchSpace {
  let blocks = ["[3]", "[3, 5]", "[5]"].map { #"{"kernelSizes": \#($0), "expandRatios": [2, 3]}"# }
  return try Documents.decode(
    SearchSpace.self,
    from: """
      {"format": "ofa-space", "version": 1, "name": "unequal", "channels": 3, "classes": 10, "resolutions": [16],
       "widthMultiplier": 1, "widthDivisor": 1, "epsilon": 1e-5,
       "stem": {"width": 8, "kernelSize": 3, "stride": 1, "activation": "relu"},
       "stages": [{"width": 24, "stride": 2, "depths": [1, 3], "kernelSizes": [3, 5], "expandRatios": [2, 3],
                   "activation": "relu", "squeezeExcite": false, "blocks": [\(blocks.joined(separator: ", "))]}],
       "head": {}}
      """, at: "unequal")
}

/// A space of 1,152 bottleneck networks, with a choice of widths and of the stem's depth.
func tinyBottlenecks() throws -> SearchSpace {
  func stage(_ width: Int, stride: Int) -> String {
    """
    {"kind": "bottleneck", "width": \(width), "stride": \(stride), "baseDepth": 1, "depths": [0, 1], "kernelSizes": [3],
     "expandRatios": [0.25, 0.5], "activation": "relu", "squeezeExcite": false}
    """
  }
  return try Documents.decode(
    SearchSpace.self,
    from: """
      {"format": "ofa-space", "version": 1, "name": "bottlenecks", "channels": 3, "classes": 10, "resolutions": [24],
       "widthMultiplier": 1, "widthMultipliers": [0.5, 1], "widthDivisor": 8, "epsilon": 1e-5,
       "stem": {"width": 32, "kernelSize": 3, "stride": 2, "activation": "relu",
                "deep": {"width": 16, "depths": [0, 2]}},
       "stages": [\(stage(32, stride: 1)), \(stage(64, stride: 2))], "head": {}}
      """, at: "bottlenecks")
}

/// An accuracy that every choice moves, up or down, and that neighbouring choices share: no searcher can read off the
/// answer.
struct RuggedAccuracy: AccuracyEstimator {
  let space: SearchSpace
  var seed: UInt64 = 0

  func accuracies(of subnets: [Subnet]) -> [Double] { subnets.map(accuracy) }

  private func accuracy(_ subnet: Subnet) -> Double {
    let written = space.document(of: subnet)
    var sum = part("resolution", subnet.resolution)
    for (stage, range) in space.stages.enumerated() {
      sum += part("depth", stage * 10 + written.depths[stage])
      var before = 0
      for block in range.prefix(written.depths[stage]) {
        let choice = written.kernelSizes[block] * 10 + Int(written.expandRatios[block])
        sum += part("block", block * 1000 + choice) + 0.5 * part("pair", (block * 1000 + choice) * 1000 + before)
        before = choice
      }
    }
    return 0.5 + 0.01 * sum
  }

  private func part(_ name: String, _ index: Int) -> Double {
    var generator = SeededGenerator(seed: seed, stream: name, index)
    return generator.uniform()
  }
}
