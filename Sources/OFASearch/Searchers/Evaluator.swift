import OFASpace

/// Estimates subnets, each once, and keeps account.
struct Evaluator {
  let problem: Problem
  let estimator: any AccuracyEstimator
  private let start: ContinuousClock.Instant
  private let deadline: ContinuousClock.Instant?
  private var seen: Set<Subnet> = []
  private var progress: [SearchResult.Progress] = []
  private(set) var best: Candidate?

  init(_ problem: Problem, _ estimator: any AccuracyEstimator, timeLimit: Duration?) {
    self.problem = problem
    self.estimator = estimator
    let start = ContinuousClock.now
    self.start = start
    deadline = timeLimit.map { start + $0 }
  }

  /// How many subnets were estimated.
  var evaluations: Int { seen.count }

  /// Whether the time is over.
  var isLate: Bool { deadline.map { ContinuousClock.now >= $0 } ?? false }

  /// Whether a subnet was estimated before.
  func hasSeen(_ subnet: Subnet) -> Bool { seen.contains(subnet) }

  /// Estimates those of the subnets that are new, which meet the budgets, in a row.
  mutating func evaluate(_ subnets: [Subnet]) -> [Candidate] {
    let fresh = subnets.filter { seen.insert($0).inserted }
    guard !fresh.isEmpty else { return [] }
    let candidates = zip(fresh, estimator.accuracies(of: fresh)).map {
      Candidate(subnet: $0, accuracy: $1, prices: problem.costs.prices(of: $0))
    }
    for candidate in candidates where candidate.accuracy > best?.accuracy ?? -.infinity { best = candidate }
    progress.append(SearchResult.Progress(evaluations: seen.count, accuracy: best?.accuracy ?? -.infinity))
    return candidates
  }

  /// What was found so far, once anything was estimated.
  var result: SearchResult {
    guard let best else { preconditionFailure("Nothing was estimated.") }
    return SearchResult(
      best: best, evaluations: evaluations, duration: ContinuousClock.now - start, progress: progress)
  }
}
