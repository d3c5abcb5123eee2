import Foundation
import OFASpace

/// Looks for a subnet that keeps several bounds at once.
///
/// A bound on the maximum over blocks just takes choices away. The others bound sums. For any weights w ≥ 0 the subnet with the least
/// Σ w[i] · sum[i] / limit[i] is found exactly, block by block. If it keeps all bounds, the question is answered; if even its weighted sum
/// exceeds Σ w[i], no subnet keeps them; otherwise the weights of broken bounds are raised and the question is put again.
///
/// - Note: Lagrangian relaxation with multiplicative weights (Arora, Hazan and Kale, The Multiplicative Weights Update Method, 2012,
///   §3.2). Between what it finds and what it refutes lies a duality gap, narrow where there are many blocks: within it the
///   answer is that no subnet was found.
struct JointBudgets {
  let costs: CostModel
  let limits: [Double]
  /// The places where a subnet may lie.
  private let places: [Place]

  /// The least depths and widths at one resolution, with the choices that keep the bound on the maximum: a deeper or wider stage is
  /// taken to cost more, as it always does but perhaps in measured latencies.
  private struct Place {
    let table: PriceTable
    /// Every choice to start from; its depths and widths hold for all subnets of the place.
    let subnet: Subnet
    /// What is left of the prices when the blocks are taken out.
    let fixed: [Double]
    /// The blocks that are there, and the options of each.
    let blocks: [(index: Int, options: [Option])]
  }

  /// One choice of one block and its row of prices.
  private struct Option {
    let kernelSize: Int
    let expandRatio: Double
    let row: Int
  }

  init(_ costs: CostModel, limits: [Double]) {
    self.costs = costs
    self.limits = limits
    let most = limits[Column.peakActivationBytes]
    places = costs.choices.resolutions.compactMap { resolution in
      guard let table = costs.tables[resolution] else { return nil }
      var subnet = costs.smallest
      subnet.resolution = resolution
      var fixed = table.fixed
      for part in table.parts { PriceTable.add(part.values, at: part.row(of: subnet), to: &fixed) }
      guard fixed[Column.peakActivationBytes] <= most else { return nil }
      let present = costs.space.stages.indices.flatMap { costs.space.blocks(ofStage: $0, in: subnet) }
      let blocks = present.map { block in
        let prices = table.blocks[block]
        let options = costs.choices.kernelSizes[block].flatMap { kernelSize in
          costs.choices.expandRatios[block].map { expandRatio in
            let row = prices.row(kernelSize: kernelSize, expandRatio: expandRatio, of: subnet)
            return Option(kernelSize: kernelSize, expandRatio: expandRatio, row: row)
          }
        }
        return (index: block, options: options.filter { prices.values[$0.row + Column.peakActivationBytes] <= most })
      }
      guard blocks.allSatisfy({ !$0.options.isEmpty }) else { return nil }
      return Place(table: table, subnet: subnet, fixed: fixed, blocks: blocks)
    }
  }

  /// A subnet that keeps all bounds, if one is found.
  ///
  /// - Complexity: at most 400 times the choices of all blocks at each resolution.
  func subnet() -> Subnet? {
    let bounded = limits.indices.filter { $0 != Column.peakActivationBytes && limits[$0] < .infinity }
    guard !bounded.isEmpty else { return places.first.map { minimum(at: $0, weights: [:]).subnet } }
    for place in places {
      if let subnet = subnet(at: place, bounded) { return subnet }
    }
    return nil
  }

  private func subnet(at place: Place, _ bounded: [Int]) -> Subnet? {
    // A latency's bound is met by its sum before correction.
    let sumLimits = bounded.map { rawLimit($0) }
    guard sumLimits.allSatisfy({ $0 > 0 }) else { return nil }
    var weights = [Double](repeating: 1 / Double(bounded.count), count: bounded.count)
    for round in 1...400 {
      let scaled = Dictionary(uniqueKeysWithValues: bounded.indices.map { (bounded[$0], weights[$0] / sumLimits[$0]) })
      let (subnet, sums) = minimum(at: place, weights: scaled)
      if zip(costs.values(of: subnet), limits).allSatisfy({ $0 <= $1 }) { return subnet }
      let excess = bounded.indices.map { sums[bounded[$0]] / sumLimits[$0] - 1 }
      if zip(weights, excess).reduce(0, { $0 + $1.0 * $1.1 }) > 1e-9 { return nil }
      let largest = max(excess.map(abs).max() ?? 1, 1e-12)
      let step = 2 / Double(round).squareRoot()
      for i in weights.indices { weights[i] *= exp(step * excess[i] / largest) }
      let total = weights.reduce(0, +)
      for i in weights.indices { weights[i] /= total }
    }
    return nil
  }

  /// The least of one column over all subnets that keep the bounds, and the subnet that has it; exact when no other sum is
  /// bounded.
  ///
  /// - Parameter start: a subnet that keeps the bounds, required where sums are bounded.
  func least(column: Int, from start: Subnet? = nil) -> (subnet: Subnet, value: Double) {
    let otherSums = limits.indices.contains {
      $0 != column && $0 != Column.peakActivationBytes && limits[$0] < .infinity
    }
    guard otherSums, let start else {
      let found = places.map { place in
        let subnet = minimum(at: place, weights: [column: 1]).subnet
        return (subnet: subnet, value: costs.values(of: subnet)[column])
      }
      return found.min { $0.value < $1.value } ?? (costs.smallest, .infinity)
    }
    // Halve between what is found and what is not.
    var best = (subnet: start, value: costs.values(of: start)[column])
    var notFound = JointBudgets(costs, limits: unlimited(except: Column.peakActivationBytes)).least(column: column)
      .value
    for _ in 0..<40 where best.value > notFound {
      var tightened = limits
      tightened[column] = (best.value + notFound) / 2
      if let subnet = JointBudgets(costs, limits: tightened).subnet() {
        best = (subnet, costs.values(of: subnet)[column])
      } else {
        notFound = tightened[column]
      }
    }
    return best
  }

  private func unlimited(except column: Int) -> [Double] {
    limits.indices.map { $0 == column ? limits[$0] : .infinity }
  }

  /// The bound on a column's sum before a latency's correction.
  private func rawLimit(_ column: Int) -> Double {
    guard column >= Column.firstLatency,
      let correction = costs.profiles[column - Column.firstLatency].correction
    else { return limits[column] }
    return (limits[column] - correction.interceptMilliseconds) / correction.slope
  }

  /// The subnet of a place whose blocks all have the least weighted sum of columns, and the sums of its prices.
  private func minimum(at place: Place, weights: [Int: Double]) -> (subnet: Subnet, sums: [Double]) {
    let weights = weights.sorted { $0.key < $1.key }
    var subnet = place.subnet
    var sums = place.fixed
    for (block, options) in place.blocks {
      let values = place.table.blocks[block].values
      var (cheapest, least) = (options[0], Double.infinity)
      for option in options {
        let value = weights.reduce(0) { $0 + $1.value * values[option.row + $1.key] }
        if value < least { (cheapest, least) = (option, value) }
      }
      subnet.kernelSizes[block] = cheapest.kernelSize
      subnet.expandRatios[block] = cheapest.expandRatio
      PriceTable.add(values, at: cheapest.row, to: &sums)
    }
    return (subnet, sums)
  }
}
