import Foundation
import OFAFormats

/// Writes a script that may be run.
public func writeProgram(_ script: String, to path: String) throws {
  try AtomicFile.write(script, to: path)
  try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
}
