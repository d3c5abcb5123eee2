import OFASpace

/// Runs a searcher: asks it for networks, tries them, and tells it what they came to.
///
///     let domain = SubnetDomain(problem, estimator)
///     let archive = try Search(domain, evaluations: 10_000).run(EvolutionarySearch(), using: &generator)
///     archive.leading.first
///
/// It alone knows how much may be tried and until when, keeps everything that was tried, tries nothing twice, and goes
/// on where a trial fails. A search goes on from its archive by being run again with it: the same generator leads to
/// the same networks, of which those that are known cost nothing, and then to those that it would have tried next.
public struct Search<Networks: Domain>: Sendable {
  /// What is searched.
  public var domain: Networks
  /// How many networks are tried; nil for as many as the searcher takes.
  public var evaluations: Int?
  /// When the search ends at the latest; what was found by then counts.
  public var timeLimit: Duration?
  /// How many networks are tried before it is looked whether there is time for more; 1 where each is dear.
  public var part = 4096

  /// A search.
  ///
  /// - Parameters:
  ///   - domain: what is searched.
  ///   - evaluations: how many networks are tried; by default as many as the searcher takes.
  ///   - timeLimit: how long it may take.
  public init(_ domain: Networks, evaluations: Int? = nil, timeLimit: Duration? = nil) {
    (self.domain, self.evaluations, self.timeLimit) = (domain, evaluations, timeLimit)
  }

  /// How many rounds may bring nothing new before there is taken to be nothing.
  private static var mostStaleRounds: Int { 200 }

  /// Searches until the searcher has nothing more to propose, or nothing more may be tried.
  ///
  /// A searcher that is done before as many were tried as were asked for begins anew, until that brings nothing new.
  ///
  /// Equal generators give equal results unless the time runs out.
  ///
  /// - Parameters:
  ///   - searcher: what proposes.
  ///   - known: what was tried before, by a search of the same domain.
  ///   - generator: what draws.
  ///   - check: called often with the part of all trials that is done; what it throws ends the search.
  /// - Returns: all that was tried. At least the first of the domain's seeds, however little time there is.
  public func run(
    _ searcher: any Searcher, knowing known: [Trial] = [], using generator: inout some RandomNumberGenerator,
    check: (Double) throws -> Void = { _ in }
  ) throws -> Archive {
    var (current, archive) = (searcher, Archive(knowing: known))
    let most = evaluations ?? .max
    let usual = evaluations == nil ? searcher.evaluations : .max
    let start = ContinuousClock.now
    var isOver = false
    func rest(_ tried: Int) throws -> Int {
      try check(Double(tried) / Double(min(most, usual)))
      let isLate = tried > 0 && timeLimit.map { ContinuousClock.now - start >= $0 } ?? false
      let rest = isLate ? 0 : most - tried
      isOver = isOver || rest <= 0
      return rest
    }
    // Whoever has no time at all gets the first.
    _ = try archive.trials(of: Array(domain.seeds.prefix(1)), in: domain, part: 1, rest: rest)
    var (stale, begun) = (0, archive.count)
    while !isOver, stale < Self.mostStaleRounds, archive.count < usual {
      let before = archive.count
      var asked = current.ask(domain, knowing: archive, using: &generator)
      if asked.isEmpty, evaluations != nil, archive.count > begun {
        (current, begun) = (searcher, archive.count)
        asked = current.ask(domain, knowing: archive, using: &generator)
      }
      if asked.isEmpty { break }
      // Little time is cut into small parts, which cost more each.
      let part = timeLimit == nil ? part : min(part, max(256, archive.evaluations / 4))
      current.tell(try archive.trials(of: asked, in: domain, part: part, rest: rest))
      stale = archive.count == before ? stale + 1 : 0
      if stale > 0, try rest(archive.evaluations) <= 0 { break }
    }
    archive.duration = ContinuousClock.now - start
    return archive
  }
}
