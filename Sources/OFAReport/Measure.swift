import Foundation

/// What a number measures, and so how it is written for people: scaled to a readable unit, never with more digits than
/// matter.
///
///     Measure.milliseconds.text(0.2531)            // 253 µs
///     Measure.multiplyAccumulates.text(12_050_944) // 12.1 M
///     Measure.fraction.text(0.8312)                // 83.12 %
public enum Measure: Hashable, Sendable {
  /// A number without a unit.
  case number
  /// A part of one, written in percent.
  case fraction
  /// A rate of which small values matter, such as a learning rate.
  case rate
  /// A span of time in milliseconds.
  case milliseconds
  /// A span of time in seconds.
  case seconds
  /// Multiply-accumulates.
  case multiplyAccumulates
  /// A count of parameters, images or the like.
  case count
  /// Bytes, in decimal units.
  case bytes

  /// A unit: how many of the quantity's own make one, and its sign.
  struct Unit: Hashable {
    var size: Double
    var sign: String
  }

  /// The units from the smallest up; the first serves all that is smaller.
  private var units: [Unit] {
    switch self {
    case .number, .rate: [Unit(size: 1, sign: "")]
    case .fraction: [Unit(size: 0.01, sign: "%")]
    case .milliseconds: [Unit(size: 1e-3, sign: "µs"), Unit(size: 1, sign: "ms"), Unit(size: 1e3, sign: "s")]
    case .seconds: [Unit(size: 1e-3, sign: "ms"), Unit(size: 1, sign: "s"), Unit(size: 60, sign: "min")]
    case .multiplyAccumulates, .count:
      [
        Unit(size: 1, sign: ""), Unit(size: 1e3, sign: "k"), Unit(size: 1e6, sign: "M"), Unit(size: 1e9, sign: "G"),
      ]
    case .bytes:
      [Unit(size: 1, sign: "B"), Unit(size: 1e3, sign: "kB"), Unit(size: 1e6, sign: "MB"), Unit(size: 1e9, sign: "GB")]
    }
  }

  /// The largest unit of which `magnitude` is at least one.
  func unit(for magnitude: Double) -> Unit {
    units.last { $0.size <= magnitude } ?? units[0]
  }

  /// A value with its unit: percent with two decimals, small rates with a power of ten, all else with three digits.
  /// What is not a number is a dash.
  public func text(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if self == .rate, value != 0, abs(value) < 0.1 { return Self.powerOfTen(value) }
    let unit = unit(for: abs(value))
    let scaled = value / unit.size
    // No more decimals than the quantity has: there is no half a byte.
    let isWhole = unit.size == 1 && (self == .count || self == .bytes || self == .multiplyAccumulates)
    let decimals = self == .fraction ? 2 : isWhole ? 0 : abs(scaled) >= 99.95 ? 0 : abs(scaled) >= 9.995 ? 1 : 2
    return decimal(scaled, decimals) + (unit.sign.isEmpty ? "" : " " + unit.sign)
  }
}

extension Measure {
  /// A value of any size with two digits and a power of ten: `2.2·10¹⁹`, `1.7·10⁻⁶`. What is not a number is a dash.
  ///
  /// - Parameter shift: the power of ten by which the value is to be multiplied.
  public static func powerOfTen(_ value: Double, shift: Int = 0) -> String {
    guard value.isFinite else { return "–" }
    // As C writes it: 1.7e-06.
    let parts = String(format: "%.1e", abs(value)).split(separator: "e")
    let exponent = (Int(parts[1]) ?? 0) + shift
    let raised = "\(exponent)".map { $0 == "-" ? "⁻" : String(superscripts[$0.wholeNumberValue ?? 0]) }.joined()
    return (value < 0 ? "−" : "") + parts[0] + (exponent == 0 ? "" : "·10" + raised)
  }

  private static let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
}

/// A number with a fixed count of decimals and a true minus sign, in every locale alike.
package func decimal(_ value: Double, _ decimals: Int) -> String {
  let text = String(format: "%.\(decimals)f", abs(value))
  let isZero = text.allSatisfy { $0 == "0" || $0 == "." }
  return value < 0 && !isZero ? "−" + text : text
}
