import Foundation

/// The terminal behind a stream.
enum Terminal {
  /// How many columns the terminal has that a descriptor is open on; nil where it is open on none.
  static func columns(of descriptor: Int32) -> Int? {
    guard isatty(descriptor) == 1 else { return nil }
    var size = winsize()
    return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  /// Whether it understands what moves its cursor.
  static var movesCursor: Bool { !["", "dumb"].contains(ProcessInfo.processInfo.environment["TERM"] ?? "") }
}
