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

/// What a search found.
public struct SearchResult: Sendable {
  /// The most accurate subnet that meets the budgets.
  public var best: Candidate { leading[0] }
  /// The most accurate few, the best first: what is worth evaluating on images.
  public var leading: [Candidate]
  /// How many subnets were estimated.
  public var evaluations: Int
  /// How long it took.
  public var duration: Duration
  /// After each round how many subnets had been estimated and the best accuracy so far; never falling.
  public var progress: [Progress]

  /// One point of a search's course.
  public struct Progress: Hashable, Sendable {
    /// How many subnets had been estimated.
    public var evaluations: Int
    /// The best accuracy among them.
    public var accuracy: Double
  }
}
