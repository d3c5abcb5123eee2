import OFANumerics
import OFASpace

/// Finds the most accurate subnet that meets the budgets by evolution.
///
/// A population of random subnets is carried through generations: the most accurate of everybody so far are the parents
/// of mutants and crossings, which replace the rest. No subnet is estimated twice, so a population cannot fill up with
/// copies of its best. A child that breaks a budget is drawn again some times, then moved toward its parent until it
/// keeps it. At the end the best is improved by ``LocalSearch``.
///
///     guard case .feasible(let problem) = Problem.decided(costs, budgets) else { … }
///     var generator = SeededGenerator(seed: 7, stream: "search")
///     let result = EvolutionarySearch().run(problem, estimator, using: &generator)
///
/// - Note: Once-for-All, 2020, §3.4; Real et al., Regularized Evolution for Image Classifier Architecture Search, 2019.
///   Deviations: no copies, no rejection without a bound, the local search.
public struct EvolutionarySearch: Sendable {
  /// How many subnets live in a generation.
  public var population = 100
  /// After how many generations it stops.
  public var generations = 200
  /// The fraction of a population that becomes parents.
  public var parentFraction = 0.25
  /// The fraction of children that are mutants; the others are crossings.
  public var mutantFraction = 0.5
  /// The probability with which a mutation draws a choice anew.
  public var mutationProbability = 0.1
  /// The probability with which a mutation draws the resolution anew.
  public var resolutionMutationProbability = 0.2
  /// When it stops at the latest; what was found by then counts.
  public var timeLimit: Duration?

  /// A search with the usual numbers.
  public init(timeLimit: Duration? = nil) {
    self.timeLimit = timeLimit
  }

  /// Searches. Equal generators give equal results unless the time runs out.
  ///
  /// - Precondition: a population of at least 2, fractions and probabilities in 0…1.
  public func run(
    _ problem: Problem, _ estimator: any AccuracyEstimator, using generator: inout some RandomNumberGenerator
  ) -> SearchResult {
    precondition(population >= 2)
    var evaluator = Evaluator(problem, estimator, timeLimit: timeLimit)
    var living = evaluator.evaluate(
      [problem.anchor] + (1..<population).map { _ in problem.randomSubnet(using: &generator) })
    let parents = max(1, Int(Double(population) * parentFraction))
    for _ in 0..<generations {
      if evaluator.isLate { break }
      living = Array(living.sorted { $0.accuracy > $1.accuracy }.prefix(parents))
      let children = (parents..<max(population, parents + 1)).map { index in
        let isMutant = Double(index - parents) < mutantFraction * Double(population - parents)
        return child(of: living, isMutant, problem, evaluator, using: &generator)
      }
      living += evaluator.evaluate(children)
    }
    LocalSearch().improve(Array(evaluator.leading.prefix(1)), &evaluator)
    return evaluator.result
  }

  /// A new subnet from one or two of the parents.
  private func child(
    of parents: [Candidate], _ isMutant: Bool, _ problem: Problem, _ evaluator: Evaluator,
    using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    let space = problem.costs.space
    var parent = parents[0].subnet
    var child = parent
    for _ in 0..<10 {
      parent = parents[Int.random(in: 0..<parents.count, using: &generator)].subnet
      if isMutant {
        child = space.mutated(
          parent, probability: mutationProbability, resolutionProbability: resolutionMutationProbability,
          in: problem.costs.choices, using: &generator)
      } else {
        let other = parents[Int.random(in: 0..<parents.count, using: &generator)].subnet
        child = space.crossed(parent, other, using: &generator)
      }
      if !evaluator.hasSeen(child), problem.admits(child) { return child }
    }
    return problem.admitted(child, toward: parent, using: &generator)
  }
}
