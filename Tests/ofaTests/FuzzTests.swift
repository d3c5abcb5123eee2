import Foundation
import Testing

/// The fuzzers of `make fuzz`, for a moment: that they still work, and that what they draw first is read or refused.
@Suite struct FuzzTests {
  @Test("Damaged input is read or refused by every reader, and ends none by a trap")
  func fuzz() throws {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: Command.path).deletingLastPathComponent().appendingPathComponent(
      "ofa-fuzz")
    let findings = NSTemporaryDirectory() + "fuzz-findings-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: findings) }
    // Work is counted; a machine with other things to do is slow, not wrong.
    process.arguments = ["--inputs", "40", "--patience", "30", "--findings", findings]
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
    #expect(text.split(separator: "\n").count { $0.contains(" 40 inputs, ") } > 20, "\(text)")
  }
}
