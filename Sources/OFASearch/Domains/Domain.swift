import OFASpace

/// What a searcher searches: networks to draw, to vary and to combine, and what they come to.
///
/// Networks are points, an option for each decision. A space of subnets with its costs and a predictor is one kind, see
/// ``SubnetDomain``; a table of networks that others have trained and timed is another, see ``TableDomain``.
public protocol Domain: Sendable {
  /// How many objectives a trial has.
  var objectiveCount: Int { get }
  /// Which of the bounded values, by their places in a trial, are sums: two changes together add about the sum of both.
  var additivePlaces: [Int] { get }
  /// Networks that are worth starting from, the first of which keeps all bounds where that is known of any.
  var seeds: [Subnet] { get }
  /// How many threads may work at once; what they find does not depend on it.
  var threads: Int { get }

  /// What the networks come to, in order; nil where that could not be found out.
  func trials(of subnets: [Subnet]) -> [Trial?]
  /// Whether a network keeps the bounds, as far as that is known before it is tried.
  func admits(_ subnet: Subnet) -> Bool

  /// A random network, one that is admitted where that can be had.
  func randomSubnet(using generator: inout some RandomNumberGenerator) -> Subnet
  /// The network with some choices drawn anew, each with a probability; it need not be admitted.
  func mutated(_ subnet: Subnet, probability: Double, using generator: inout some RandomNumberGenerator) -> Subnet
  /// A network that has each choice from one of two; it need not be admitted.
  func crossed(_ first: Subnet, _ second: Subnet, using generator: inout some RandomNumberGenerator) -> Subnet
  /// The network, with as many of its choices replaced by another's as it takes to be admitted.
  func admitted(_ subnet: Subnet, toward other: Subnet, using generator: inout some RandomNumberGenerator) -> Subnet
  /// All networks that differ in one choice; they need not be admitted.
  func neighbours(of subnet: Subnet) -> [Subnet]
  /// A network with the changes that two others make to one; nil where both change the same, or where one leaves out
  /// what the other changes.
  func combined(_ first: Subnet, _ second: Subnet, from start: Subnet) -> Subnet?
  /// All networks, by number; nil where they are too many to be looked at each.
  var all: (any RandomAccessCollection<Subnet>)? { get }

  /// What models may learn from of a network: as many numbers of each.
  func features(of subnet: Subnet) -> [Float]
  /// Of a trial what could be known by trying alone: what models learn to expect.
  func findings(_ trial: Trial) -> [Double]
  /// The same networks, whose findings are those that models expect of them.
  func expecting(_ models: Models) -> Self
}

/// A network that was tried, and what it came to.
public struct Trial: Hashable, Sendable {
  /// The network.
  public var subnet: Subnet
  /// What is sought, each value the less the better: what is maximized is negated.
  public var objectives: [Double]
  /// By how much each bounded value is above its bound, as a share of the bound; at most 0 where it keeps it.
  public var excesses: [Double]

  /// A network that was tried.
  ///
  /// - Parameters:
  ///   - subnet: the network.
  ///   - objectives: each the less the better.
  ///   - excesses: at most 0 where a bound is kept.
  public init(_ subnet: Subnet, objectives: [Double], excesses: [Double]) {
    (self.subnet, self.objectives, self.excesses) = (subnet, objectives, excesses)
  }

  /// Whether all bounds are kept.
  public var isAdmitted: Bool { excesses.allSatisfy { $0 <= 0 } }

  /// How far the bounds are from being kept; 0 where they are.
  var violation: Double { excesses.reduce(0) { $0 + max(0, $1) } }

  /// Whether no objective is greater than another's, and one is less.
  func dominates(_ other: Trial) -> Bool {
    var isLess = false
    for (own, others) in zip(objectives, other.objectives) {
      if own > others { return false }
      if own < others { isLess = true }
    }
    return isLess
  }

  /// Whether it is to be preferred: by how far bounds are from being kept, then by the objectives.
  ///
  /// - Note: Deb, An Efficient Constraint Handling Method for Genetic Algorithms, 2000.
  func isPreferred(to other: Trial) -> Bool {
    let (own, others) = (violation, other.violation)
    return own == others ? dominates(other) : own < others
  }
}
