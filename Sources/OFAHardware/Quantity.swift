import Foundation
import OFAFormats

/// What a network costs and a budget can bound.
///
/// The raw value is the key of every document and result, unit included.
public enum Quantity: String, Hashable, Sendable, Codable, CaseIterable {
  /// The time of one inference on a device.
  case latency = "latencyMilliseconds"
  /// Multiply-accumulates of one sample.
  case multiplyAccumulates
  /// Trainable values that the subnet uses.
  case parameters
  /// Bytes of the float32 weights after folding: what a device must store.
  case weightBytes
  /// The most bytes of activations that live at one moment: what a device must have free.
  case peakActivationBytes
}

extension Quantity {
  /// What it is called among what a device has.
  public var noun: String {
    switch self {
    case .latency: "latency"
    case .multiplyAccumulates: "multiply-accumulates"
    case .parameters: "parameters"
    case .weightBytes: "storage"
    case .peakActivationBytes: "memory"
    }
  }

  /// What it is called in a command, such as in `--max-macs`.
  public var word: String { self == .multiplyAccumulates ? "macs" : noun }

  /// The quantity that a command calls so; nil where there is none.
  public init?(word: String) {
    guard let quantity = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = quantity
  }

  /// A value as ``Amount`` reads it: four digits and a unit.
  ///
  ///     Quantity.peakActivationBytes.amount(147_456, .up)    // 147.5kB
  ///
  /// - Parameters:
  ///   - value: in the quantity's own unit.
  ///   - rule: the way to round. Read again, what was rounded up is no less than the value, and what was rounded down
  ///     no more.
  public func amount(_ value: Double, _ rule: FloatingPointRoundingRule) -> String {
    switch self {
    case .latency: Amount.text(value, [("ns", 1e-6), ("us", 1e-3), ("ms", 1), ("s", 1e3)], isWhole: false, rule)
    case .multiplyAccumulates, .parameters:
      Amount.text(value, [("", 1), ("k", 1e3), ("M", 1e6), ("G", 1e9)], isWhole: true, rule)
    case .weightBytes, .peakActivationBytes:
      Amount.text(value, [("B", 1), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9)], isWhole: true, rule)
    }
  }
}

/// Reads amounts as people write them: `25ms`, `300M`, `1.5GB`, `1MiB`.
///
/// Every failure of reading is of kind `.usage`, carries the place that it is given, and says what to write instead.
public enum Amount {
  /// A span of time: a number with `ns`, `us` (or `µs`), `ms`, `s`, `min` or `h`.
  ///
  /// - Parameters:
  ///   - text: the amount.
  ///   - place: where the text was written.
  /// - Throws: when the unit is missing or unknown, the number is not above zero, or the span is longer than
  ///   `Duration.longestSpan`.
  public static func duration(_ text: String, at place: String) throws -> Duration {
    guard let duration = Duration(span: try milliseconds(text, at: place) / 1e3) else {
      throw Failure(
        .usage, "\"\(text)\" is no time at all, or more than a thousand years; write for example \(exampleOfTime)",
        at: place)
    }
    return duration
  }

  /// A span of time in milliseconds; see ``duration(_:at:)``.
  public static func milliseconds(_ text: String, at place: String) throws -> Double {
    try amount(
      text, place, example: exampleOfTime,
      units: ["ns": 1e-6, "us": 1e-3, "µs": 1e-3, "μs": 1e-3, "ms": 1, "s": 1e3, "min": 60e3, "h": 3600e3])
  }

  private static let exampleOfTime = "25ms, 600us or 2s"

  /// A count, whose `k`, `M` and `G` are powers of 1000: `2000000`, `300M`, `1.5G`.
  ///
  /// - Throws: when the text is no number above zero, or is not whole.
  public static func count(_ text: String, at place: String) throws -> Int {
    try whole(text, place, "300M, 1.5G or 2000000", ["": 1, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9])
  }

  /// A number of bytes: `kB`, `MB` and `GB` are powers of 1000, `KiB`, `MiB` and `GiB` powers of 1024.
  ///
  /// - Throws: when the unit is missing or unknown, or the number is not above zero or not whole.
  public static func bytes(_ text: String, at place: String) throws -> Int {
    try whole(
      text, place, "100kB, 1MB (10⁶ bytes), 1MiB or 4096B",
      [
        "B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1024, "kiB": 1024, "MiB": 0x1p20, "GiB": 0x1p30,
      ])
  }

  private static func whole(_ text: String, _ place: String, _ example: String, _ units: [String: Double]) throws -> Int
  {
    let value = try amount(text, place, example: example, units: units)
    // Decimal fractions are seldom exact in binary: 1.001k is 1000.9999999999999.
    let rounded = value.rounded()
    guard rounded >= 1, rounded < 0x1p62, abs(value - rounded) <= 1e-9 * rounded else {
      throw Failure(.usage, "\"\(text)\" is not a whole number in range; write for example \(example)", at: place)
    }
    return Int(rounded)
  }

  private static func amount(
    _ text: String, _ place: String, example: String, units: [String: Double]
  ) throws -> Double {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-" || $0 == "+") }
    let unit = text.dropFirst(number.count).drop { $0 == " " }
    guard let value = Double(number), value.isFinite else {
      throw Failure(.usage, "\"\(text)\" is not an amount; write for example \(example)", at: place)
    }
    guard let factor = units[String(unit)] else {
      let problem = unit.isEmpty ? "has no unit" : "has the unknown unit \"\(unit)\""
      throw Failure(.usage, "\"\(text)\" \(problem); write for example \(example)", at: place)
    }
    guard value > 0, value * factor > 0 else {
      throw Failure(.usage, "\"\(text)\" is not above zero; write for example \(example)", at: place)
    }
    guard (value * factor).isFinite else {
      throw Failure(.usage, "\"\(text)\" is too large; write for example \(example)", at: place)
    }
    return value * factor
  }

  /// Writes a value above zero in the largest unit of which it is at least one, with four digits.
  ///
  /// - Parameters:
  ///   - units: ascending; the first serves all that is smaller.
  ///   - isWhole: whether there are no parts of the first unit.
  static func text(
    _ value: Double, _ units: [(name: String, size: Double)], isWhole: Bool, _ rule: FloatingPointRoundingRule
  ) -> String {
    let unit = units.last { $0.size <= value } ?? units[0]
    let digits = max(Int(log10(max(value / unit.size, 1))) + 1, 1)
    let decimals = isWhole && unit.size == units[0].size ? 0 : max(4 - digits, 0)
    let scale = pow(10, Double(decimals))
    var steps = (value / unit.size * scale).rounded(rule)
    // Steps are seldom exact in binary, and large ones have no next whole number.
    while rule == .up, steps / scale * unit.size < value { steps = max(steps + 1, steps.nextUp) }
    while rule == .down, steps / scale * unit.size > value { steps = min(steps - 1, steps.nextDown) }
    var text = String(format: "%.\(decimals)f", steps / scale)
    if decimals > 0 {
      while text.last == "0" { text.removeLast() }
      if text.last == "." { text.removeLast() }
    }
    return text + unit.name
  }
}
