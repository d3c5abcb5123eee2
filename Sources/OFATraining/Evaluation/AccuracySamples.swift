import OFACluster
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
  /// Measures subnets, all on the same images: what an accuracy predictor is fitted to.
  ///
  /// - Parameters:
  ///   - subnets: what to measure, in this order.
  ///   - supernet: the trained supernet.
  ///   - images: held-out images.
  ///   - extent: how many of them.
  ///   - least: the number of subnets that are measured whatever the time.
  ///   - timeLimit: the time after which no further subnet is begun. None: no bound.
  ///   - cluster: the ranks that measure; the others serve, and what comes out does not depend on them.
  ///   - progress: called with the number of subnets measured so far.
  ///   - isInterrupted: asked before each subnet.
  /// - Throws: `Failure(.interrupted)`; `Failure` where an image can no longer be read, or a rank is lost.
  public func evaluate(
    _ subnets: [Subnet], of supernet: Supernet, on images: ImageSet, extent: EvaluationExtent = EvaluationExtent(),
    atLeast least: Int = 1, timeLimit: Duration? = nil, cluster: Cluster = .alone,
    progress: (Int) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
  ) throws -> [Evaluation] {
    let start = ContinuousClock.now
    var evaluations: [Evaluation] = []
    let queries = subnets.map { Query(subnet: supernet.space.id(of: $0), extent: extent) }
    func goesOn(_ begun: Int) -> Bool {
      !isInterrupted() && (begun < least || timeLimit.map { ContinuousClock.now - start <= $0 } ?? true)
    }
    try cluster.farm(queries, while: goesOn) { query in
      try reply(to: query, supernet, images)
    } each: { index, reply in
      evaluations.append(
        reply.evaluation(id: queries[index].subnet, subnet: supernet.space.document(of: subnets[index])))
      progress(evaluations.count)
    }
    if evaluations.count < subnets.count, isInterrupted() {
      throw Failure(.interrupted, "stopped after \(evaluations.count) of \(subnets.count) subnets were measured")
    }
    return evaluations
  }

  /// Measures what another rank hands out, until it dismisses this one.
  ///
  /// - Throws: `Failure` where an image can no longer be read, or a rank is lost.
  func serve(_ cluster: Cluster, of supernet: Supernet, on images: ImageSet) throws {
    try cluster.serve { try reply(to: $0, supernet, images) }
  }

  private func reply(to query: Query, _ supernet: Supernet, _ images: ImageSet) throws -> EvaluationReply {
    let subnet = try supernet.space.subnet(id: query.subnet)
    return EvaluationReply(try evaluate(subnet, of: supernet, on: images, extent: query.extent))
  }
}

/// What a rank is asked.
private struct Query: Codable {
  var subnet: String
  var extent: EvaluationExtent
}
