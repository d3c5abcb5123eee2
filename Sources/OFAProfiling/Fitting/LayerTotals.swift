import OFAHardware
import OFANumerics
import OFARegression

/// Networks as rows of a linear model: for each group of layers the sums of what its rates are multiplied with, and a 1
/// for what a network takes beyond its layers.
struct LayerTotals {
  /// The groups of layers, in ascending order.
  let groups: [LayerLatency.Group]
  private let hasIntercept: Bool

  /// The groups of some networks' layers.
  ///
  /// - Parameter hasIntercept: whether networks take something beyond their layers; the column is 0 where not.
  init(of networks: [TimedNetwork], hasIntercept: Bool = true) {
    self.hasIntercept = hasIntercept
    groups = Set(networks.flatMap { $0.layers.map(LayerLatency.Group.init(of:)) }).sorted()
  }

  /// A row a network.
  func samples(_ networks: [TimedNetwork]) -> Samples {
    let places = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($1, $0) })
    let terms = LayerLatency.termCount
    var matrix = Matrix(rows: networks.count, columns: terms * groups.count + 1)
    for (row, network) in networks.enumerated() {
      for layer in network.layers {
        guard let place = places[LayerLatency.Group(of: layer)] else { continue }
        for (term, value) in LayerLatency.terms(of: layer).enumerated() { matrix[row, terms * place + term] += value }
      }
      matrix[row, terms * groups.count] = hasIntercept ? 1 : 0
    }
    return Samples(features: matrix, targets: networks.map(\.latencyMilliseconds))
  }

  /// Coefficients of such rows as rates and an intercept.
  func model(_ coefficients: [Double]) -> LayerModel {
    let terms = LayerLatency.termCount
    let rates = groups.enumerated().map { place, group in
      (group, coefficients[terms * place..<terms * (place + 1)].map { 1e6 * $0 })
    }
    return LayerModel(
      layers: LayerLatency(rates: Dictionary(uniqueKeysWithValues: rates)),
      interceptMilliseconds: coefficients[terms * groups.count])
  }
}

/// What layers take, and what a network takes beyond them.
struct LayerModel {
  var layers: LayerLatency
  var interceptMilliseconds: Double

  /// What a network takes.
  func milliseconds(of network: TimedNetwork) throws -> Double {
    try interceptMilliseconds + layers.milliseconds(of: network.layers)
  }
}

/// What errors are relative to: the latency, but at least a tenth of the median, so that a few values near 0, where a
/// clock is coarse, do not decide all.
func relativeScales(_ latencies: [Double]) -> [Double] {
  let least = Statistics.median(latencies) / 10
  return latencies.map { max($0, least) }
}
