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

  /// Reads a row's `mean`, then `std` or `var`, and `count`.
  ///
  /// - Throws: `.badData` without a mean, with other names, or with numbers that no measurement gives.
  init(_ numbers: [String: Double]) throws {
    let names = Set(numbers.keys)
    guard let mean = numbers["mean"], names.isSubset(of: ["mean", "std", "var", "count"]),
      !names.isSuperset(of: ["std", "var"])
    else {
      throw Failure(
        .badData, "a mean is expected, and perhaps std or var, and count, not \(names.sorted().joined(separator: ", "))"
      )
    }
    let variance = numbers["var"] ?? numbers["std"].map { $0 * $0 }
    let count = numbers["count"]
    let longest = LatencyTable.longestMilliseconds
    guard mean <= longest, variance ?? 0 <= longest * longest,
      count.map({ 1...1e12 ~= $0 && $0 == $0.rounded() }) ?? true
    else { throw Failure(.badData, "these are no milliseconds of so many measurements") }
    self.init(milliseconds: mean, variance: variance, count: count.map { Int($0) })
  }

  /// What layers take one after the other: means and variances add, the least count counts. What one does not tell the sum does not.
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
