import Foundation
import CRuntime
import NaiveReference
import OFAEngine
import OFAGraph
import TestSupport
import Testing

/// Runs the board's program, as built beside the tests, on plan files.
@Suite struct ProbeTests {
  private struct Answer: Decodable {
    var kernelForm: String
    var runs: Int
    var latencyMilliseconds: Double
    var blocks: [String]?
    var blockMilliseconds: [Double]
    var logits: [Double]
  }

  private func run(_ arguments: [String]) throws -> (status: Int32, output: Data, errors: String) {
    // The tests are a program in the folder of the products.
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let process = Process()
    process.executableURL = folder.appendingPathComponent("ofa-probe")
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, data, message)
  }

  private func plan(_ network: Network) -> (plan: InferencePlan, bytes: [UInt8], images: [Float]) {
    let weights = network.weights(seed: 20)
    let images = network.images(seed: 21)
    let training = TrainingPlan(graph: network.graph, batch: network.batch, layout: network.layout, backward: false)
    let team = ThreadTeam(threads: 1)
    _ = images.withUnsafeBufferPointer { training.forward(weights: weights, images: $0, team: team) }
    let plan = InferencePlan(
      graph: network.graph, batch: network.batch, weights: weights, statistics: training.statistics)
    return (plan, plan.serialized(), images)
  }

  @Test(
    "The board's program computes the bytes that the engine computes",
    arguments: [2, 8, 10].map { Network.all[$0] } + [.largestWindow])
  func agreement(_ network: Network) throws {
    let (plan, bytes, images) = plan(network)
    let expected = images.withUnsafeBufferPointer { Array(plan.run(images: $0, team: ThreadTeam(threads: 1))) }
    try withTemporaryFolder { folder in
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/plan"))
      try images.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: folder + "/images")) }
      for threads in ["1", "2"] {
        let (status, output, _) = try run(
          [folder + "/plan", "--images", folder + "/images", "--threads", threads, "--runs", "3"])
        #expect(status == 0)
        let answer = try JSONDecoder().decode(Answer.self, from: output)
        #expect(answer.logits.map(Float.init) == expected)
        #expect(answer.kernelForm == KernelForm.preferred?.name && answer.runs == 3 && answer.latencyMilliseconds > 0)
        #expect(answer.blockMilliseconds.count == network.graph.blocks.count)
      }
    }
  }

  @Test("It says what it is for, every flag that it takes, its version and its forms")
  func help() throws {
    let (status, output, errors) = try run(["--help"])
    let text = String(decoding: output, as: UTF8.self)
    #expect(status == 0 && errors.isEmpty)
    for flag in ["--images", "--threads", "--runs", "--most-work", "--describe", "--lines", "--help", "--version"] {
      #expect(text.contains("  \(flag)"), "\(flag)")
    }
    let version = try run(["--version"])
    let line = String(decoding: version.output, as: UTF8.self)
    #expect(version.status == 0 && line.hasPrefix("ofa-probe \(InferencePlan.engineVersion): "), "\(line)")
    #expect(line.hasSuffix("portable\n"), "\(line)")
  }

  @Test("Compiled for ARM it computes what the engine computes here", arguments: [Toolchain.arm64, .arm32])
  func arm(_ toolchain: Toolchain) throws { try compiled(with: toolchain, threads: 2) }

  @Test("A board of 32 bits gives no memory to a plan that asks for more scratch than it can address")
  func scratch() throws {
    guard Toolchain.arm32.isThere else { return print("left out: no \(Toolchain.arm32.compiler)") }
    var bytes = plan(Network.all[11]).bytes
    func integer(at place: Int) -> Int {
      Int(bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: UInt32.self) })
    }
    let (header, stepBytes, steps) = (72, integer(at: 12), integer(at: 16))
    for place in (0..<steps).map({ header + stepBytes * $0 }) where integer(at: place) == 0 {
      // Rows of a tile of a pointwise convolution: times 104 channels of four bytes, little more than 2³².
      withUnsafeBytes(of: UInt32(10_324_441)) { bytes.replaceSubrange(place + 12..<place + 16, with: $0) }
    }
    try withTemporaryFolder { folder in
      let probe = try RuntimeProgram(
        compiling: RuntimeProgram.probe, with: .arm32, training: false, in: folder)
      let (status, _, errors) = try probe.ending(file: bytes, ["--runs", "1"])
      #expect(status == 70 && errors.contains("out of memory"), "\(status): \(errors)")
    }
  }

  @Test("Compiled without threads it needs no more than the files of inference")
  func withoutThreads() throws { try compiled(with: .withoutThreads, threads: 1) }

  @Test("Compiled with sanitizers it is clean", arguments: Toolchain.sanitizers)
  func sanitized(_ toolchain: Toolchain) throws { try compiled(with: toolchain, threads: 2) }

  private func compiled(with toolchain: Toolchain, threads: Int) throws {
    guard toolchain.isThere else { return print("left out: no \(toolchain.compiler) for \(toolchain.name)") }
    try withTemporaryFolder { folder in
      let probe = try RuntimeProgram(
        compiling: RuntimeProgram.probe, with: toolchain, training: false, in: folder)
      for network in Network.all {
        let (plan, bytes, images) = plan(network)
        let expected = images.withUnsafeBufferPointer { Array(plan.run(images: $0, team: ThreadTeam(threads: 1))) }
        try images.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: folder + "/images")) }
        let output = try probe.run(
          file: bytes, ["--images", folder + "/images", "--threads", "\(threads)", "--runs", "1"])
        let answer = try JSONDecoder().decode(Answer.self, from: output)
        let difference = worst(answer.logits.map(Float.init), expected.map(Double.init)).difference
        #expect(answer.logits.count == expected.count && difference <= 1e-5, "\(network.name)")
      }
    }
  }

  @Test("A plan that is cut off or damaged is refused with exit status 65, and never crashes")
  func damage() throws {
    let bytes = plan(Network.all[8]).bytes
    var draws = Draws(seed: 22)
    try withTemporaryFolder { folder in
      let path = folder + "/plan"
      func status(_ bytes: [UInt8]) throws -> Int32 {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return try run([path, "--runs", "1"]).status
      }
      for length in [0, 7, 60, 200, bytes.count / 2, bytes.count - 1] {
        #expect(try status(Array(bytes.prefix(length))) == 65)
      }
      #expect(try status(bytes + [0]) == 65)
      // Any byte of header and steps may be wrong: it is refused, or it makes no difference to safety.
      let described = bytes.count - 4 * 1000
      for _ in 0..<60 {
        var damaged = bytes
        let place = Int((draws.uniform() + 1) / 2 * Float(min(described, 6000)))
        damaged[place] ^= UInt8(1 << Int((draws.uniform() + 1) * 4) & 0xFF)
        let result = try status(damaged)
        #expect(result == 0 || result == 65, "byte \(place) gave status \(result)")
      }
    }
  }

  @Test("A plan's file has nothing of what the memory held", arguments: Network.all)
  func nothingElse(_ network: Network) {
    let bytes = plan(network).bytes
    let (head, step) = (MemoryLayout<ofa_plan_header>.stride, MemoryLayout<ofa_step>.stride)
    let count = bytes.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: 16, as: UInt64.self)) }
    for start in stride(from: head, to: head + count * step, by: step) {
      let kernel = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: Int32.self) }
      let used = ofa_step_bytes(kernel)
      #expect(used > 0 && bytes[start + used..<start + step].allSatisfy { $0 == 0 })
    }
  }

  @Test("A plan of another version is said to be one, however long its steps are")
  func otherVersion() throws {
    try withTemporaryFolder { folder in
      var bytes = plan(Network.all[8]).bytes
      (bytes[8], bytes[12]) = (bytes[8] + 1, bytes[12] - 8)
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/plan"))
      let refused = try run([folder + "/plan"])
      #expect(refused.status == 65 && refused.errors.contains("another version of the program"), "\(refused.errors)")
    }
  }

  @Test("A plan of huge images and nothing else is refused for its work, before they are made")
  func hugeImages() throws {
    var header = ofa_plan_header()
    withUnsafeMutableBytes(of: &header.magic) { $0.copyBytes(from: InferencePlan.magic) }
    (header.version, header.step_bytes) = (UInt32(InferencePlan.version), UInt32(MemoryLayout<ofa_step>.stride))
    (header.arena, header.blocks, header.classes) = (64, 1, 1)
    (header.images, header.height, header.width, header.channels) = (1, 8192, 8192, 32)
    try withTemporaryFolder { folder in
      try Data(withUnsafeBytes(of: header) { Array($0) }).write(to: URL(fileURLWithPath: folder + "/plan"))
      let refused = try run([folder + "/plan", "--runs", "1", "--most-work", "1"])
      #expect(refused.status == 65 && refused.errors.contains("raise --most-work"), "\(refused.errors)")
    }
  }

  @Test("A plan with notes names its blocks beside their times, and says of itself what was written, in order")
  func notes() throws {
    let network = Network.all[8]
    let (plan, bytes, _) = plan(network)
    let description = [("subnet", "r24-33"), ("classes", "[\"Käfer\",\"a: b\"]"), ("licence", "two\nlines\0cut")]
    let noted = plan.serialized(description: description.map { (name: $0, text: $1) })
    #expect(noted.starts(with: bytes))
    try withTemporaryFolder { folder in
      let path = folder + "/plan"
      func answer(_ bytes: [UInt8]) throws -> Answer {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let (status, output, errors) = try run([path, "--runs", "1"])
        try #require(status == 0, "\(errors)")
        return try JSONDecoder().decode(Answer.self, from: output)
      }
      let (plain, named) = (try answer(bytes), try answer(noted))
      #expect(plain.blocks == nil && named.blocks == network.graph.blocks)
      #expect(named.blockMilliseconds.count == network.graph.blocks.count && named.logits == plain.logits)
      let described = try run([path, "--describe"])
      #expect(described.status == 0)
      #expect(
        String(decoding: described.output, as: UTF8.self)
          == "subnet: r24-33\nclasses: [\"Käfer\",\"a: b\"]\nlicence: two?lines\n")

      for undescribed in [bytes, plan.serialized(description: [])] {
        try Data(undescribed).write(to: URL(fileURLWithPath: path))
        let refused = try run([path, "--describe"])
        #expect(refused.status == 65 && refused.output.isEmpty)
        #expect(refused.errors.contains("it has no description"), "\(refused.errors)")
      }
      #expect(try run(["--lines", "--describe"]).status == 64)
    }
  }

  @Test("Notes that are cut off, of another length, or with a name and no text are refused")
  func damagedNotes() throws {
    let (plan, bytes, _) = plan(Network.all[8])
    let noted = plan.serialized(description: [(name: "subnet", text: "r24-33")])
    try withTemporaryFolder { folder throws in
      let path = folder + "/plan"
      func isRefused(_ bytes: [UInt8]) throws -> Bool {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let (status, output, errors) = try run([path, "--describe"])
        return status == 65 && output.isEmpty && errors.contains("its length is not what its header says")
      }
      for length in bytes.count + 1..<noted.count {
        #expect(try isRefused(Array(noted.prefix(length))), "\(length - bytes.count) bytes of notes")
      }
      #expect(try isRefused(noted + [0]))
      for byte in 0..<8 {
        var damaged = noted
        damaged[bytes.count + byte] ^= 1
        #expect(try isRefused(damaged), "byte \(byte) of the length")
      }
      // The zero between the name and its text.
      var merged = noted
      merged[noted.count - 8] = UInt8(ascii: "x")
      #expect(try isRefused(merged))
    }
  }

  @Test("A plan whose runs would take too long is refused with what they take, unless more is allowed")
  func work() throws {
    let bytes = plan(Network.all[8]).bytes
    try withTemporaryFolder { folder in
      let path = folder + "/plan"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let refused = try run([path, "--runs", "1000000", "--most-work", "1"])
      #expect(refused.status == 65)
      #expect(refused.errors.contains("billions of multiply-accumulates, more than 1;"), "\(refused.errors)")
      #expect(refused.errors.contains("--most-work"))
      #expect(try run([path, "--runs", "1", "--most-work", "1"]).status == 0)
      #expect(try run([path, "--most-work", "0"]).status == 64)
    }
  }

  @Test("What large windows of pooling read counts as work too")
  func pooledWork() throws {
    let network = Network.network("a window as large as the image", size: 63) {
      _ = $0.pooling($0.output, "max", Pooling(.max, size: 63, stride: 1, padding: 31))
    }
    try withTemporaryFolder { folder in
      try Data(plan(network).bytes).write(to: URL(fileURLWithPath: folder + "/plan"))
      let refused = try run([folder + "/plan", "--runs", "1", "--most-work", "1"])
      #expect(refused.status == 65 && refused.errors.contains("raise --most-work"), "\(refused.errors)")
    }
  }

  @Test("A text of a plan is told without controls, those of U+0080 to U+009F among them, and without stray bytes")
  func controls() throws {
    let (plan, _, _) = plan(Network.all[8])
    let text = "Käfer €😀\u{9b}31m\u{85}\u{1b}\u{7f} \u{a0}#1##2##3##4##5##"
    var bytes = plan.serialized(description: [(name: "classes", text: text)])
    // A control by itself, one in what is cut, a longer form of one, and bytes that begin nothing.
    for (mark, raw) in [
      ("#1#", [0x9B, 0x41, 0x41]), ("#2#", [0xE2, 0x9B, 0x41]), ("#3#", [0xE0, 0x82, 0x9B]),
      ("#4#", [0xF0, 0x82, 0x9B]), ("#5#", [0xFF, 0xBF, 0xC2]),
    ] as [(String, [UInt8])] {
      let place = try #require(Data(bytes).range(of: Data(mark.utf8)))
      bytes.replaceSubrange(place, with: raw)
    }
    try withTemporaryFolder { folder in
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/plan"))
      let described = try run([folder + "/plan", "--describe"])
      #expect(described.status == 0)
      #expect(
        String(decoding: described.output, as: UTF8.self)
          == "classes: Käfer €😀??31m???? \u{a0}?AA??A?????????#\n")
    }
  }

  @Test("Logits that are no numbers are null, as JSON has no others")
  func noNumbers() throws {
    var bytes = plan(Network.all[8]).bytes
    // The last weights are the classifier's.
    bytes.replaceSubrange(bytes.count - 4_000..<bytes.count, with: (0..<4_000).map { [0, 0, 0xc0, 0x7f][$0 % 4] })
    try withTemporaryFolder { folder in
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/plan"))
      let answer = try run([folder + "/plan", "--runs", "1"])
      #expect(answer.status == 0)
      let text = String(decoding: answer.output, as: UTF8.self)
      #expect(text.contains("null") && !text.contains("nan"), "\(text.suffix(200))")
    }
  }

  @Test("Misuse says what to do, with its exit status")
  func misuse() throws {
    #expect(try run([]).status == 64)
    #expect(try run(["plan", "--fast"]).status == 64)
    #expect(try run(["plan", "--threads", "two"]).status == 64)
    let missing = try run(["/nowhere/plan"])
    #expect(missing.status == 66)
    #expect(missing.errors == "error: /nowhere/plan: cannot be read\n")
  }
}
