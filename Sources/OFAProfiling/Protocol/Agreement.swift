import OFAGraph
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

extension LatencyCorrection {
  /// What has to be added to the intervals that blocks' own spreads give, as a part of the latency, so that nine of ten
  /// networks are within them:
  ///
  ///     √( spread² + (e · milliseconds)² )  ≥  |measured − milliseconds|
  ///
  /// - Parameter profile: predicts; its correction's own interval error is passed over.
  package static func intervalError(of profile: DeviceProfile, graphs: [Graph], measured: [Double]) throws -> Double {
    var profile = profile
    profile.correction?.intervalError = 0
    let errors = try zip(graphs, measured).map { graph, measured in
      let estimate = try profile.latency(of: graph)
      let error = measured - estimate.milliseconds
      let spread = error > 0 ? estimate.high - estimate.milliseconds : estimate.milliseconds - estimate.low
      return max(0, error * error - spread * spread).squareRoot() / estimate.milliseconds
    }
    return Statistics.conformalBound(errors, share: 0.9)
  }
}

extension Statistics {
  /// The error that a new sample's stays below with a probability of at least `share`: the ⌈share · (n + 1)⌉-th of n,
  /// or the largest where there are too few.
  ///
  /// - Note: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005: conformal prediction. It holds
  ///   for one model and fresh samples; cross-validated errors are close to it.
  static func conformalBound(_ errors: [Double], share: Double) -> Double {
    let sorted = errors.sorted()
    let place = Int((share * Double(errors.count + 1)).rounded(.up))
    return sorted[min(place, sorted.count) - 1]
  }
}

extension PredictionError {
  /// How predictions compare with measurements, all above zero.
  package init(predicted: [Double], measured: [Double]) {
    let errors = zip(predicted, measured).map { abs($0 / $1 - 1) }
    self.init(
      networks: errors.count, withinFivePercent: Self.share(errors, within: 0.05),
      withinTenPercent: Self.share(errors, within: 0.1),
      spearman: Statistics.spearman(predicted, measured), relativeErrorP90: Statistics.quantile(errors, 0.9))
  }

  /// The fraction of errors, of which there is one at least, that are at most a bound.
  static func share(_ errors: [Double], within bound: Double) -> Double {
    Double(errors.count { $0 <= bound }) / Double(errors.count)
  }
}
