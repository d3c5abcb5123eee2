/// Numbers about lists of numbers.
///
/// Every function requires at least one value, and two lists to be equally long.
public enum Statistics {
  /// The sum divided by the count.
  public static func mean(_ values: [Double]) -> Double {
    precondition(!values.isEmpty)
    return values.reduce(0, +) / Double(values.count)
  }

  /// The value in the middle; of an even count, the mean of the two in the middle.
  public static func median(_ values: [Double]) -> Double { quantile(values, 0.5) }

  /// The value below which the fraction `p` of the values lies, interpolated between neighbours.
  ///
  ///     x[⌊h⌋] + (h − ⌊h⌋) · (x[⌊h⌋ + 1] − x[⌊h⌋]),   h = (n − 1) · p,   x in ascending order
  ///
  /// - Parameter p: in 0…1.
  /// - Note: type 7 of Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996.
  public static func quantile(_ values: [Double], _ p: Double) -> Double {
    precondition(!values.isEmpty && (0...1).contains(p))
    let sorted = values.sorted()
    let position = Double(sorted.count - 1) * p
    let lower = Int(position)
    let upper = min(lower + 1, sorted.count - 1)
    return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
  }

  /// The root of the mean squared distance from the mean over n − 1; 0 for one value.
  public static func standardDeviation(_ values: [Double]) -> Double {
    let mean = mean(values)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(max(1, values.count - 1))).squareRoot()
  }

  /// The root of the mean squared difference of two lists.
  public static func rootMeanSquareError(_ predicted: [Double], _ actual: [Double]) -> Double {
    precondition(predicted.count == actual.count && !actual.isEmpty)
    let squares = zip(predicted, actual).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (squares / Double(actual.count)).squareRoot()
  }

  /// Pearson's correlation of two lists, in −1…1; 0 where either is constant and so moves with nothing.
  public static func correlation(_ x: [Double], _ y: [Double]) -> Double {
    precondition(x.count == y.count)
    let (meanX, meanY) = (mean(x), mean(y))
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xx += (a - meanX) * (a - meanX)
      yy += (b - meanY) * (b - meanY)
      xy += (a - meanX) * (b - meanY)
    }
    guard xx > 0, yy > 0 else { return 0 }
    return min(1, max(-1, xy / (xx.squareRoot() * yy.squareRoot())))
  }
}
