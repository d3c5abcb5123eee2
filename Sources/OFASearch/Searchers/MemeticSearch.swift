import OFASpace

/// Finds the most accurate subnet that meets the budgets by breeding local optima.
///
/// Random subnets are each improved as far as ``LocalSearch`` does. Then, round by round, pairs of what came of that
/// are crossed, some of the children mutated, all improved in turn, and the most accurate of old and new kept. Starts
/// from all over the space keep it from settling where the first good subnets happen to be.
///
/// - Note: Moscato, On Evolution, Search, Optimization, Genetic Algorithms and Martial Arts, 1989.
public struct MemeticSearch: Sendable {
  /// How many random subnets it begins with, and how many optima are kept.
  public var population = 24
  /// How many rounds of breeding there are at most.
  public var rounds = 60
  /// How many children are bred in a round.
  public var children = 16
  /// The fraction of the children that are mutated.
  public var mutantFraction = 0.5
  /// The probability with which a mutation draws a choice anew.
  public var mutationProbability = 0.1
  /// After how many estimates it stops, so that no space and no budget takes longer than others.
  public var evaluations = 230_000
  /// When it stops at the latest; what was found by then counts.
  public var timeLimit: Duration?
  /// How many threads search; what they find does not depend on it.
  public var threads: Int

  /// A search with the usual numbers.
  public init(timeLimit: Duration? = nil, threads: Int = 1) {
    (self.timeLimit, self.threads) = (timeLimit, threads)
  }

  /// Searches. Equal generators give equal results unless the time runs out.
  public func run(
    _ problem: Problem, _ estimator: any AccuracyEstimator, using generator: inout some RandomNumberGenerator
  ) -> SearchResult {
    precondition(population > 0)
    var evaluator = Evaluator(problem, estimator, timeLimit: timeLimit, most: evaluations)
    let search = LocalSearch(threads: threads)
    let drawn = (1..<population).map { _ in problem.randomSubnet(using: &generator) }
    var optima = search.improve(evaluator.evaluate([problem.anchor] + drawn), &evaluator)
    for _ in 0..<rounds {
      if evaluator.isLate { break }
      var bred: [Subnet] = []
      for index in 0..<children {
        let isMutant = Double(index) < mutantFraction * Double(children)
        bred.append(child(of: optima, isMutant, problem, using: &generator))
      }
      optima = merged(optima, search.improve(evaluator.evaluate(bred), &evaluator))
    }
    return evaluator.result
  }

  private func child(
    of optima: [Candidate], _ isMutant: Bool, _ problem: Problem, using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    let space = problem.costs.space
    let parents = (0..<2).map { _ in optima[Int.random(in: 0..<optima.count, using: &generator)].subnet }
    var child = space.crossed(parents[0], parents[1], using: &generator)
    if isMutant || child == parents[0] {
      child = space.mutated(child, probability: mutationProbability, in: problem.costs.choices, using: &generator)
    }
    return problem.admitted(child, toward: parents[0], using: &generator)
  }

  /// The most accurate of both, each once.
  private func merged(_ optima: [Candidate], _ others: [Candidate]) -> [Candidate] {
    var seen: Set<Subnet> = []
    let all = (optima + others).filter { seen.insert($0.subnet).inserted }
    return Array(all.sorted { $0.accuracy > $1.accuracy }.prefix(population))
  }
}
