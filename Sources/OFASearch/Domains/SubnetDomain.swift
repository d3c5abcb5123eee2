import OFAHardware
import OFANumerics
import OFASpace

/// The subnets of a space with their costs, within budgets, and accuracies that are estimated.
public struct SubnetDomain: Domain {
  /// The space, its prices and the budgets.
  public let problem: Problem
  /// What is sought.
  public let objectives: [Objective]
  /// How many threads price and estimate.
  public let threads: Int
  private var estimator: any AccuracyEstimator
  private let leastAccuracy: Double?
  private let seeded: [Subnet]
  private let asksForAccuracy: Bool
  /// What models learn of a subnet's choices.
  private let encoding: SubnetEncoding
  /// The columns of prices that are bounded, sums first.
  private let bounded: [Int]

  /// The subnets that budgets leave.
  ///
  /// - Parameters:
  ///   - problem: the space, its prices and the budgets.
  ///   - estimator: what tells accuracies.
  ///   - objectives: what is sought, at least one.
  ///   - leastAccuracy: what an accuracy must be at least, 0…1.
  ///   - seeds: subnets within the budgets that are worth starting from.
  ///   - threads: how many threads price and estimate.
  public init(
    _ problem: Problem, _ estimator: any AccuracyEstimator, objectives: [Objective] = [.accuracy],
    leastAccuracy: Double? = nil, seeds: [Subnet] = [], threads: Int = 1
  ) {
    precondition(!objectives.isEmpty, "Something is sought.")
    (self.problem, self.estimator, self.objectives) = (problem, estimator, objectives)
    (self.leastAccuracy, self.threads) = (leastAccuracy, threads)
    encoding = problem.costs.space.encoding
    asksForAccuracy = leastAccuracy != nil || objectives.contains { $0.subject == .accuracy }
    let limited = problem.limits.indices.filter { problem.limits[$0] < .infinity }
    bounded = limited.filter { $0 != Column.peakActivationBytes } + limited.filter { $0 == Column.peakActivationBytes }
    // A front has both ends of what each cost may be.
    let costs = objectives.count > 1 ? objectives.compactMap(\.quantity) : []
    seeded = [problem.anchor] + costs.map(problem.cheapest) + seeds
  }

  /// How many objectives a trial has.
  public var objectiveCount: Int { objectives.count }
  /// Networks that are worth starting from.
  public var seeds: [Subnet] { seeded }

  /// Which of the bounded values are sums, by their places in a trial.
  public var additivePlaces: [Int] {
    // Memory is a maximum; accuracy, the last, is a sum as far as anything is known of it.
    bounded.indices.filter { bounded[$0] != Column.peakActivationBytes } + (leastAccuracy == nil ? [] : [bounded.count])
  }

  /// How many subnets a thread prices at a time.
  private static let chunk = 256
  /// How many subnets may be looked at each.
  private static let mostSubnets = 20_000_000

  /// What the networks come to, in order; nil where that could not be found out.
  public func trials(of subnets: [Subnet]) -> [Trial?] {
    let accuracies = asksForAccuracy ? estimator.accuracies(of: subnets) : []
    return Tasks.map(subnets.count, inPartsOf: Self.chunk, threads: threads) { part in
      part.map { index in
        let accuracy = asksForAccuracy ? accuracies[index] : 0
        return accuracy.isNaN ? nil : trial(of: subnets[index], accuracy: accuracy)
      }
    }
  }

  private func trial(of subnet: Subnet, accuracy: Double) -> Trial {
    problem.costs.withValues(of: subnet) { values in
      let objectives = objectives.map { objective in
        let value =
          objective.quantity.map { problem.costs.columns(of: $0).reduce(0) { max($0, values[$1]) } } ?? accuracy
        return objective.isMaximized ? -value : value
      }
      var excesses = bounded.map { (values[$0] - problem.limits[$0]) / problem.limits[$0] }
      if let leastAccuracy { excesses.append(leastAccuracy - accuracy) }
      return Trial(subnet, objectives: objectives, excesses: excesses)
    }
  }

  /// All that is known of subnets, in order.
  public func candidates(_ subnets: [Subnet]) -> [Candidate] {
    zip(subnets, estimator.accuracies(of: subnets)).map { subnet, accuracy in
      Candidate(subnet: subnet, accuracy: accuracy, prices: problem.costs.prices(of: subnet))
    }
  }

  /// Whether a subnet keeps the budgets, but for an accuracy.
  public func admits(_ subnet: Subnet) -> Bool { problem.admits(subnet) }

  /// A random network, one that is admitted where that can be had.
  public func randomSubnet(using generator: inout some RandomNumberGenerator) -> Subnet {
    problem.randomSubnet(using: &generator)
  }

  /// The network with some choices drawn anew, each with a probability.
  public func mutated(
    _ subnet: Subnet, probability: Double, using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    problem.costs.space.mutated(subnet, probability: probability, in: problem.costs.choices, using: &generator)
  }

  /// A network that has each choice from one of two.
  public func crossed(
    _ first: Subnet, _ second: Subnet, using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    problem.costs.space.crossed(first, second, using: &generator)
  }

  /// The network, with as many of its choices replaced by another's as it takes to be admitted.
  public func admitted(
    _ subnet: Subnet, toward other: Subnet, using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    // Where even the other breaks a budget there is nothing to go toward.
    problem.admitted(subnet, toward: admits(other) ? other : problem.anchor, using: &generator)
  }

  /// All networks that differ in one choice.
  public func neighbours(of subnet: Subnet) -> [Subnet] { problem.neighbours(of: subnet) }

  /// A network with the changes that two others make to one; nil where both change the same, or where one leaves out
  /// what the other changes.
  public func combined(_ first: Subnet, _ second: Subnet, from start: Subnet) -> Subnet? {
    guard let both = start.combined(first, second), problem.costs.space.canonical(both) == both else { return nil }
    return both
  }

  /// All networks; nil where they are too many to be looked at each.
  public var all: (any RandomAccessCollection<Subnet>)? {
    let (space, choices) = (problem.costs.space, problem.costs.choices)
    guard space.subnetCount(in: choices) <= Self.mostSubnets else { return nil }
    return space.subnets(in: choices)
  }

  /// What models may learn from of a network: its choices, and what it costs.
  public func features(of subnet: Subnet) -> [Float] {
    encoding.features(of: subnet) + SubnetFeatures.sizes(of: problem.costs.prices(of: subnet))
  }

  /// The accuracy; costs are known.
  public func findings(_ trial: Trial) -> [Double] {
    if let place = objectives.firstIndex(where: { $0.subject == .accuracy }) {
      return [objectives[place].isMaximized ? -trial.objectives[place] : trial.objectives[place]]
    }
    return leastAccuracy.flatMap { least in trial.excesses.last.map { [least - $0] } } ?? []
  }

  /// The same networks, whose accuracies are those that models expect of them.
  public func expecting(_ models: Models) -> SubnetDomain {
    var result = self
    result.estimator = ExpectedAccuracy(models: models, domain: self)
    return result
  }
}

/// The accuracies that models expect.
private struct ExpectedAccuracy: AccuracyEstimator {
  let models: Models
  let domain: SubnetDomain

  func accuracies(of subnets: [Subnet]) -> [Double] {
    models.findings(subnets.map(domain.features)).map { $0[0] }
  }
}

extension Subnet {
  /// This with the changes that two others make to it; nil where both change the same.
  func combined(_ first: Subnet, _ second: Subnet) -> Subnet? {
    var result = first
    if second.resolution != resolution {
      guard first.resolution == resolution else { return nil }
      result.resolution = second.resolution
    }
    for decision in options.indices where second.options[decision] != options[decision] {
      guard first.options[decision] == options[decision] else { return nil }
      result.options[decision] = second.options[decision]
    }
    return result
  }
}
