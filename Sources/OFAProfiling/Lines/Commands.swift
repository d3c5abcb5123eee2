import Foundation
import OFAExport
import OFAFormats

extension LineRunner.Command {
  /// ONNX Runtime on this machine, through Python.
  ///
  /// - Throws: `.missingInput` with what to install where it is not there.
  static func onnxRuntime(threads: Int) throws -> Self {
    let runtime = ONNXRuntime()
    _ = try runtime.version()
    let script = String(decoding: PackageResources.onnxruntime_lines_py, as: UTF8.self)
    return Self(name: "onnxruntime", words: [runtime.python, "-c", script, "\(threads)"])
  }

  /// The board's program on this machine: beside this program, or in the path.
  ///
  /// - Throws: `.missingInput` where it is in neither place.
  static func probe(threads: Int) throws -> Self {
    let name = "ofa-probe"
    let beside = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent(name).path
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
    guard let program = ([beside].compactMap { $0 } + folders).first(where: FileManager.default.isExecutableFile) else {
      throw Failure(
        .missingInput, "it is neither beside this program nor in the path: `ofa probe bundle DIR` writes its sources",
        at: name)
    }
    return Self(name: name, words: [program, "--lines", "--threads", "\(threads)"])
  }

  /// What a shell makes of a line; the variable `OFA_THREADS` says how many threads are to run a network.
  static func shell(_ line: String, threads: Int) -> Self {
    Self(name: line, words: ["/bin/sh", "-c", line], environment: ["OFA_THREADS": "\(threads)"])
  }
}
