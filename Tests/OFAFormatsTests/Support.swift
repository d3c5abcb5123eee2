import Foundation
import OFAFormats
import Testing

/// The failure that an expression throws; records an issue when it throws none.
func failure(
  of body: () throws -> some Any, sourceLocation: SourceLocation = #_sourceLocation
) -> Failure {
  do {
    let value = try body()
    Issue.record("expected a failure, got \(value)", sourceLocation: sourceLocation)
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

/// All names in a folder, hidden ones too.
func names(in folder: String) -> [String] {
  (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []
}

/// A small repeatable generator (xorshift64*), so that these tests need no other module.
struct TestGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 2_685_821_657_736_338_717
  }
}
