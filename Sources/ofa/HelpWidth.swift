import Foundation

/// How wide help is written.
enum HelpWidth {
  private static let least = 40

  /// Lets no terminal seem narrower than words need.
  ///
  /// ArgumentParser asks the variable `COLUMNS`, then the terminal, and leaves its text out or traps where there are
  /// next to no columns.
  static func widen() {
    let given = ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) }
    if let columns = given ?? Terminal.columns(of: STDOUT_FILENO), columns < least {
      setenv("COLUMNS", String(least), 1)
    }
  }
}
