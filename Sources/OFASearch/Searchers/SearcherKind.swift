import OFAFormats

/// The searchers by name.
public enum SearcherKind: String, CaseIterable, Sendable {
  /// Breeds local optima: the best for one objective.
  case memetic
  /// The original's evolution, without its copies and endless rejection.
  case evolutionary
  case local
  case annealing
  case random
  case exhaustive
  /// Keeps the best of each slice of a cost: the best for two objectives.
  case elites
  case nsga2
  case nsga3
  /// Fits models to what was tried and tries what they promise: the best where trials are dear.
  case linas

  /// The searcher for so many objectives.
  public init(objectives: Int) {
    self = objectives == 1 ? .memetic : objectives == 2 ? .elites : .nsga3
  }

  /// The searcher of a name.
  ///
  /// - Throws: `.usage` for any other name, with those there are.
  public init(named name: String, at place: String) throws {
    guard let kind = Self(rawValue: name) else {
      let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure(.usage, "unknown searcher \"\(name)\"; there is: \(names)", at: place)
    }
    self = kind
  }

  /// How many objectives it takes.
  public var objectives: ClosedRange<Int> {
    switch self {
    case .memetic, .evolutionary, .local, .annealing: 1...1
    case .elites: 2...2
    case .random, .exhaustive, .nsga2, .nsga3, .linas: 1...5
    }
  }

  /// The searcher of a name, for a domain; the one for so many objectives where there is no name.
  ///
  /// - Throws: `.usage` for a name that there is not, and as ``searcher(for:at:)``.
  public static func searcher(named name: String?, for domain: some Domain, at place: String) throws -> any Searcher {
    let kind = try name.map { try Self(named: $0, at: place) } ?? Self(objectives: domain.objectiveCount)
    return try kind.searcher(for: domain, at: place)
  }

  /// The searcher with its usual numbers.
  public var searcher: any Searcher {
    switch self {
    case .memetic: MemeticSearch()
    case .evolutionary: EvolutionarySearch()
    case .local: LocalSearch()
    case .annealing: Annealing()
    case .random: RandomSearch()
    case .exhaustive: ExhaustiveSearch()
    case .elites: EliteSearch()
    case .nsga2: NSGA(.crowding)
    case .nsga3: NSGA(.directions)
    case .linas: LINAS()
    }
  }

  /// The searcher, for a domain and so many trials.
  ///
  /// - Throws: `.usage` for other numbers of objectives than it takes, and where too many networks were to be tried.
  public func searcher(for domain: some Domain, at place: String) throws -> any Searcher {
    guard objectives.contains(domain.objectiveCount) else {
      let count = objectives.lowerBound == objectives.upperBound ? "\(objectives.lowerBound)" : "1 to 5"
      throw Failure(
        .usage, "\(rawValue) takes \(count) objective\(count == "1" ? "" : "s"), not \(domain.objectiveCount)",
        at: place)
    }
    guard self != .exhaustive || domain.all != nil else {
      throw Failure(.usage, "the networks are too many to try each; choose another searcher", at: place)
    }
    return searcher
  }
}
