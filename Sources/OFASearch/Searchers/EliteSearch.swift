import OFASpace

/// Finds the front of two objectives over the whole range of the second.
///
/// The range is cut into slices, each of which keeps the network with the least of the first objective that was found
/// in it. Parents are drawn evenly from the slices, so that cheap, middling and large networks are bred alike, and a
/// child lands where its cost puts it. Some children are neighbours of the front instead. Finally the neighbours of
/// each slice's best, and of what takes its place, are tried. Until a network is found that is admitted, those are bred
/// that are nearest to it.
///
/// - Note: Mouret and Clune, Illuminating Search Spaces by Mapping Elites, 2015; AlphaNet (2021) searches with bins of
///   multiply-accumulates in the same way.
public struct EliteSearch: Searcher {
  /// Into how many slices the range is cut.
  public var slices = 40
  /// How many children are bred.
  public var children = 12_000
  /// How many of them at a time, and how many random networks come first.
  public var batch = 50
  /// The probability with which a mutation draws a choice anew.
  public var mutationProbability = 0.1
  /// The fraction of children that are neighbours of the front.
  public var neighbourFraction = 0.3
  /// How often a slice's best is improved at the end.
  public var improvements = 10

  private var best: [Trial?] = []
  /// What is nearest to being admitted, while nothing is.
  private var nearest: [Trial] = []
  private var range: ClosedRange<Double> = 0...0
  private var bred = 0
  private var isBegun = false
  /// What had its neighbours tried.
  private var improved: Set<Subnet> = []

  /// A search with the usual numbers.
  public init() {}

  /// The networks to try next; none when there is nothing more to propose.
  ///
  /// - Precondition: two objectives.
  public mutating func ask(
    _ domain: some Domain, knowing archive: Archive, using generator: inout some RandomNumberGenerator
  ) -> [Subnet] {
    precondition(domain.objectiveCount == 2)
    defer { isBegun = true }
    if !isBegun { return domain.start(batch, using: &generator) }
    let elites = (best.isEmpty ? nearest : best.compactMap(\.self)).map(\.subnet)
    if bred < children {
      let count = min(batch, children - bred)
      bred += count
      if elites.isEmpty { return domain.start(count, using: &generator) }
      var asked: [Subnet] = []
      for index in 0..<count {
        let isNeighbour = Double(index) < neighbourFraction * Double(count)
        let near = isNeighbour ? domain.neighbour(of: archive.front, knowing: archive, asked, using: &generator) : nil
        asked.append(near ?? child(of: elites, domain, using: &generator))
      }
      return asked
    }
    guard improvements > 0, !best.isEmpty else { return [] }
    improvements -= 1
    return elites.filter { improved.insert($0).inserted }.flatMap { elite in
      domain.neighbours(of: elite).filter { domain.admits($0) }
    }
  }

  /// Takes what came of all that was asked for.
  public mutating func tell(_ trials: [Trial?]) {
    let known = trials.compactMap(\.self)
    var admitted = known.filter(\.isAdmitted)
    if best.isEmpty, admitted.isEmpty {
      nearest = Array((nearest + known).sorted { $0.violation < $1.violation }.prefix(max(1, slices)))
    }
    let values = admitted.map { $0.objectives[1] } + (best.isEmpty ? [] : [range.lowerBound, range.upperBound])
    if let low = values.min(), let high = values.max(), best.isEmpty || low...high != range {
      admitted = best.compactMap(\.self) + admitted
      (range, best) = (low...high, Array(repeating: nil, count: max(1, slices)))
    }
    for trial in admitted {
      let width = (range.upperBound - range.lowerBound) / Double(best.count)
      let position = width > 0 ? (trial.objectives[1] - range.lowerBound) / width : 0
      let place = Int(min(max(0, position), Double(best.count - 1)))
      if trial.objectives[0] < best[place]?.objectives[0] ?? .infinity { best[place] = trial }
    }
  }

  private func child(
    of parents: [Subnet], _ domain: some Domain, using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    let index = Int.random(in: 0..<parents.count, using: &generator)
    var child = parents[index]
    if Bool.random(using: &generator) {
      // Neighbouring slices have the most in common.
      let other = min(max(0, index + Int.random(in: -3...3, using: &generator)), parents.count - 1)
      child = domain.crossed(child, parents[other], using: &generator)
    }
    child = domain.mutated(child, probability: mutationProbability, using: &generator)
    return domain.admitted(child, toward: parents[index], using: &generator)
  }
}
