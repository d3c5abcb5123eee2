/// Sums of a chain's prices, with a limit on each.
///
/// Each is divided by a scale that makes its limit about 1, so that weights on them compare.
struct ChainSums {
  let chain: Chain
  /// The columns of prices that are added.
  let columns: [Int]
  /// What each sum begins with.
  let start: [Double]
  /// For each link a row of columns for each option.
  let values: [[Double]]
  /// The limits.
  private(set) var limits: [Double]
  private let scales: [Double]

  /// How far above a limit rounding may carry a sum that keeps it. What is let through so is looked at again as a
  /// subnet.
  static let slack = 1e-13

  /// A linear bound that sums within the limits keep: the limits' weighted sum.
  struct Bound {
    let weights: [Double]
    /// The least weighted sum from each state to the end of the chain.
    let rests: [[Double]]
    let limit: Double
  }

  init(_ chain: Chain, columns: [Int], limits: [Double]) {
    self.chain = chain
    self.columns = columns
    scales = zip(columns, limits).map { column, limit in
      let scale = max(limit, chain.values(of: column).compactMap { $0.min() }.reduce(0, +))
      return scale > 0 ? scale : 1
    }
    self.limits = zip(limits, scales).map { $0 / $1 }
    start = zip(columns, scales).map { chain.fixed[$0] / $1 }
    values = chain.links.map { [scales] link in
      link.options.flatMap { option in zip(columns, scales).map { link.part.values[option.row + $0] / $1 } }
    }
  }

  /// Lowers the limits.
  mutating func lower(to limits: [Double]) {
    for place in limits.indices { self.limits[place] = min(self.limits[place], limits[place] / scales[place]) }
  }

  /// The bound of some weights.
  func bound(_ weights: [Double]) -> Bound {
    Bound(weights: weights, rests: rests(weights), limit: zip(weights, limits).reduce(0) { $0 + $1.0 * $1.1 })
  }

  /// The least weighted sum from each state before each link, and behind the last, to the end of the chain; infinite
  /// where there is no way.
  func rests(_ weights: [Double]) -> [[Double]] {
    var rests = [[0.0]]
    for (index, link) in chain.links.enumerated().reversed() {
      let ahead = rests[rests.count - 1]
      var rest = [Double](repeating: .infinity, count: index == 0 ? 1 : chain.links[index - 1].states)
      for (number, option) in link.options.enumerated() {
        rest[option.from] = min(rest[option.from], weighted(weights, link: index, option: number) + ahead[option.to])
      }
      rests.append(rest)
    }
    return rests.reversed()
  }

  /// The options with the least weighted sum, and their sums.
  func least(_ weights: [Double]) -> (options: [Int], sums: [Double]) {
    let rests = rests(weights)
    var (options, sums, state) = ([Int](), start, 0)
    for (index, link) in chain.links.enumerated() {
      var (best, least) = (0, Double.infinity)
      for (number, option) in link.options.enumerated() where option.from == state {
        let value = weighted(weights, link: index, option: number) + rests[index + 1][option.to]
        if value < least { (best, least) = (number, value) }
      }
      options.append(best)
      for place in sums.indices { sums[place] += values[index][best * sums.count + place] }
      state = link.options[best].to
    }
    return (options, sums)
  }

  private func weighted(_ weights: [Double], link: Int, option: Int) -> Double {
    var sum = 0.0
    for place in weights.indices { sum += weights[place] * values[link][option * weights.count + place] }
    return sum
  }
}

extension Chain {
  /// What each part, and all without a choice together, may have in a column.
  func values(of column: Int) -> [[Double]] {
    [[fixed[column]]] + links.map { link in link.options.map { link.part.values[$0.row + column] } }
  }
}
