import OFAFormats

/// What a published table gives for a key: the mean of the measurements, and perhaps their variance and number.
struct MeanLatency: Hashable, Sendable {
  var milliseconds: Double
  /// In squared milliseconds; nil where it is not known.
  var variance: Double?
  var count: Int?

  init(milliseconds: Double, variance: Double?, count: Int?) {
    self.milliseconds = milliseconds
    self.variance = variance
    self.count = count
  }

  /// The columns that say how a mean was measured, and are no means themselves.
  private static let about: Set = ["std", "var", "count"]

  /// The column of means in a table: the one that was chosen, or the only one.
  ///
  /// - Throws: `.badData` without a column, or with several and none chosen, which lists them.
  static func column(of rows: [YAML.Row], chosen: String?) throws -> String {
    // Where nothing is a number, the rows say what stands there instead.
    let numbers = Set(rows.flatMap(\.numbers.keys)).subtracting(about)
    let columns = (numbers.isEmpty ? Set(rows.flatMap(\.names)).subtracting(about) : numbers).sorted()
    if let chosen {
      guard rows.contains(where: { $0.names.contains(chosen) }) else {
        throw Failure(.badData, "no column \(chosen); of means there are \(columns.isEmpty ? "none" : columns.listed)")
      }
      return chosen
    }
    guard columns.count <= 1 else {
      throw Failure(
        .badData, "several columns of means: \(columns.listed); choose one, such as `column` \(columns[0])")
    }
    guard let column = columns.first else { throw Failure(.badData, "no column of means") }
    return column
  }

  /// Reads a row's mean in a column, its `count`, and beside a column `mean` its `std` or `var`, which are of no other.
  ///
  /// - Throws: `.badData` without a mean, or with numbers that no measurement gives.
  init(_ row: YAML.Row, column: String) throws {
    guard let mean = try row.number(column) else {
      throw Failure(.badData, "no \(column); it has \(row.names.sorted().listed)")
    }
    let isMean = column == "mean"
    let (deviation, square) = (isMean ? try row.number("std") : nil, isMean ? try row.number("var") : nil)
    guard deviation == nil || square == nil else { throw Failure(.badData, "both std and var, expected one of them") }
    let variance = square ?? deviation.map { $0 * $0 }
    let count = try row.number("count")
    let longest = LatencyTable.longestMilliseconds
    guard mean <= longest, variance ?? 0 <= longest * longest else {
      throw Failure(.badData, "a mean or deviation above \(longest) is no milliseconds")
    }
    guard count.map({ 1...1e12 ~= $0 && $0 == $0.rounded() }) ?? true else {
      throw Failure(.badData, "count is \(count ?? 0), a whole number of measurements is expected")
    }
    self.init(milliseconds: mean, variance: variance, count: count.map { Int($0) })
  }

  /// What one of the two tells and the other does not, in words; nil when they tell the same.
  func difference(from other: MeanLatency) -> String? {
    if (variance == nil) != (other.variance == nil) { return variance == nil ? "no std or var" : "a std or var" }
    if (count == nil) != (other.count == nil) { return count == nil ? "no count" : "a count" }
    return nil
  }

  /// What layers take one after the other: means and variances add, the least count counts. What one does not tell the
  /// sum does not.
  static func + (left: MeanLatency, right: MeanLatency) -> MeanLatency {
    func joined<Number>(_ a: Number?, _ b: Number?, _ join: (Number, Number) -> Number) -> Number? {
      a.flatMap { a in b.map { join(a, $0) } }
    }
    return MeanLatency(
      milliseconds: left.milliseconds + right.milliseconds, variance: joined(left.variance, right.variance, +),
      count: joined(left.count, right.count, min))
  }

  /// Several measurements of one block as one, each by its count, or all alike where a count is not known.
  ///
  ///     mean = Σ n·m / Σ n      variance = Σ n·(v + (m − mean)²) / Σ n
  ///
  /// - Precondition: not empty.
  static func pooled(_ parts: [MeanLatency]) -> MeanLatency {
    guard parts.count > 1 else { return parts[0] }
    let counts = parts.compactMap(\.count)
    let variances = parts.compactMap(\.variance)
    let isCounted = counts.count == parts.count
    let weights = isCounted ? counts.map(Double.init) : parts.map { _ in 1 }
    let total = weights.reduce(0, +)
    func mean(_ values: [Double]) -> Double { zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / total }
    let milliseconds = mean(parts.map(\.milliseconds))
    let between = mean(parts.map { ($0.milliseconds - milliseconds) * ($0.milliseconds - milliseconds) })
    return MeanLatency(
      milliseconds: milliseconds, variance: variances.count == parts.count ? mean(variances) + between : nil,
      count: isCounted ? counts.reduce(0, +) : nil)
  }

  /// The entry of a table.
  var entry: LatencyTable.Entry { .mean(milliseconds, deviation: variance.map { $0.squareRoot() }, count: count) }
}
