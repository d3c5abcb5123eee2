import OFAData
import OFAFormats
import OFANumerics
import OFASpace
import OFASupernet

extension Evaluator {
  /// Draws subnets and measures them: what an accuracy predictor is fitted to.
  ///
  /// Each subnet's choices lean towards small or large ones by a share that is drawn for it, so that the costs spread
  /// over the whole range instead of gathering in its middle; the resolution is drawn evenly. All subnets see the same
  /// images.
  ///
  /// - Parameters:
  ///   - supernet: the trained supernet.
  ///   - images: held-out images, of which the leading `limit` are used.
  ///   - count: the number of subnets, all different; a space of fewer yields fewer.
  ///   - seed: of the draws.
  ///   - least: the number of subnets that are measured whatever the time.
  ///   - timeLimit: the time after which no further subnet is begun. None: no bound.
  ///   - progress: called with the number of subnets measured so far.
  ///   - isInterrupted: asked before each subnet.
  /// - Throws: `Failure(.interrupted)`.
  public func samples(
    of supernet: Supernet, on images: ImageSet, limit: Int? = nil, count: Int, atLeast least: Int = 1,
    seed: UInt64, timeLimit: Duration? = nil, progress: (Int) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
  ) throws -> [Evaluation] {
    let start = ContinuousClock.now
    var seen: Set<Subnet> = []
    var evaluations: [Evaluation] = []
    var generator = SeededGenerator(seed: seed, stream: "accuracy samples")
    // A small space may have been seen whole; then draws find nothing new.
    for _ in 0..<20 * count where evaluations.count < count {
      let subnet = supernet.space.leaningSubnet(in: supernet.space.choices, using: &generator)
      guard seen.insert(subnet).inserted else { continue }
      if isInterrupted() {
        throw Failure(.interrupted, "stopped after \(evaluations.count) of \(count) subnets were measured")
      }
      if let timeLimit, ContinuousClock.now - start > timeLimit, evaluations.count >= least { break }
      evaluations.append(evaluate(subnet, of: supernet, on: images, limit: limit))
      progress(evaluations.count)
    }
    return evaluations
  }
}
