import Foundation
import OFAHardware
import OFASpace

/// Looks for a subnet that keeps several bounds at once, and for the one with the least of a quantity.
///
/// At each resolution the subnets are a ``Chain``, and what is bounded are sums along it.
///
/// 1. For any weights w ≥ 0 the subnet with the least Σ w[i] · sum[i] is found link by link. If it keeps all limits it
///    is one; if even its weighted sum exceeds Σ w[i] · limit[i], none does; else the weights of broken limits are
///    raised.
/// 2. Between what that finds and what it rules out lies a gap. There the links' choices are merged, without those that
///    such weighted sums rule out: few at a time, which finds, then more and more, until it is decided or the effort is
///    spent.
///
/// - Note: Lagrangian relaxation with multiplicative weights: Arora, Hazan and Kale, The Multiplicative Weights Update
///   Method, 2012, §3.2. Merging: see ``ChainSums/merged(_:width:effort:)``.
struct JointBudgets {
  private let costs: CostModel
  /// The greatest value of each column.
  private let limits: [Double]
  private let chains: [Chain]
  private let effort: Int

  /// - Parameter effort: how many partial subnets each question may take.
  init(_ costs: CostModel, limits: [Double], effort: Int) {
    self.costs = costs
    self.limits = limits
    self.effort = effort
    chains = costs.choices.resolutions.compactMap {
      Chain(costs, resolution: $0, peakActivationBytes: limits[Column.peakActivationBytes])
    }
  }

  /// A subnet that keeps all bounds, if one is found; where none is, whether that is proven.
  func subnet() -> (subnet: Subnet?, isExact: Bool) {
    var search = LimitedSearch(costs, limits: limits, objective: [], best: nil)
    let isExact = search.run(chains, effort: effort)
    return (search.best, isExact)
  }

  /// The subnet that keeps all bounds with the least of a quantity that is found, of latencies the slowest device's;
  /// and whether it is proven that no other has less.
  ///
  /// - Parameter start: a subnet that keeps all bounds.
  func least(of quantity: Quantity, from start: Subnet) -> (subnet: Subnet, isExact: Bool) {
    if quantity == .peakActivationBytes { return leastPeak(from: start) }
    var search = LimitedSearch(costs, limits: limits, objective: costs.columns(of: quantity), best: start)
    let isExact = search.run(chains, effort: effort)
    return (search.best ?? start, isExact)
  }

  /// The least of a maximum is the value of a part: halve between those that suffice and those that do not.
  private func leastPeak(from start: Subnet) -> (subnet: Subnet, isExact: Bool) {
    let column = Column.peakActivationBytes
    var best = (subnet: start, isExact: true)
    var values = Set(chains.flatMap { $0.values(of: column).joined() }).sorted()[...]
    values = values.prefix { $0 < costs.values(of: start)[column] }
    while !values.isEmpty {
      let middle = (values.startIndex + values.endIndex) / 2
      let found = limited([column], to: values[middle]).subnet()
      if let subnet = found.subnet {
        best.subnet = subnet
        values = values[..<middle]
      } else {
        best.isExact = best.isExact && found.isExact
        values = values[(middle + 1)...]
      }
    }
    return best
  }

  /// A value that no subnet which keeps all bounds goes below in a quantity, as weighted sums alone prove it.
  ///
  /// - Parameter value: what a subnet reaches.
  func provenBound(of quantity: Quantity, below value: Double) -> Double {
    let columns = costs.columns(of: quantity)
    // No sum is below 0.
    var (proven, open) = (columns.map { costs.corrected(0, column: $0) }.max() ?? 0, value)
    for _ in 0..<40 where proven < open {
      let middle = (proven + open) / 2
      if limited(columns, to: middle).isRuledOut { proven = middle } else { open = middle }
    }
    return quantity == .latency ? proven : proven.rounded(.up)
  }

  /// Whether weighted sums alone prove that no subnet keeps the bounds.
  private var isRuledOut: Bool {
    var search = LimitedSearch(costs, limits: limits, objective: [], best: nil)
    return chains.allSatisfy { search.bounds(of: $0) == nil } && search.best == nil
  }

  /// The same bounds with lower ones on some columns.
  private func limited(_ columns: [Int], to limit: Double) -> JointBudgets {
    var limits = limits
    for column in columns { limits[column] = min(limits[column], limit) }
    return JointBudgets(costs, limits: limits, effort: effort)
  }
}

/// A search for the subnet within limits in which the greatest of some columns is least; where there are none, for any.
private struct LimitedSearch {
  private let costs: CostModel
  private let limits: [Double]
  private let objective: [Int]
  /// The best so far.
  private(set) var best: Subnet?
  /// Its value.
  private var value = Double.infinity

  init(_ costs: CostModel, limits: [Double], objective: [Int], best: Subnet?) {
    (self.costs, self.limits, self.objective, self.best) = (costs, limits, objective, best)
    if let best { value = value(of: costs.values(of: best)) }
  }

  /// Searches chains, and returns whether it is proven that nothing better than the best is in them.
  mutating func run(_ chains: [Chain], effort: Int) -> Bool {
    var (open, width, effort) = (chains, 100, effort)
    while !open.isEmpty, !isOver, effort > 0 {
      var cut: [Chain] = []
      for chain in open where !isOver {
        guard let (sums, bounds) = bounds(of: chain) else { continue }
        let (choices, isCut) = sums.merged(bounds, width: width, effort: &effort)
        for choice in choices { take(chain.subnet(choice)) }
        if isCut { cut.append(chain) }
      }
      open = cut
      width *= 32
    }
    return isOver || open.isEmpty
  }

  /// Whether any subnet is as good as the one that was found.
  private var isOver: Bool { objective.isEmpty && best != nil }

  /// Looks at a chain by weighted sums; returns its sums with the bounds that forbid most, or nil if nothing better is
  /// left in the chain or what was found is enough.
  mutating func bounds(of chain: Chain) -> (ChainSums, [ChainSums.Bound])? {
    let sumLimits = sumLimits
    // A limit that nothing in the chain exceeds is none.
    let columns = limits.indices.filter { column in
      guard column != Column.peakActivationBytes, sumLimits[column] < .infinity else { return false }
      let most = chain.values(of: column).compactMap { $0.max() }.reduce(0, +)
      return objective.contains(column) || most * (1 + ChainSums.slack) > sumLimits[column]
    }
    var sums = ChainSums(chain, columns: columns, limits: columns.map { sumLimits[$0] })
    let count = columns.count
    guard count > 0 else {
      take(chain.subnet(sums.least([]).options))
      return nil
    }
    var weights = [Double](repeating: 1 / Double(count), count: count)
    var tightest = (weights: weights, excess: -Double.infinity)
    for round in 1...200 {
      let least = sums.least(weights)
      if take(chain.subnet(least.options)) {
        if isOver { return nil }
        let lowered = self.sumLimits
        sums.lower(to: columns.map { lowered[$0] })
        tightest.excess = -.infinity
      }
      let excesses = zip(least.sums, sums.limits).map { $0 - $1 }
      let excess = zip(weights, excesses).reduce(0) { $0 + $1.0 * $1.1 }
      if excess > ChainSums.slack { return nil }
      if excess > tightest.excess { tightest = (weights, excess) }
      let largest = max(excesses.map(abs).max() ?? 1, 1e-12)
      let step = 2 / Double(round).squareRoot()
      weights = zip(weights, excesses).map { $0 * exp(step * $1 / largest) }
      let total = weights.reduce(0, +)
      weights = weights.map { $0 / total }
    }
    let each = columns.indices.map { column in columns.indices.map { $0 == column ? 1.0 : 0 } }
    return (sums, (each + [tightest.weights]).map(sums.bound))
  }

  /// Keeps a subnet if it is better than the best so far and within the limits, and returns whether it is.
  @discardableResult
  private mutating func take(_ subnet: Subnet) -> Bool {
    let values = costs.values(of: subnet)
    guard value(of: values) < value, zip(values, limits).allSatisfy({ $0 <= $1 }) else { return false }
    (best, value) = (subnet, value(of: values))
    return true
  }

  private func value(of values: [Double]) -> Double { objective.map { values[$0] }.max() ?? 0 }

  /// The limits on the sums before correction. Those of the objective are below the best so far, by more than rounding
  /// makes of equals.
  private var sumLimits: [Double] {
    limits.indices.map { column in
      let limit = objective.contains(column) ? min(limits[column], value - 1e-12 * abs(value)) : limits[column]
      return costs.uncorrected(limit, column: column)
    }
  }
}
