import Foundation
import OFAFormats
import OFANumerics
import OFASpace
import OFATraining

/// A folder with all that the whole path needs, small enough to run in a second: a space, images of three classes, a
/// recipe.
///
/// The folder is removed with the value.
public final class TinyWorld {
  /// The folder's path.
  public let folder: String

  /// The space's document: one channel, three classes, two resolutions, two stages.
  public var space: String { path("space.json") }
  /// The folder of images: 12 × 12 bars and blobs, 320 to train on and 90 to test on.
  public var data: String { path("data") }
  /// A recipe of two epochs in batches of 16.
  public var recipe: String { path("recipe.json") }

  /// A new world in the folder for temporary files.
  public init() throws {
    folder = NSTemporaryDirectory() + "tiny-world-\(UUID().uuidString)"
    try AtomicFile.write(Self.spaceDocument, to: space)
    for (part, count) in [("train", 320), ("t10k", 90)] {
      let (images, labels) = Self.images(count, stream: part)
      try AtomicFile.write(Self.idx([count, 12, 12], images), to: "\(data)/\(part)-images-idx3-ubyte")
      try AtomicFile.write(Self.idx([count], labels), to: "\(data)/\(part)-labels-idx1-ubyte")
    }
    var recipe = try Recipe.named("demo")
    recipe.name = "tiny"
    recipe.epochs = 2
    recipe.batchSize = 16
    recipe.evaluation.calibrationImages = 64
    recipe.evaluation.heldOutImages = 32
    try Documents.write(recipe, to: self.recipe)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The path of something in the folder.
  public func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// The space itself.
  public func searchSpace() throws -> SearchSpace { try SearchSpace.named(space) }

  /// An IDX file of bytes with the given dimensions.
  public static func idx(_ dimensions: [Int], _ bytes: [UInt8]) -> [UInt8] {
    [0, 0, 8, UInt8(dimensions.count)]
      + dimensions.flatMap { size in (0..<4).reversed().map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } } + bytes
  }

  /// Noisy horizontal bars, vertical bars and blobs, in turns.
  private static func images(_ count: Int, stream: String) -> (images: [UInt8], labels: [UInt8]) {
    var generator = SeededGenerator(seed: 1, stream: stream)
    var images: [UInt8] = []
    for index in 0..<count {
      let (row, column) = (Int.random(in: 2...9, using: &generator), Int.random(in: 2...9, using: &generator))
      for y in 0..<12 {
        for x in 0..<12 {
          let isBright = [abs(y - row) < 2, abs(x - column) < 2, max(abs(y - row), abs(x - column)) < 3][index % 3]
          images.append((isBright ? 180 : 20) + UInt8.random(in: 0..<60, using: &generator))
        }
      }
    }
    return (images, (0..<count).map { UInt8($0 % 3) })
  }

  private static let spaceDocument = """
    {"format": "ofa-space", "version": 1, "name": "tiny", "channels": 1, "classes": 3, "resolutions": [8, 12],
     "widthMultiplier": 1, "widthDivisor": 1, "epsilon": 1e-5,
     "stem": {"width": 4, "kernelSize": 3, "stride": 1, "activation": "h_swish"},
     "first": {"width": 4, "kernelSize": 3, "stride": 1, "expandRatio": 1, "activation": "relu", "squeezeExcite": false,
               "shortcut": true},
     "stages": [
       {"width": 6, "stride": 2, "depths": [1, 2], "kernelSizes": [3, 5], "expandRatios": [2, 3], "activation": "relu",
        "squeezeExcite": true},
       {"width": 8, "stride": 2, "depths": [1, 2], "kernelSizes": [3], "expandRatios": [2, 3], "activation": "h_swish",
        "squeezeExcite": false}],
     "head": {"expand": {"width": 12, "activation": "h_swish"}, "mix": {"width": 16, "activation": "h_swish"}}}

    """
}
