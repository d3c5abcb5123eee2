import Foundation

/// How wide help is written.
enum HelpWidth {
  private static let least = 40

  /// Lets no terminal seem narrower than words need.
  ///
  /// ArgumentParser asks the variable `COLUMNS`, then the terminal, and leaves its text out or traps where there are
  /// next to no columns.
  static func widen() {
    var size = winsize()
    let given = ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) }
    let reported = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
    if let columns = given ?? reported, columns < least { setenv("COLUMNS", String(least), 1) }
  }
}
