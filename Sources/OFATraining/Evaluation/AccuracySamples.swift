import OFAData
import OFAFormats
import OFANumerics
import OFASpace
import OFASupernet

extension SearchSpace {
  /// Different subnets whose multiply-accumulates spread evenly from the least to the most: the range is cut into as
  /// many strata as subnets are wanted, and in random order each takes the nearest to a number in it of a few times as
  /// many subnets that lean towards small or large choices.
  ///
  /// - Parameter count: how many; a space of fewer yields fewer.
  /// - Complexity: five graphs a subnet.
  package func stratifiedSubnets(_ count: Int, seed: UInt64) -> [Subnet] {
    var generator = SeededGenerator(seed: seed, stream: "accuracy samples")
    var seen: Set<Subnet> = []
    var pool: [(subnet: Subnet, cost: Double)] = []
    // A small space may have been seen whole; then draws find nothing new.
    for _ in 0..<20 * count where pool.count < 5 * count {
      let subnet = leaningSubnet(in: choices, using: &generator)
      if seen.insert(subnet).inserted { pool.append((subnet, multiplyAccumulates(of: subnet))) }
    }
    let (least, most) = (multiplyAccumulates(of: smallest), multiplyAccumulates(of: largest))
    return (0..<count).shuffled(using: &generator).compactMap { stratum in
      let wanted = least + (Double(stratum) + generator.uniform()) / Double(count) * (most - least)
      return pool.indices.min { abs(pool[$0].cost - wanted) < abs(pool[$1].cost - wanted) }
        .map { pool.remove(at: $0).subnet }
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
      evaluations.append(try evaluate(subnet, of: supernet, on: images, extent: extent))
      progress(evaluations.count)
    }
    return evaluations
  }
}
