import Foundation
import OFAFormats

/// The package's folder.
let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().path

/// The failure that an action throws; nil when it throws none.
func failure(of action: () throws -> some Any) -> Failure? {
  do {
    _ = try action()
    return nil
  } catch {
    return error as? Failure
  }
}
