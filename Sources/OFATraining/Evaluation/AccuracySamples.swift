import OFAData
import OFAFormats
import OFANumerics
import OFASpace
import OFASupernet

extension SearchSpace {
  /// Different subnets whose multiply-accumulates spread evenly from the least to the most: the range is cut into as
  /// many strata as subnets are wanted, and in each, in random order, the nearest to a number is taken of a few that
  /// lean towards small or large choices.
  ///
  /// - Parameter count: how many; a space of fewer yields fewer.
  package func stratifiedSubnets(_ count: Int, seed: UInt64) -> [Subnet] {
    var generator = SeededGenerator(seed: seed, stream: "accuracy samples")
    let (least, most) = (multiplyAccumulates(of: smallest), multiplyAccumulates(of: largest))
    var seen: Set<Subnet> = []
    return (0..<count).shuffled(using: &generator).compactMap { stratum in
      let share = (Double(stratum) + generator.uniform()) / Double(count)
      // A small space may have been seen whole; then draws find nothing new.
      for _ in 0..<4 {
        let near = leaningSubnet(
          nearest: least + share * (most - least), of: 32, in: choices, using: &generator,
          where: { !seen.contains($0) })
        if let near {
          seen.insert(near)
          return near
        }
      }
      return nil
    }
  }
}

extension Evaluator {
  /// Measures subnets one after another, all on the same images: what an accuracy predictor is fitted to.
  ///
  /// - Parameters:
  ///   - subnets: what to measure, in this order.
  ///   - supernet: the trained supernet.
  ///   - images: held-out images.
  ///   - extent: how many of them.
  ///   - least: the number of subnets that are measured whatever the time.
  ///   - timeLimit: the time after which no further subnet is begun. None: no bound.
  ///   - progress: called with the number of subnets measured so far.
  ///   - isInterrupted: asked before each subnet.
  /// - Throws: `Failure(.interrupted)`.
  public func evaluate(
    _ subnets: [Subnet], of supernet: Supernet, on images: ImageSet, extent: EvaluationExtent = EvaluationExtent(),
    atLeast least: Int = 1, timeLimit: Duration? = nil, progress: (Int) -> Void = { _ in },
    isInterrupted: () -> Bool = { false }
  ) throws -> [Evaluation] {
    let start = ContinuousClock.now
    var evaluations: [Evaluation] = []
    for subnet in subnets {
      if isInterrupted() {
        throw Failure(.interrupted, "stopped after \(evaluations.count) of \(subnets.count) subnets were measured")
      }
      if let timeLimit, ContinuousClock.now - start > timeLimit, evaluations.count >= least { break }
      evaluations.append(evaluate(subnet, of: supernet, on: images, extent: extent))
      progress(evaluations.count)
    }
    return evaluations
  }
}
