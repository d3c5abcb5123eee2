import OFASpace

/// Estimates subnets, each once, and keeps account.
struct Evaluator {
  let problem: Problem
  let estimator: any AccuracyEstimator
  private let start: ContinuousClock.Instant
  private let deadline: ContinuousClock.Instant?
  private var seen: Set<Subnet> = []
  private var progress: [SearchResult.Progress] = []
  /// The most accurate few, the best first; of equal ones those that were found earlier.
  private(set) var leading: [Candidate] = []

  init(_ problem: Problem, _ estimator: any AccuracyEstimator, timeLimit: Duration?) {
    self.problem = problem
    self.estimator = estimator
    let start = ContinuousClock.now
    self.start = start
    deadline = timeLimit.map { start + $0 }
  }

  /// The most accurate of all.
  var best: Candidate? { leading.first }

  /// How many subnets were estimated.
  var evaluations: Int { seen.count }

  private static let leadingCount = 5

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
    for candidate in candidates {
      let place = leading.firstIndex { $0.accuracy < candidate.accuracy } ?? leading.count
      guard place < Self.leadingCount else { continue }
      leading.insert(candidate, at: place)
      if leading.count > Self.leadingCount { leading.removeLast() }
    }
    progress.append(SearchResult.Progress(evaluations: seen.count, accuracy: best?.accuracy ?? -.infinity))
    return candidates
  }

  /// What was found so far, once anything was estimated.
  var result: SearchResult {
    precondition(!leading.isEmpty, "Nothing was estimated.")
    return SearchResult(
      leading: leading, evaluations: evaluations, duration: ContinuousClock.now - start, progress: progress)
  }
}
