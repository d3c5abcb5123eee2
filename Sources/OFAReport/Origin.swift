/// How a page, or what it shows, came to be: what was typed, when, and what ran it.
///
/// It is passed in by the command, so that what is made without one is the same each time.
public struct Origin: Hashable, Sendable, Codable {
  /// The command line, as a shell reads it.
  public var command: String
  /// The day and the minute, in UTC, as in `2026-03-31 14:05 UTC`.
  public var date: String
  /// The program's version.
  public var version: String
  /// The machine that it ran on.
  public var machine: String

  /// An origin of its parts.
  public init(command: String, date: String, version: String, machine: String) {
    (self.command, self.date, self.version, self.machine) = (command, date, version, machine)
  }
}
