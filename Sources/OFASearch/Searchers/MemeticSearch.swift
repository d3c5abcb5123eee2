import OFASpace

/// Finds the network with the least of one objective by breeding local optima.
///
/// The best of a few random networks is improved as far as ``Climb`` does, then others are. After that, round by round,
/// pairs of what came of it are crossed, some of the children mutated, the best of them improved in turn, and the best
/// of old and new kept. Starts from all over the space keep it from settling where the first good networks happen to
/// be.
///
/// - Note: Moscato, On Evolution, Search, Optimization, Genetic Algorithms and Martial Arts, 1989.
public struct MemeticSearch: Searcher {
  /// How many random networks it looks at first, of which the best is improved before all else: an answer for those
  /// who cannot wait.
  public var scouts = 40
  /// How many times it does that.
  public var scoutings = 3
  /// How many random networks it begins with then, and how many optima are kept.
  public var population = 32
  /// How many rounds of breeding there are at most.
  public var rounds = 60
  /// How many children are bred in a round.
  public var children = 128
  /// How many of a round's children are improved: the best.
  public var improved = 8
  /// The fraction of the children that are mutated.
  public var mutantFraction = 0.5
  /// The probability with which a mutation draws a choice anew.
  public var mutationProbability = 0.1
  /// After how many trials it is done where nobody says how many there shall be, so that no space and no budget takes
  /// longer than others.
  public var evaluations = 200_000

  private var optima: [Trial] = []
  private var climb = Climb()
  private var round = 0

  /// A search with the usual numbers.
  public init() {}

  /// The networks to try next; none when there is nothing more to propose.
  public mutating func ask(
    _ domain: some Domain, knowing archive: Archive, using generator: inout some RandomNumberGenerator
  ) -> [Subnet] {
    precondition(population > 0)
    let next = climb.ask(domain)
    if !next.isEmpty { return next }
    optima = merged(optima, climb.optima)
    climb = Climb()
    defer { round += 1 }
    if round < scoutings {
      climb.mostStarts = 1
      return (round == 0 ? domain.seeds : []) + domain.randomSubnets(scouts, using: &generator)
    }
    if round == scoutings { return domain.randomSubnets(population, using: &generator) }
    guard round <= scoutings + rounds, !optima.isEmpty else { return [] }
    climb.mostStarts = improved
    var bred: [Subnet] = []
    for index in 0..<children {
      let isMutant = Double(index) < mutantFraction * Double(children)
      let child = child(isMutant, domain, using: &generator)
      if !archive.contains(child), !bred.contains(child) { bred.append(child) }
    }
    // With nothing new there is still what the next round may bring.
    return bred.isEmpty ? [optima[0].subnet] : bred
  }

  /// Takes what came of all that was asked for.
  public mutating func tell(_ trials: [Trial?]) { climb.tell(trials) }

  private func child(
    _ isMutant: Bool, _ domain: some Domain, using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    let parents = (0..<2).map { _ in optima[Int.random(in: 0..<optima.count, using: &generator)].subnet }
    var child = domain.crossed(parents[0], parents[1], using: &generator)
    if isMutant || child == parents[0] {
      child = domain.mutated(child, probability: mutationProbability, using: &generator)
    }
    return domain.admitted(child, toward: parents[0], using: &generator)
  }

  /// The best of both, each once.
  private func merged(_ optima: [Trial], _ others: [Trial]) -> [Trial] {
    var seen: Set<Subnet> = []
    let all = (optima + others).filter { seen.insert($0.subnet).inserted }
    return Array(all.sorted { $0.isPreferred(to: $1) }.prefix(population))
  }
}
