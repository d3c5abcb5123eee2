import Foundation
import OFANumerics
import OFARegression
import OFASpace

/// Finds the best networks, or the front, with few trials, for where each is dear, such as an evaluation on images.
///
/// After a first few, models are fitted to all that was tried; a search that asks them, not the domain, finds what they
/// expect to be the front; and of that those are tried next that lie farthest from what is known. Then the models are
/// fitted anew. What is known without a trial, such as costs, is not modelled.
///
/// - Note: Cummings et al., A Hardware-Aware Framework for Accelerating Neural Architecture Search Across Modalities
///   (LINAS), 2022; Lu et al., NSGANetV2 (MSuNAS), 2020. Deviations: Gaussian processes, and of the front that is
///   expected what fills its gaps, as in the latter.
public struct LINAS: Searcher {
  /// How many networks are tried before the first models: seeds and random ones.
  public var first = 30
  /// How many are tried between two fits: so many, or a tenth of what was tried before where that is more. Where models
  /// expect fewer to be of use there are fewer, but a twentieth of what was tried, as fits take their time.
  public var batch = 10
  /// How many networks the models are asked about between two fits.
  public var estimates = 5_000
  /// How many networks are few enough for the models to be asked about all.
  public var few = 20_000
  /// After how many trials it is done where nobody says how many there shall be.
  public var evaluations = 500

  /// A search with the usual numbers.
  public init() {}

  /// The networks to try next; none when there is nothing more to propose.
  public mutating func ask(
    _ domain: some Domain, knowing archive: Archive, using generator: inout some RandomNumberGenerator
  ) -> [Subnet] {
    if archive.count < first {
      // The domain's first seed was tried before anything was asked for.
      return domain.start(max(1, first - domain.seeds.count), using: &generator)
    }
    let batch = max(batch, archive.count / 10)
    let trials = archive.trials
    guard !trials.isEmpty else { return domain.start(batch, using: &generator) }
    let expected = domain.expecting(Self.models(fitting: trials, of: domain, seed: generator.next()))
    let areFew = domain.all.map { $0.count <= few } ?? false
    let kind = areFew ? .exhaustive : SearcherKind(objectives: domain.objectiveCount)
    let search = Search(expected, evaluations: areFew ? nil : estimates)
    guard let found = try? search.run(kind.searcher, using: &generator) else { return [] }
    let fresh = found.trials.filter { $0.isAdmitted && !archive.contains($0.subnet) }
    guard domain.objectiveCount > 1 else {
      let asked = fresh.sorted { $0.isPreferred(to: $1) }.prefix(batch).map(\.subnet)
      return asked.isEmpty ? domain.randomSubnets(batch, using: &generator) : asked
    }
    let promising = found.front.trials.filter { !archive.contains($0.subnet) }
    var asked = Self.sparsest(batch, of: promising, beside: archive.front.trials).map(\.subnet)
    guard asked.count < batch else { return asked }
    // Where the models expect little that is new, half of the rest is what they put next, half what they do not know.
    let rest = max(1, archive.count / 20 - asked.count)
    let chosen = Set(asked)
    let next = ParetoFront(fresh.filter { !chosen.contains($0.subnet) }).trials
    asked += Self.sparsest(rest / 2, of: next, beside: archive.front.trials + promising).map(\.subnet)
    return asked + domain.randomSubnets(rest - rest / 2, using: &generator)
  }

  /// Takes what came of all that was asked for.
  public mutating func tell(_ trials: [Trial?]) {}

  /// A model of each of the trials' findings.
  private static func models(fitting trials: [Trial], of domain: some Domain, seed: UInt64) -> Models {
    let features = Matrix(trials.map { domain.features(of: $0.subnet).map(Double.init) })
    let findings = trials.map(domain.findings)
    return Models(
      models: (findings.first ?? []).indices.map { place in
        GaussianProcess(fitting: Samples(features: features, targets: findings.map { $0[place] }), seed: seed)
      })
  }

  /// So many of the trials, each the farthest from those that are known and those chosen before it. Distances are the
  /// objectives' differences as shares of their ranges.
  private static func sparsest(_ count: Int, of trials: [Trial], beside known: [Trial]) -> [Trial] {
    let all = known + trials
    let ranges = (all.first?.objectives ?? []).indices.map { place in
      let values = all.map { $0.objectives[place] }
      return max((values.max() ?? 0) - (values.min() ?? 0), 1e-12)
    }
    func distance(_ first: Trial, _ second: Trial) -> Double {
      ranges.indices.reduce(0) { $0 + pow((first.objectives[$1] - second.objectives[$1]) / ranges[$1], 2) }
    }
    var rest = trials.map { trial in (trial, nearest: known.map { distance(trial, $0) }.min() ?? .infinity) }
    var chosen: [Trial] = []
    while chosen.count < count, let place = rest.indices.max(by: { rest[$0].nearest < rest[$1].nearest }) {
      let next = rest.remove(at: place).0
      chosen.append(next)
      for index in rest.indices { rest[index].nearest = min(rest[index].nearest, distance(next, rest[index].0)) }
    }
    return chosen
  }
}

/// What models that were fitted to trials expect of networks.
public struct Models: Sendable {
  /// One for each finding.
  let models: [GaussianProcess]

  /// What is expected to be found of networks with these features, the findings of each.
  func findings(_ features: [[Float]]) -> [[Double]] {
    guard !features.isEmpty else { return [] }
    let rows = Matrix(features.map { $0.map(Double.init) })
    let columns = models.map { $0.predictions(for: rows) }
    return features.indices.map { row in columns.map { $0[row] } }
  }
}
