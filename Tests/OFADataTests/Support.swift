import Foundation
import OFAData
import OFANumerics
import TestSupport

/// A data set that stands beside the package, where it does.
func sharedData(_ name: String) -> String? {
  guard let path = sharedFolder.map({ "\($0)/data/\(name)" }) else { return nil }
  return FileManager.default.fileExists(atPath: path) ? path : nil
}

/// The big-endian bytes of 32-bit numbers.
func bigEndian(_ numbers: [Int]) -> [UInt8] {
  numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
}

/// Random bytes.
func randomBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var generator = SeededGenerator(seed: seed, stream: "bytes")
  return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
}

/// A set of random pixels whose labels go round.
func randomImages(count: Int, height: Int, width: Int, channels: Int, classes: Int = 2) -> ImageSet {
  ImageSet(
    name: "random", height: height, width: width, channels: channels, classes: classes,
    pixels: randomBytes(count * height * width * channels), labels: (0..<count).map { $0 % classes })
}

extension ImageSet {
  /// Rows of each image.
  var height: Int { commonSize?.height ?? 0 }
  /// Columns of each image.
  var width: Int { commonSize?.width ?? 0 }

  /// The bytes of one image.
  func pixels(of index: Int) -> [UInt8] { subset([index], name: name).pixels }
}
