import OFASpace

/// Estimates subnets, each once, and keeps account.
struct Evaluator {
  let problem: Problem
  let estimator: any AccuracyEstimator
  private let start: ContinuousClock.Instant
  private let deadline: ContinuousClock.Instant?
  private let most: Int
  private var seen: Set<Subnet> = []
  private var progress: [SearchResult.Progress] = []
  /// The most accurate few, the best first; of equal ones those that were found earlier.
  private(set) var leading: [Candidate] = []

  /// - Parameter most: how many estimates there may be; a searcher ends when it looks and there were more.
  init(_ problem: Problem, _ estimator: any AccuracyEstimator, timeLimit: Duration?, most: Int = .max) {
    self.most = most
    self.problem = problem
    self.estimator = estimator
    let start = ContinuousClock.now
    self.start = start
    deadline = timeLimit.map { start + $0 }
  }

  /// The most accurate of all.
  var best: Candidate? { leading.first }

  /// How many subnets were estimated, those included that only show a direction.
  private(set) var evaluations = 0

  private static let leadingCount = 5

  /// Whether the time is over, or all estimates are made.
  var isLate: Bool { evaluations >= most || deadline.map { ContinuousClock.now >= $0 } ?? false }

  /// Whether a subnet was estimated before.
  func hasSeen(_ subnet: Subnet) -> Bool { seen.contains(subnet) }

  /// Estimates those of the subnets that are new, which meet the budgets, in a row.
  mutating func evaluate(_ subnets: [Subnet]) -> [Candidate] {
    let fresh = subnets.filter { seen.insert($0).inserted }
    guard !fresh.isEmpty else { return [] }
    evaluations += fresh.count
    let candidates = zip(fresh, estimator.accuracies(of: fresh)).map {
      Candidate(subnet: $0, accuracy: $1, prices: problem.costs.prices(of: $0))
    }
    for candidate in candidates {
      let place = leading.firstIndex { $0.accuracy < candidate.accuracy } ?? leading.count
      guard place < Self.leadingCount else { continue }
      leading.insert(candidate, at: place)
      if leading.count > Self.leadingCount { leading.removeLast() }
    }
    progress.append(SearchResult.Progress(evaluations: evaluations, accuracy: best?.accuracy ?? -.infinity))
    return candidates
  }

  /// The accuracies of subnets that need not meet the budgets: they show where to go, and are no candidates.
  mutating func estimates(of subnets: [Subnet]) -> [Double] {
    evaluations += subnets.count
    return estimator.accuracies(of: subnets)
  }

  /// What was found so far, once anything was estimated.
  var result: SearchResult {
    precondition(!leading.isEmpty, "Nothing was estimated.")
    let last = SearchResult.Progress(evaluations: evaluations, accuracy: leading[0].accuracy)
    return SearchResult(
      leading: leading, evaluations: evaluations, duration: ContinuousClock.now - start,
      progress: progress.last == last ? progress : progress + [last])
  }
}
