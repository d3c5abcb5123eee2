/// How the sum over a table's blocks becomes the latency of a whole network, fitted on whole networks that were
/// measured.
///
///     latency = interceptMilliseconds + slope · Σ blocks
///
/// A block that is timed alone finds its data in other caches than within a network, and a network has costs of its
/// own.
public struct LatencyCorrection: Hashable, Sendable, Codable {
  /// What a network takes beyond its blocks.
  public var interceptMilliseconds: Double
  /// What a millisecond of the table is within a network; above 0.
  public var slope: Double
  /// How well predictions met measurements of fresh networks, which took no part in the fit.
  public var error: PredictionError
  /// What intervals have beside the spread of the blocks, as a part of the latency, so that nine of ten fresh networks
  /// are within them; nil where that was not looked at, and the error's `relativeErrorP90` stands for it.
  public var intervalError: Double?

  /// A correction with its error on fresh networks.
  public init(interceptMilliseconds: Double, slope: Double, error: PredictionError, intervalError: Double? = nil) {
    self.interceptMilliseconds = interceptMilliseconds
    self.slope = slope
    self.error = error
    self.intervalError = intervalError
  }

  /// What a sum of block latencies is as the latency of a whole network; increasing in the sum.
  package func latency(ofSum milliseconds: Double) -> Double { interceptMilliseconds + slope * milliseconds }

  /// Whether what it makes of a latency is a latency: above all, a number.
  var isUsable: Bool {
    slope > 0 && slope <= 1e6 && 0...1e6 ~= error.relativeErrorP90 && 0...1e6 ~= intervalError ?? 0
      && abs(interceptMilliseconds) <= LatencyTable.longestMilliseconds
      && [error.withinFivePercent, error.withinTenPercent, error.halvesWithinFivePercent ?? 0]
        .allSatisfy { 0...1 ~= $0 }
  }
}

/// How predicted latencies compare with measured ones.
public struct PredictionError: Hashable, Sendable, Codable {
  /// How many networks were compared.
  public var networks: Int
  /// The fraction, 0…1, of networks whose prediction is within 5 % of the measurement.
  public var withinFivePercent: Double
  /// The fraction, 0…1, of networks whose prediction is within 10 % of the measurement.
  public var withinTenPercent: Double
  /// Spearman's rank correlation of predictions and measurements.
  public var spearman: Double
  /// The relative error |prediction / measurement − 1| that nine of ten networks stay below.
  public var relativeErrorP90: Double
  /// The fraction, 0…1, of networks whose measurement's two halves, every other turn and those between, are within
  /// 5 % of each other: how noisy the device was; nil where measurements have no halves.
  public var halvesWithinFivePercent: Double?
  /// How many more networks were measured and left out, as no turn of theirs was in a quiet moment of the device; nil
  /// where that was not looked at.
  public var leftOut: Int?

  /// The figures as measured.
  public init(
    networks: Int, withinFivePercent: Double, withinTenPercent: Double, spearman: Double, relativeErrorP90: Double,
    halvesWithinFivePercent: Double? = nil
  ) {
    self.networks = networks
    self.withinFivePercent = withinFivePercent
    self.withinTenPercent = withinTenPercent
    self.spearman = spearman
    self.relativeErrorP90 = relativeErrorP90
    self.halvesWithinFivePercent = halvesWithinFivePercent
  }
}
