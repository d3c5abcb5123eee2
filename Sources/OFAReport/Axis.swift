import Foundation

/// One direction of a plot: what it measures and the range that it shows.
public struct Axis: Hashable, Sendable {
  /// What is measured, such as `latency`; the unit is added.
  public var label: String
  /// How its numbers are written.
  public var measure: Measure
  /// The values shown, or nil for those of the data with a margin.
  public var range: ClosedRange<Double>?

  /// Below the first a magnitude is drawn as zero, and above the second not at all: their ratios would not be numbers.
  static let (smallest, largest) = (1e-100, 1e100)

  /// An axis.
  public init(_ label: String, _ measure: Measure, range: ClosedRange<Double>? = nil) {
    self.label = label
    self.measure = measure
    self.range = range
  }

  /// The range that shows `values`: the axis's own, or theirs and a margin on both sides that does not cross zero.
  package func shown(_ values: [Double]) -> ClosedRange<Double> {
    if let range, range.lowerBound < range.upperBound { return range }
    guard let least = values.min(), let most = values.max(), max(abs(least), abs(most)) > Self.smallest else {
      return 0...1
    }
    let margin = least < most ? 0.06 * (most - least) : 0.1 * abs(least)
    return (least >= 0 ? max(0, least - margin) : least - margin)...(most <= 0 ? min(0, most + margin) : most + margin)
  }
}

/// The marks of an axis: multiples of 1, 2, 2.5 or 5 times a power of ten of the unit that is written beside the label.
package struct Ticks: Hashable {
  /// The marks' values, ascending, all within the range.
  package var values: [Double] = []
  /// Their texts, all with equal decimals.
  package var labels: [String] = []
  /// The unit's sign.
  package var unit: String

  /// Marks over a range, at most about `count` of them and at least two where the range is not empty.
  package init(_ measure: Measure, over range: ClosedRange<Double>, count: Int) {
    let unit = measure.unit(for: max(abs(range.lowerBound), abs(range.upperBound)))
    self.unit = unit.sign
    let low = range.lowerBound / unit.size
    let high = range.upperBound / unit.size
    let raw = (high - low) / Double(max(count, 2))
    guard raw > 0, raw.isFinite else { return }
    guard raw > Axis.smallest else { return }
    let exponent = Int(log10(raw).rounded(.down))
    let power = pow(10, Double(exponent))
    // The next finer step serves where the coarser one leaves fewer than two marks.
    let steps = [0.5, 1, 2, 2.5, 5, 10]
    var index = steps.firstIndex { $0 * power >= raw * (1 - 1e-9) } ?? steps.count - 1
    while index > 0, (high / (steps[index] * power)).rounded(.down) - (low / (steps[index] * power)).rounded(.up) < 1 {
      index -= 1
    }
    let step = steps[index] * power
    let decimals = max(0, -exponent + (steps[index] == 2.5 || steps[index] == 0.5 ? 1 : steps[index] == 10 ? -1 : 0))
    let first = Int((low / step - 1e-9).rounded(.up))
    let last = Int((high / step + 1e-9).rounded(.down))
    guard first <= last else { return }
    for multiple in first...last {
      let value = Double(multiple) * step
      values.append(min(max(value * unit.size, range.lowerBound), range.upperBound))
      labels.append(decimal(value, decimals))
    }
  }
}
