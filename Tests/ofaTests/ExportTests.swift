import Foundation
import OFAFormats
import TestSupport
import Testing
import TinyWorld

/// What `ofa export` writes, and what it says of it.
@Suite struct ExportTests {
  private let world: TinyWorld
  private let export: [String]

  init() throws {
    world = try TinyWorld()
    export = [
      "export", "--model", packageRoot + "/Models/mbv3-32-mnist", "--subnet", "r24-33.33-33.33-33.33-33.33-33.33",
      "--output",
    ]
  }

  @Test(
    "A name that ends in no form that is written is a usage error that lists those there are, and nothing is written",
    arguments: ["subnet.tflite", "subnet", "subnet.onnx.gz", "onnx"])
  func endings(name: String) throws {
    let outcome = try Command.run(export + [world.path(name)])
    #expect(outcome.status == 64 && outcome.output.isEmpty, "\(outcome.errors)")
    for ending in [".onnx", ".plan", ".config", ".safetensors"] {
      #expect(outcome.errors.contains("\(ending) ("), "\(outcome.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: world.path(name)))
  }

  @Test("Without a Python, or without its onnxruntime, a verification says what to install and leaves the file")
  func withoutRuntime() throws {
    // What has no package says so by this status.
    try AtomicFile.write("#!/bin/sh\nexit 3\n", to: world.path("bare/python3"))
    let output = try Command.shell(
      """
      chmod +x bare/python3
      verify() { "$ofa" \(commandLine(export)) $1 --verify 2>&1; echo "status $?"; }
      OFA_PYTHON="$PWD/bare/python3" verify named.onnx
      OFA_PYTHON="$PWD/none/python3" verify none.onnx
      mkdir elsewhere && cd elsewhere
      env -u OFA_PYTHON PATH="$PWD/../bare:$PATH" "$ofa" \(commandLine(export)) of-path.onnx --verify 2>&1
      "$ofa" \(commandLine(export)) plain.onnx > /dev/null
      cmp plain.onnx of-path.onnx && cmp plain.onnx ../named.onnx && cmp plain.onnx ../none.onnx && echo same
      """, in: world.folder)
    let lines = output.split(separator: "\n").map(String.init)
    try #require(lines.count == 6, "\(output)")
    let written = "; the file is written, not verified"
    #expect(lines[0].hasSuffix(written) && lines[0].contains("bare/python3 -m pip install onnxruntime"), "\(lines[0])")
    #expect(lines[2].hasSuffix(written) && lines[2].contains("install Python 3 with its package"), "\(lines[2])")
    #expect(lines[1] == "status 66" && lines[3] == "status 66")
    // In the folder in which that was done, it is found.
    #expect(
      lines[4].contains("run `python3 -m venv .venv && .venv/bin/python3 -m pip install onnxruntime`"), "\(output)")
    #expect(lines[5] == "same")
  }

  @Test("A verification says the difference with two digits", .enabled(if: Self.hasRuntime))
  func verified() throws {
    let outcome = try Command.run(export + [world.path("subnet.onnx"), "--verify"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.output.firstMatch(of: /logits differ from ONNX Runtime's by at most \d\.\d(·10⁻\S+)?\n/) != nil,
      "\(outcome.output)")
  }

  private static let hasRuntime =
    (try? Command.shell(
      """
      [ -x .venv/bin/python3 ] && local=.venv/bin/python3
      "${OFA_PYTHON:-${local:-python3}}" -c 'import onnxruntime' && echo yes
      """, in: FileManager.default.currentDirectoryPath)) == "yes\n"
}
