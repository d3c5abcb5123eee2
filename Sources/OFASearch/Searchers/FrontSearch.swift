import OFAHardware
import OFANumerics
import OFASpace

/// Finds the subnets that are best for their cost over the whole range of costs that the budgets leave.
///
/// The range is cut into slices, each of which keeps the most accurate subnet found in it. Parents are drawn evenly
/// from the slices, so that cheap, middling and large subnets are bred alike, and a child lands where its cost puts it.
/// Finally each slice's best is improved among its neighbours within the slice.
///
/// - Note: Mouret and Clune, Illuminating Search Spaces by Mapping Elites, 2015; AlphaNet (2021) searches with bins of
///   multiply-accumulates in the same way.
public struct FrontSearch: Sendable {
  /// Into how many slices the range of costs is cut.
  public var slices = 40
  /// How many children are bred.
  public var children = 12_000
  /// How many of them at a time.
  public var batch = 200
  /// The probability with which a mutation draws a choice anew.
  public var mutationProbability = 0.1
  /// When it stops at the latest.
  public var timeLimit: Duration?

  /// A search with the usual numbers.
  public init(timeLimit: Duration? = nil) {
    self.timeLimit = timeLimit
  }

  /// Searches for the front of accuracy against one quantity.
  ///
  /// - Parameter seeds: subnets that meet the budgets and are worth starting from, such as another search's best: the
  ///   front has them or better ones.
  public func run(
    _ problem: Problem, _ estimator: any AccuracyEstimator, against quantity: Quantity, seeds: [Subnet] = [],
    using generator: inout some RandomNumberGenerator
  ) -> ParetoFront {
    var evaluator = Evaluator(problem, estimator, timeLimit: timeLimit)
    let least = problem.cheapest(quantity)
    let most = problem.admitted(problem.costs.largest, toward: problem.anchor, using: &generator)
    let low = problem.costs.prices(of: least)[quantity]
    let high = min(
      problem.budgets.limit(on: quantity) ?? .infinity, problem.costs.prices(of: problem.costs.largest)[quantity])
    var slices = Slices(quantity, range: low...max(low, high), count: slices)
    var front = ParetoFront(quantity)
    func take(_ candidates: [Candidate]) {
      for candidate in candidates {
        slices.insert(candidate)
        front.insert(candidate)
      }
    }
    take(evaluator.evaluate([problem.anchor, least, most] + seeds))
    take(evaluator.evaluate((0..<batch).map { _ in problem.randomSubnet(using: &generator) }))
    var bred = 0
    while bred < children, !evaluator.isLate {
      let parents = slices.elites
      take(
        evaluator.evaluate(
          (0..<min(batch, children - bred)).map { _ in child(of: parents, problem, using: &generator) }))
      bred += batch
    }
    for index in slices.indices {
      for _ in 0..<10 {
        guard let elite = slices[index], !evaluator.isLate else { break }
        take(evaluator.evaluate(problem.neighbours(of: elite.subnet).filter { problem.admits($0) }))
        if slices[index] == elite { break }
      }
    }
    return front
  }

  private func child(
    of parents: [Candidate], _ problem: Problem, using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    let space = problem.costs.space
    let index = Int.random(in: 0..<parents.count, using: &generator)
    let parent = parents[index].subnet
    var child = parent
    if Bool.random(using: &generator) {
      // Neighbouring slices have the most in common.
      let other = min(max(0, index + Int.random(in: -3...3, using: &generator)), parents.count - 1)
      child = space.crossed(parent, parents[other].subnet, using: &generator)
    }
    child = space.mutated(
      child, probability: mutationProbability, in: problem.costs.choices, using: &generator)
    return problem.admitted(child, toward: parent, using: &generator)
  }
}

/// The most accurate candidate of each slice of a range of costs.
private struct Slices {
  private let quantity: Quantity
  private let range: ClosedRange<Double>
  private var best: [Candidate?]

  init(_ quantity: Quantity, range: ClosedRange<Double>, count: Int) {
    self.quantity = quantity
    self.range = range
    best = [Candidate?](repeating: nil, count: max(1, count))
  }

  var indices: Range<Int> { best.indices }
  var elites: [Candidate] { best.compactMap { $0 } }
  subscript(index: Int) -> Candidate? { best[index] }

  mutating func insert(_ candidate: Candidate) {
    let width = (range.upperBound - range.lowerBound) / Double(best.count)
    let position = width > 0 ? (candidate.prices[quantity] - range.lowerBound) / width : 0
    let index = Int(min(max(0, position), Double(best.count - 1)))
    if candidate.accuracy > best[index]?.accuracy ?? -.infinity { best[index] = candidate }
  }
}
