import Foundation
import OFAFormats
import OFANumerics

/// What a worker answers at its end, one JSON line on standard output.
struct Tally: Codable {
  /// The inputs that were read, and how many of them were taken.
  var inputs = 0
  var accepted = 0
  var slowestSeconds = 0.0
  /// The most memory that the process held.
  var peakBytes = 0
  /// What was found, and the input's number; the input itself is where the reader reads it.
  var finding: String?
  var number = 0
}

/// Feeds one reader, in this process.
struct Worker {
  let name: String
  let folder: String
  let seed: UInt64
  let first: Int
  let patience: Double

  /// The most memory that one input may add to what the process holds.
  private static let mostBytes = 512 << 20

  func run(inputs: Int, seconds: Double, file: String?) throws {
    guard let maker = Reader.makers.first(where: { $0.name == name }) else { return }
    let reader = try maker.make(folder)
    try AtomicFile.write(reader.path, to: Worker.pathFile(in: folder))
    let start = ContinuousClock.now
    var tally = Tally(number: first)
    if let file {
      tally.finding = read(try InputFile.read(file), by: reader, &tally)
    } else {
      // An unhurt seed that is refused would make the rest worthless.
      if first == 0 {
        for seed in reader.seeds where tally.finding == nil {
          tally.finding = read(seed, by: reader, &tally)
          if tally.finding == nil, reader.takesSeeds, tally.accepted == 0 { tally.finding = "a sound input is refused" }
          tally.accepted = 0
        }
        tally.inputs = 0
      }
      while tally.finding == nil, tally.inputs < inputs, (ContinuousClock.now - start) / .seconds(1) < seconds {
        var mutator = Mutator(generator: SeededGenerator(seed: seed, stream: "fuzz \(reader.name)", tally.number))
        let input = reader.form.mutated(reader.seeds, by: &mutator)
        try note(tally)
        tally.finding = read(input, by: reader, &tally)
        if tally.finding == nil { tally.number += 1 }
      }
    }
    tally.peakBytes = Self.residentBytes()
    print(try JSON.encode(tally, pretty: false))
  }

  /// Reads one input; returns what may not be, if anything.
  private func read(_ bytes: [UInt8], by reader: Reader, _ tally: inout Tally) -> String? {
    guard FileManager.default.createFile(atPath: reader.path, contents: Data(bytes)) else {
      return "cannot write \(reader.path)"
    }
    let allowed = patience * (reader.startsProgram ? 10 : 1)
    // What hangs is ended by the signal.
    alarm(UInt32(20 * allowed))
    let before = Self.residentBytes()
    let start = ContinuousClock.now
    var finding: String?
    do {
      try reader.read(bytes)
      tally.accepted += 1
    } catch let failure as Failure {
      if failure.kind == .internalError { finding = "called its own mistake: \(failure)" }
      if failure.description.contains(where: \.isNewline) { finding = "a message of several lines" }
    } catch let found as Finding {
      finding = found.what
    } catch {
      finding = "threw what is no Failure: \(error)"
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    alarm(0)
    tally.inputs += 1
    tally.slowestSeconds = max(tally.slowestSeconds, seconds)
    if seconds > allowed { finding = finding ?? "took \(seconds) s" }
    let bytes = Self.residentBytes() - before
    if bytes > Self.mostBytes { finding = finding ?? "took \(bytes >> 20) MiB" }
    return finding
  }

  /// Leaves the tally for the supervisor, in case that the next input is the last.
  private func note(_ tally: Tally) throws {
    let text = try JSON.encode(tally, pretty: false)
    _ = FileManager.default.createFile(atPath: Worker.tallyFile(in: folder), contents: Data(text.utf8))
  }

  static func tallyFile(in folder: String) -> String { folder + "/tally" }
  static func pathFile(in folder: String) -> String { folder + "/path" }

  private static func residentBytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    // Linux counts in kilobytes.
    return Int(usage.ru_maxrss) * 1024
  }
}

/// What a reader finds itself: of a program that it started, say.
struct Finding: Error {
  var what: String
}
