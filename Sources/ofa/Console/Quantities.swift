import Foundation
import OFAReport

// Numbers as people read them.

extension Double {
  /// With a fixed number of digits after the point.
  func digits(_ count: Int) -> String { String(format: "%.\(count)f", self) }

  /// A share in 0…1 as percent.
  var percent: String { OFAReport.Measure.fraction.text(self) }

  /// A time in milliseconds, in a unit that suits it.
  var milliseconds: String { OFAReport.Measure.milliseconds.text(self) }
}

extension Int {
  /// A count, in thousands or millions where it is that large.
  var counted: String { OFAReport.Measure.count.text(Double(self)) }

  /// Bytes, in decimal units.
  var bytes: String { OFAReport.Measure.bytes.text(Double(self)) }
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
