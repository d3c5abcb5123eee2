import Foundation
import OFAExport
import OFAFormats
import OFAGraph
import Testing

@Suite struct RuntimeTests {
  @Test(
    "ONNX Runtime computes from the file what the definitions say",
    .enabled(if: hasRuntime, installation),
    arguments: Network.all)
  func agreement(network: Network) throws {
    try compare(network, images: 3)
  }

  @Test(
    "A file serves one image, or the number of images that it was made for",
    .enabled(if: hasRuntime, installation))
  func batches() throws {
    try compare(Network.all[0], images: 1)
    try compare(Network.all[0], images: 1, batch: 1)
    try compare(Network.all[0], images: 2, batch: 2)
  }

  private func compare(_ network: Network, images count: Int, batch: Int? = nil) throws {
    let shape = network.graph[network.graph.input]
    var draws = Draws(state: 5)
    let images = (0..<count).map { _ in draws.values(shape.count, in: -2...2) }
    let bytes = try ONNX.model(graph: network.graph, folded: network.folded, batch: batch)
    let outputs = try inFile(bytes) {
      try ONNXRuntime().outputs(
        of: $0, images: images.flatMap(\.self), shape: [count, shape.channels, shape.height, shape.width])
    }
    let expected = images.flatMap(network.output(of:))
    try #require(outputs.count == expected.count)
    let comparison = Verification(outputs, reference: expected)
    #expect(
      comparison.maxAbsoluteDifference <= 1e-5 * max(1, comparison.largestValue),
      "differs by \(comparison.maxAbsoluteDifference) at \(differing(outputs, expected))")
  }

  private func differing(_ outputs: [Float], _ expected: [Float]) -> String {
    let worst = expected.indices.max { abs(outputs[$0] - expected[$0]) < abs(outputs[$1] - expected[$1]) } ?? 0
    return "\(worst) of \(expected.count): \(outputs[worst]), expected \(expected[worst])"
  }

  @Test(
    "The format's own checker accepts every file", .enabled(if: hasChecker, "the Python package onnx is not installed"))
  func checker() throws {
    let script = """
      import onnx, sys
      data, count = sys.stdin.buffer, 0
      while size := int.from_bytes(data.read(8), "little"):
          onnx.checker.check_model(onnx.load_from_string(data.read(size)), full_check=True)
          count += 1
      print(count)
      """
    var files = try Network.all.map {
      try ONNX.model(
        graph: $0.graph, folded: $0.folded, description: Description(subnet: "s", classNames: ["a", "ü"]))
    }
    for preprocessing in PicturesTests.preprocessings {
      files.append(try PicturesTests.network(preprocessing).bytes)
    }
    let input = files.flatMap { file in withUnsafeBytes(of: file.count.littleEndian, Array.init) + file }
    #expect(try python(script, input: input) == "\(files.count)\n")
  }

  @Test(
    "A file that is no model, and images of another shape, are bad data with the runtime's words",
    .enabled(if: hasRuntime, installation))
  func refusals() throws {
    let network = Network.all[0]
    let bytes = try ONNX.model(graph: network.graph, folded: network.folded)
    try inFile(Array(bytes.prefix(bytes.count / 2))) { path in
      let failure = #expect(throws: Failure.self) {
        _ = try ONNXRuntime().outputs(of: path, images: [0], shape: [1, 1, 1, 1])
      }
      #expect(failure?.kind == .badData && failure?.place == path)
      #expect(failure?.message.contains("Protobuf") == true, "\(failure?.message ?? "")")
    }
    try inFile(bytes) { path in
      let failure = #expect(throws: Failure.self) {
        _ = try ONNXRuntime().outputs(of: path, images: [Float](repeating: 0, count: 8), shape: [1, 2, 2, 2])
      }
      #expect(failure?.kind == .badData && failure?.message.contains("invalid dimensions") == true)
    }
  }

  @Test("A Python that is not there, or has no ONNX Runtime, is missing input, and the message says what to install")
  func missing() throws {
    let absent = #expect(throws: Failure.self) { _ = try ONNXRuntime(python: "/no/such/python3").version() }
    #expect(absent?.kind == .missingInput && absent?.message.contains("OFA_PYTHON") == true)
    try inFile(Array("#!/bin/sh\nexit 3\n".utf8)) { path in
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
      let bare = #expect(throws: Failure.self) { _ = try ONNXRuntime(python: path).version() }
      #expect(bare?.kind == .missingInput && bare?.message.contains("\(path) -m pip install onnxruntime") == true)
    }
    for (script, words) in [("echo 'numpy is too new' >&2; exit 4", "numpy is too new"), ("kill -9 $$", "signal 9")] {
      try inFile(Array("#!/bin/sh\n\(script)\n".utf8)) { path in
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        let broken = #expect(throws: Failure.self) { _ = try ONNXRuntime(python: path).version() }
        #expect(
          broken?.kind == .missingInput && broken?.message.contains(words) == true, "\(String(describing: broken))")
      }
    }
  }

  @Test("A verification takes the worst difference and the reference's largest logit; not-a-number never agrees")
  func verification() {
    let close = Verification([1, -2, 3.0002], reference: [1, -2, 3])
    #expect(abs(close.maxAbsoluteDifference - 2e-4) < 1e-6 && close.largestValue == 3 && close.agrees)
    #expect(!Verification([1, -2, 3.01], reference: [1, -2, 3]).agrees)
    #expect(Verification([0, -5], reference: [0, -5]).largestValue == 5)
    #expect(!Verification([.nan, 1], reference: [0, 1]).agrees)
    #expect(!Verification([0, 1], reference: [.nan, 1]).agrees)
    #expect(!Verification([.infinity, 1], reference: [.infinity, 1]).agrees)
    #expect(!Verification([1, 1], reference: [.infinity, 1]).agrees)
    #expect(Verification([0, 0], reference: [0, 0]).agrees)
    #expect(Verification([1, 3.01], reference: [1, 3], tolerance: 1e-2).agrees)
  }
}

private let hasChecker = (try? python("import onnx", input: [])) != nil

/// What a script prints that reads `input`.
private func python(_ script: String, input: [UInt8]) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [ONNXRuntime().python, "-c", script]
  let output = Pipe()
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  return try inFile(input) { path in
    process.standardInput = FileHandle(forReadingAtPath: path)
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(.badData, "exit status \(process.terminationStatus)") }
    return String(decoding: bytes, as: UTF8.self)
  }
}
