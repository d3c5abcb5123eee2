import Foundation

/// The package's folder.
public let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().path

/// The folder of published and reference data that may lie beside the package or where `OFA_SHARED` says; nil when it
/// is absent.
public let sharedFolder: String? = {
  let path = ProcessInfo.processInfo.environment["OFA_SHARED"] ?? packageRoot + "/../shared"
  return FileManager.default.fileExists(atPath: path) ? path : nil
}()

/// Calls `body` with an empty folder of its own, which is removed afterwards.
public func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ofa-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}
