import Foundation
import OFAPipeline
import OFAReport

// Numbers as people read them.

extension Double {
  /// With a fixed number of digits after the point.
  func digits(_ count: Int) -> String { String(format: "%.\(count)f", self) }

  /// With two digits and a power of ten.
  var powerOfTen: String { OFAReport.Measure.powerOfTen(self) }

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

extension String {
  /// A whole number in decimal digits, in as many as people read: `74088`, `2.2·10¹⁹`.
  var countedDigits: String {
    // There are numbers of subnets that are larger than any Double.
    let first = prefix(15)
    return count <= 6 ? self : OFAReport.Measure.powerOfTen(Double(first) ?? .nan, shift: count - first.count)
  }
}

extension [Int] {
  /// Ascending numbers in a few words: `24, 28, 32`, or `128 to 224 in steps of 4`.
  var spanned: String {
    let steps = Set(zip(self, dropFirst()).map { $1 - $0 })
    guard count > 5, steps.count == 1, let step = steps.first else { return map(String.init).joined(separator: ", ") }
    return "\(self[0]) to \(self[count - 1]) in steps of \(step)"
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

extension PredictorQuality {
  /// How well it orders subnets and how near it comes, in a line.
  var text: String {
    let costs = macsKendallTau.map { " (\($0.digits(2)) by multiply-accumulates alone)" } ?? ""
    let error = ninetyPercentError.map { "nine of ten within \(($0 * 100).digits(2)) points" }
    return "predictor of \(samples) subnets: Kendall's tau \(kendallTau.digits(2))\(costs), "
      + (error ?? "error \((rootMeanSquareError * 100).digits(2)) points")
  }
}
