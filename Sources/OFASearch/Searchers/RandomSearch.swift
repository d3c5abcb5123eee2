import OFANumerics
import OFASpace

/// The best of a number of random subnets that meet the budgets: what any other search has to beat.
public struct RandomSearch: Sendable {
  /// How many different subnets are estimated at most.
  public var samples = 1000
  /// When it stops at the latest.
  public var timeLimit: Duration?

  /// A search over so many subnets.
  public init(samples: Int = 1000, timeLimit: Duration? = nil) {
    self.samples = samples
    self.timeLimit = timeLimit
  }

  /// Draws and estimates.
  ///
  /// Draws that were made before are drawn again, 20 times at most in all for each sample; a space with few feasible
  /// subnets may so end earlier.
  ///
  /// - Precondition: at least one sample.
  public func run(
    _ problem: Problem, _ estimator: any AccuracyEstimator, using generator: inout some RandomNumberGenerator
  ) -> SearchResult {
    precondition(samples > 0)
    var evaluator = Evaluator(problem, estimator, timeLimit: timeLimit)
    var draws = 20 * samples
    repeat {
      var batch: Set<Subnet> = []
      var ordered: [Subnet] = []
      while ordered.count < min(256, samples - evaluator.evaluations), draws > 0 {
        draws -= 1
        let subnet = problem.randomSubnet(using: &generator)
        if !evaluator.hasSeen(subnet), batch.insert(subnet).inserted { ordered.append(subnet) }
      }
      _ = evaluator.evaluate(ordered)
    } while evaluator.evaluations < samples && draws > 0 && !evaluator.isLate
    return evaluator.result
  }
}
