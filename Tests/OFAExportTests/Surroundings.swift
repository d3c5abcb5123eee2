import Foundation
import OFAExport
import OFAFormats
import Testing

/// Whether ONNX Runtime is there; `make test` installs it.
let hasRuntime = (try? ONNXRuntime().version()) != nil

/// What to do where it is not.
let installation: Comment = "ONNX Runtime is not installed; name a Python that has it in OFA_PYTHON"

/// What `body` makes of the path of a file that holds `bytes`; the file is gone afterwards.
func inFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("ofa-export-\(UUID().uuidString)").path
  try AtomicFile.write(bytes, to: path)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}
