/// The means and variances by channel that a subnet's normalizations use outside training.
///
/// They are a value that belongs to one subnet, made by recalibration and keyed by the normalization node's name; they
/// are no weights.
public struct NormalizationStatistics: Hashable, Sendable, Codable {
  /// The means, by node name.
  public var means: [String: [Float]]
  /// The biased variances, by node name.
  public var variances: [String: [Float]]

  /// Statistics of no normalization.
  public init(means: [String: [Float]] = [:], variances: [String: [Float]] = [:]) {
    self.means = means
    self.variances = variances
  }
}
