import Foundation
import OFAFormats
import OFASpace

/// What an unfinished profile has measured: a file beside it that says of what, and then has a line for each window, or
/// for each few whole networks.
///
/// What is in it is not lost when the program is killed: a line is appended when its measurement is done, and a last
/// line that was cut is passed over. The file goes when the profile is whole.
public struct ProfileJournal {
  /// Of what the measurements are; those of something else are of no use.
  struct Subject: Hashable, Codable {
    var format = "ofa-profile-journal"
    // Version 1 numbers other whole networks, version 2 knows neither definition, resolutions, seed nor
    // cores, version 3 no quiet turns.
    var version = 4
    var space: String
    /// The digest of the space's document: spaces of one name may differ in widths, channels and classes.
    var definition: String?
    var resolutions: [Int]?
    var seed: UInt64?
    /// How many distinct blocks the space has at the resolutions.
    var blocks: Int
    var runner: String
    var runnerVersion, kernelForm, machine: String?
    var threads: Int?
    var cores: String?
  }

  /// A measurement.
  struct Line: Codable {
    var subject: Subject?
    var window: Window?
    /// Whole networks by index.
    var networks: [Int: NetworkTime]?

    /// Whether all its times can have been measured.
    var isPossible: Bool {
      let whole = (networks ?? [:]).values.flatMap { [$0.medianMilliseconds, $0.p10Milliseconds, $0.p90Milliseconds] }
      return (whole + (window?.positiveTimes ?? [])).allSatisfy { Turn.possibleMilliseconds ~= $0 }
        && (window?.turns ?? []).allSatisfy {
          $0.blockMilliseconds.allSatisfy { Turn.possibleBlockMilliseconds ~= $0 }
        }
    }
  }

  /// The file's path.
  public let path: String

  /// The journal of a profile that is to be written to a path.
  public init(of profile: String) { path = profile + ".partial" }

  /// Whether there is one.
  public var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// Whether it has a measurement that one can go on from.
  public var hasMeasurements: Bool {
    ((try? JSONLines.read(Line.self, path, allowingCutEnd: true)) ?? []).contains {
      $0.window != nil || $0.networks != nil
    }
  }

  /// Deletes the file.
  public func remove() throws {
    guard exists else { return }
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw Failure(.inputOutput, "cannot be deleted: \(error.localizedDescription)", at: path)
    }
  }

  /// What an earlier measurement came to; a new file of nothing where not one line of it is whole.
  ///
  /// - Throws: `.usage` when they are of something else, `.badData` when it is no journal.
  func lines(of subject: Subject) throws -> [Line] {
    if try JSONLines.begin(path, with: Line(subject: subject)) { return [] }
    let lines = try JSONLines.read(Line.self, path, allowingCutEnd: true)
    guard let first = lines.first?.subject, first.format == subject.format else {
      throw Failure(.badData, "it is no measurement that was not finished", at: path)
    }
    guard first == subject else {
      throw Failure(
        .usage,
        "it is of another version, space, device, `runner`, `resolutions`, `seed`, `threads` or `cores`; "
          + "begin anew with `force` in place of `resumes`",
        at: path)
    }
    guard lines.allSatisfy(\.isPossible) else {
      throw Failure(
        .badData, "it has times that cannot be; begin anew with `force` in place of `resumes`", at: path)
    }
    return lines
  }

  /// Keeps a measurement.
  func append(_ line: Line) throws { try JSONLines.append(line, to: path) }
}
