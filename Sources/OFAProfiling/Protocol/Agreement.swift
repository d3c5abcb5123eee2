import OFAHardware
import OFANumerics
import OFARegression

extension LineFit {
  /// The line from a table's sums to the latencies of whole networks.
  ///
  /// Where noise or networks that are all alike leave no rising line, the slope is the ratio of the medians and the
  /// intercept 0, so that a greater sum never means a lower latency.
  package static func correction(sums: [Double], latencies: [Double]) -> LineFit {
    var fit = LineFit(relativeTo: latencies, of: sums)
    if fit.slope <= 0 {
      fit.intercept = 0
      fit.slope = Statistics.median(latencies) / Statistics.median(sums)
    }
    return fit
  }
}

extension PredictionError {
  /// How predictions compare with measurements, all above zero.
  package init(predicted: [Double], measured: [Double]) {
    let errors = zip(predicted, measured).map { abs($0 / $1 - 1) }
    func share(within bound: Double) -> Double { Double(errors.count { $0 <= bound }) / Double(errors.count) }
    self.init(
      networks: errors.count, withinFivePercent: share(within: 0.05), withinTenPercent: share(within: 0.1),
      spearman: Statistics.spearman(predicted, measured), relativeErrorP90: Statistics.quantile(errors, 0.9))
  }
}
