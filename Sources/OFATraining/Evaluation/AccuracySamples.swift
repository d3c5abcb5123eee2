import OFAData
import OFAFormats
import OFANumerics
import OFASpace
import OFASupernet

extension SearchSpace {
  /// Different subnets whose costs spread over the whole range instead of gathering in its middle: the choices of each
  /// lean towards small or large ones by a share that is drawn for it; the resolution is drawn evenly.
  ///
  /// - Parameter count: how many; a space of fewer yields fewer.
  package func leaningSubnets(_ count: Int, seed: UInt64) -> [Subnet] {
    var generator = SeededGenerator(seed: seed, stream: "accuracy samples")
    var seen: Set<Subnet> = []
    var subnets: [Subnet] = []
    // A small space may have been seen whole; then draws find nothing new.
    for _ in 0..<20 * count where subnets.count < count {
      let subnet = leaningSubnet(in: choices, using: &generator)
      if seen.insert(subnet).inserted { subnets.append(subnet) }
    }
    return subnets
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
