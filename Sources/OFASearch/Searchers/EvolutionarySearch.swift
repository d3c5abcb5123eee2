import OFASpace

/// Finds the network with the least of one objective by evolution.
///
/// A population of random networks is carried through generations: the best of everybody so far are the parents of
/// mutants and crossings, which replace the rest. Nothing is tried twice, so a population cannot fill up with copies of
/// its best. A child that breaks a bound is drawn again some times, then moved toward its parent until it keeps it. At
/// the end the best is improved by ``Climb``.
///
/// - Note: Once-for-All, 2020, §3.4; Real et al., Regularized Evolution for Image Classifier Architecture Search, 2019.
///   Deviations: no copies, no rejection without a bound, the local search.
public struct EvolutionarySearch: Searcher {
  /// How many networks live in a generation.
  public var population = 100
  /// After how many generations it stops.
  public var generations = 200
  /// The fraction of a population that becomes parents.
  public var parentFraction = 0.25
  /// The fraction of children that are mutants; the others are crossings.
  public var mutantFraction = 0.5
  /// The probability with which a mutation draws a choice anew.
  public var mutationProbability = 0.1

  private var living: [Trial] = []
  private var generation = 0
  private var climb: Climb?

  /// A search with the usual numbers.
  public init() {}

  /// The networks to try next; none when there is nothing more to propose.
  ///
  /// - Precondition: a population of at least 2, fractions and probabilities in 0…1.
  public mutating func ask(
    _ domain: some Domain, knowing archive: Archive, using generator: inout some RandomNumberGenerator
  ) -> [Subnet] {
    precondition(population >= 2)
    defer { generation += 1 }
    if generation == 0 { return domain.start(population - 1, using: &generator) }
    guard generation <= generations, !living.isEmpty else {
      climb = climb ?? Climb(Array(archive.leading.prefix(1)))
      return climb?.ask(domain) ?? []
    }
    let parents = max(1, Int(Double(population) * parentFraction))
    living = Array(living.sorted { $0.isPreferred(to: $1) }.prefix(parents))
    return (parents..<max(population, parents + 1)).map { index in
      let isMutant = Double(index - parents) < mutantFraction * Double(population - parents)
      return domain.child(
        of: living.map(\.subnet), isMutant: isMutant, probability: mutationProbability, knowing: archive,
        using: &generator)
    }
  }

  /// Takes what came of all that was asked for.
  public mutating func tell(_ trials: [Trial?]) {
    if climb == nil { living += trials.compactMap(\.self) } else { climb?.tell(trials) }
  }
}

extension Domain {
  /// A new network from one or two of the parents.
  func child(
    of parents: [Subnet], isMutant: Bool, probability: Double, knowing archive: Archive,
    using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    var parent = parents[0]
    var child = parent
    for _ in 0..<10 {
      parent = parents[Int.random(in: 0..<parents.count, using: &generator)]
      if isMutant {
        child = mutated(parent, probability: probability, using: &generator)
      } else {
        child = crossed(parent, parents[Int.random(in: 0..<parents.count, using: &generator)], using: &generator)
      }
      if !archive.contains(child), admits(child) { return child }
    }
    return admitted(child, toward: parent, using: &generator)
  }
}
