import OFASpace

/// A subnet that a search looked at: what it is predicted to reach and what it costs.
public struct Candidate: Hashable, Sendable {
  /// The subnet.
  public var subnet: Subnet
  /// The predicted accuracy, 0…1.
  public var accuracy: Double
  /// What it costs.
  public var prices: Prices

  /// A subnet with its predicted accuracy and its prices.
  public init(subnet: Subnet, accuracy: Double, prices: Prices) {
    self.subnet = subnet
    self.accuracy = accuracy
    self.prices = prices
  }
}

/// Tells subnets' accuracies without images: what a search maximizes.
public protocol AccuracyEstimator: Sendable {
  /// One accuracy a subnet. Equal subnets have equal accuracies.
  func accuracies(of subnets: [Subnet]) -> [Double]
}
