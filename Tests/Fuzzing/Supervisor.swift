import Foundation
import OFAFormats

/// Runs one reader's workers and keeps what they find.
struct Supervisor {
  let command: Fuzz
  let reader: String

  /// After so many findings a reader is left alone.
  private static let mostFindings = 5

  /// The board's program, which readers find in their folder.
  private var probe: String {
    let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(
      "ofa-probe")
    return URL(fileURLWithPath: command.probe ?? beside.path).path
  }

  /// Feeds the reader; returns the number of findings.
  func run() throws -> Int {
    let start = ContinuousClock.now
    var total = Tally(number: command.first)
    var findings = 0
    repeat {
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ofa-fuzz-\(UUID().uuidString)").path
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try FileManager.default.createSymbolicLink(atPath: folder + "/probe", withDestinationPath: probe)
      let left = command.seconds.map { $0 - (ContinuousClock.now - start) / .seconds(1) }
      let tally = try work(
        in: folder, first: total.number, inputs: command.inputs.map { $0 - total.inputs }, seconds: left)
      total.inputs += tally.inputs
      total.accepted += tally.accepted
      total.slowestSeconds = max(total.slowestSeconds, tally.slowestSeconds)
      total.peakBytes = max(total.peakBytes, tally.peakBytes)
      total.number = tally.number + 1
      total.finding = tally.finding
      if let finding = tally.finding {
        findings += 1
        let kept = "\(command.findings)/\(reader)-\(command.seed)-\(tally.number)"
        let path = String(decoding: (try? InputFile.read(Worker.pathFile(in: folder))) ?? [], as: UTF8.self)
        try AtomicFile.write((try? InputFile.read(path)) ?? [], to: kept)
        print(
          "  FOUND: \(finding)\n  again: ofa-fuzz \(reader) --file \(kept), or --seed \(command.seed) --first \(tally.number) --inputs 1"
        )
      }
    } while total.finding != nil && findings < Self.mostFindings && command.file == nil
    let name = reader.padding(toLength: 12, withPad: " ", startingAt: 0)
    print(
      "\(name) \(total.inputs) inputs, \(total.accepted) accepted, \(findings) findings, slowest "
        + "\(String(format: "%.3f", total.slowestSeconds)) s, \(total.peakBytes >> 20) MiB")
    fflush(nil)
    return findings
  }

  private func work(in folder: String, first: Int, inputs: Int?, seconds: Double?) throws -> Tally {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments =
      [
        reader, "--worker", folder, "--seed", "\(command.seed)", "--first", "\(first)", "--patience",
        "\(command.patience)",
      ]
      + (inputs.map { ["--inputs", "\(max($0, 0))"] } ?? []) + (seconds.map { ["--seconds", "\(max($0, 0))"] } ?? [])
      + (command.file.map { ["--file", $0] } ?? [])
    process.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": folder]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    // A trap's own report, with the whole stack, is for whoever repeats the input.
    process.standardError = command.file == nil ? FileHandle.nullDevice : FileHandle.standardError
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    if process.terminationReason == .exit, process.terminationStatus == 0 {
      return try JSON.decode(Tally.self, from: Array(text), at: "the worker's answer")
    }
    var tally = try InputFile.read(Worker.tallyFile(in: folder), or: Tally(number: first))
    let signal = process.terminationReason == .uncaughtSignal
    tally.finding =
      signal && process.terminationStatus == SIGALRM
      ? "hangs" : "ended by \(signal ? "signal" : "status") \(process.terminationStatus)"
    return tally
  }
}

extension InputFile {
  /// The tally in a file, or what it is without one.
  fileprivate static func read(_ path: String, or tally: Tally) throws -> Tally {
    guard FileManager.default.fileExists(atPath: path) else { return tally }
    return try JSON.decode(Tally.self, file: path)
  }
}
