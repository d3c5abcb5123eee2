import Foundation
import OFAData
import OFAFormats
import OFANumerics
import Testing

/// The failure that an expression throws; records an issue when it throws none.
func failure(of body: () throws -> some Any, sourceLocation: SourceLocation = #_sourceLocation) -> Failure {
  do {
    _ = try body()
    Issue.record("expected a failure", sourceLocation: sourceLocation)
  } catch let failure as Failure {
    return failure
  } catch {
    Issue.record("expected a Failure, got \(error)", sourceLocation: sourceLocation)
  }
  return Failure(.internalError, "none")
}

/// Runs a test in a folder of its own, which is removed afterwards.
func withTemporaryFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = NSTemporaryDirectory() + "/ofa-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// Data that stand beside the package, where they do; `OFA_SHARED` names the folder.
func sharedData(_ name: String) -> String? {
  let root =
    ProcessInfo.processInfo.environment["OFA_SHARED"]
    ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared")
    .standardized
    .path
  let path = root + "/data/" + name
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
