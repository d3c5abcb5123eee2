import Foundation

// Numbers as people read them.

extension Double {
  /// With a fixed number of digits after the point.
  func digits(_ count: Int) -> String { String(format: "%.\(count)f", self) }

  /// A share in 0…1 as percent.
  var percent: String { (100 * self).digits(2) + " %" }

  /// Milliseconds, or microseconds below one.
  var milliseconds: String { self < 1 ? (1000 * self).digits(0) + " µs" : digits(2) + " ms" }
}

extension Int {
  /// Millions.
  var millions: String { (Double(self) / 1e6).digits(2) + " M" }

  /// Kilobytes of 10³ bytes, or megabytes of 10⁶.
  var bytes: String {
    self < 1_000_000 ? (Double(self) / 1e3).digits(1) + " kB" : (Double(self) / 1e6).digits(2) + " MB"
  }
}

extension Duration {
  /// In hours and minutes, or minutes and seconds, or seconds.
  var rounded: String {
    let seconds = Int(components.seconds)
    switch seconds {
    case 3600...: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    case 60...: return "\(seconds / 60) min \(seconds % 60) s"
    default: return "\(seconds) s"
    }
  }
}
