import Foundation
import OFAData
import OFAEngine
import OFAFormats
import OFANumerics
import OFASpace
import OFATraining

/// A space that trains in a moment: two stages, three expand ratios, two depths, two kernel sizes,
/// squeeze-and-excitation.
func tinySpace(name: String = "tiny") throws -> SearchSpace {
  let text = """
    {
      "format": "ofa-space", "version": 1,
      "name": "\(name)", "channels": 1, "classes": 3, "resolutions": [8, 10],
      "widthMultiplier": 1, "widthDivisor": 1, "epsilon": 1e-5,
      "stem": {"width": 8, "kernelSize": 3, "stride": 1, "activation": "h_swish"},
      "stages": [
        {"width": 8, "stride": 2, "depths": [1, 2], "kernelSizes": [3, 5], "expandRatios": [2, 3, 4],
         "activation": "relu", "squeezeExcite": false},
        {"width": 12, "stride": 2, "depths": [1, 2], "kernelSizes": [3, 5], "expandRatios": [2, 3, 4],
         "activation": "h_swish", "squeezeExcite": true}
      ],
      "head": {"expand": {"width": 16, "activation": "h_swish"}}
    }
    """
  return try Documents.decode(SearchSpace.self, from: text, at: "space.json")
}

/// A space like it of bottlenecks with three elastic widths.
func wideSpace() throws -> SearchSpace {
  func stage(_ width: Int) -> String {
    """
    {"kind": "bottleneck", "width": \(width), "stride": 2, "baseDepth": 1, "depths": [0, 1], "kernelSizes": [3],
     "expandRatios": [0.25, 0.5, 1], "activation": "relu", "squeezeExcite": false}
    """
  }
  return try Documents.decode(
    SearchSpace.self,
    from: """
      {"format": "ofa-space", "version": 1, "name": "wide", "channels": 1, "classes": 3, "resolutions": [8, 10],
       "widthMultiplier": 1, "widthMultipliers": [0.5, 0.75, 1], "widthDivisor": 1, "epsilon": 1e-5,
       "stem": {"width": 8, "kernelSize": 3, "stride": 1, "activation": "relu"},
       "stages": [\(stage(12)), \(stage(16))], "head": {}}
      """, at: "wide.json")
}

/// Grey images of 10 × 10 pixels that are easy to tell apart: a bright stripe across, down, or none, on noise.
func stripes(_ count: Int, seed: UInt64) -> ImageSet {
  var generator = SeededGenerator(seed: seed, stream: "stripes")
  var pixels: [UInt8] = []
  let labels = (0..<count).map { $0 % 3 }
  for label in labels {
    let place = Int.random(in: 2..<8, using: &generator)
    for y in 0..<10 {
      for x in 0..<10 {
        let isBright = label == 0 ? y == place : label == 1 ? x == place : false
        pixels.append(UInt8(Int.random(in: 0..<120, using: &generator) + (isBright ? 120 : 0)))
      }
    }
  }
  return ImageSet(name: "stripes", height: 10, width: 10, channels: 1, classes: 3, pixels: pixels, labels: labels)
}

/// 240 images to train on and 60 held out.
func stripeData() -> Dataset {
  Dataset(name: "stripes", training: stripes(300, seed: 1), test: stripes(30, seed: 2), heldOutCount: 60)
}

/// A recipe with all phases whose batches fit the little data.
func tinyRecipe() throws -> Recipe {
  var recipe = try Recipe.named("progressive")
  recipe.batchSize = 16
  recipe.augmentation = Augmentation(padding: 2)
  recipe.evaluation.calibrationImages = 50
  recipe.evaluation.heldOutImages = 30
  recipe.evaluation.everyEpochs = 2
  return recipe
}

/// A configuration over ``stripeData()``.
func tinyConfiguration(epochs: Int = 4, seed: UInt64 = 1) throws -> RunConfiguration {
  let data = stripeData()
  return RunConfiguration(
    space: try tinySpace(), recipe: try tinyRecipe(), budget: .epochs(epochs), seed: seed, data: data.name,
    trainingImages: data.train.count, heldOutImages: data.heldOut.count)
}

/// The bytes of a model folder's files by name.
func files(in folder: String) throws -> [String: [UInt8]] {
  let names = try FileManager.default.contentsOfDirectory(atPath: folder)
  return try Dictionary(uniqueKeysWithValues: names.map { ($0, try InputFile.read(folder + "/" + $0)) })
}
