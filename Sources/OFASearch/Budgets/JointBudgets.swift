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
  /// The choices that keep the bound on the maximum, by resolution; resolutions at which none is left are absent.
  private let allowed: [(resolution: Int, stages: [StageOptions])]

  /// One choice of one block and its row of prices.
  private struct Option {
    let kernelSize: Int
    let expandRatio: Double
    let row: Int
  }

  /// What a stage may be.
  private struct StageOptions {
    let depths: [Int]
    /// The options of each block of the stage, as many blocks as the greatest depth.
    let blocks: [[Option]]
  }

  init(_ costs: CostModel, limits: [Double]) {
    self.costs = costs
    self.limits = limits
    let most = limits[Column.peakActivationBytes]
    allowed = costs.choices.resolutions.compactMap { resolution in
      guard let table = costs.tables[resolution], table.fixed[Column.peakActivationBytes] <= most else { return nil }
      var stages: [StageOptions] = []
      for (stage, range) in costs.space.stages.enumerated() {
        let blocks = range.map { block in
          let prices = table.blocks[block]
          return costs.choices.kernelSizes[block].flatMap { kernelSize in
            costs.choices.expandRatios[block].compactMap { expandRatio in
              let row = prices.row(kernelSize: kernelSize, expandRatio: expandRatio)
              guard prices.values[row + Column.peakActivationBytes] <= most else { return nil as Option? }
              return Option(kernelSize: kernelSize, expandRatio: expandRatio, row: row)
            }
          }
        }
        let reach = blocks.firstIndex(where: \.isEmpty) ?? blocks.count
        let depths = costs.choices.depths[stage].filter { $0 <= reach }
        guard let deepest = depths.last else { return nil }
        stages.append(StageOptions(depths: depths, blocks: Array(blocks.prefix(deepest))))
      }
      return (resolution, stages)
    }
  }

  /// A subnet that keeps all bounds, if one is found.
  ///
  /// - Complexity: at most 400 times the choices of all blocks at each resolution.
  func subnet() -> Subnet? {
    let bounded = limits.indices.filter { $0 != Column.peakActivationBytes && limits[$0] < .infinity }
    guard !bounded.isEmpty else { return allowed.first.map { minimum(at: $0, weights: [:]).subnet } }
    for place in allowed {
      if let subnet = subnet(at: place, bounded) { return subnet }
    }
    return nil
  }

  private func subnet(at place: (resolution: Int, stages: [StageOptions]), _ bounded: [Int]) -> Subnet? {
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
      let found = allowed.map { place in
        let subnet =
          column == Column.peakActivationBytes ? leastPeak(at: place) : minimum(at: place, weights: [column: 1]).subnet
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

  /// The subnet with the least weighted sum of columns at one resolution, and its sums.
  private func minimum(
    at place: (resolution: Int, stages: [StageOptions]), weights: [Int: Double]
  ) -> (subnet: Subnet, sums: [Double]) {
    let weights = weights.sorted { $0.key < $1.key }
    return best(at: place) { values, row in
      weights.reduce(0) { $0 + $1.value * values[row + $1.key] }
    } combine: {
      $0 + $1
    }
  }

  /// The subnet with the least peak of activations at one resolution.
  private func leastPeak(at place: (resolution: Int, stages: [StageOptions])) -> Subnet {
    best(at: place) { values, row in
      values[row + Column.peakActivationBytes]
    } combine: {
      max($0, $1)
    }.subnet
  }

  /// The subnet that is best block by block, depths by what their blocks combine to.
  private func best(
    at place: (resolution: Int, stages: [StageOptions]), price: ([Double], Int) -> Double,
    combine: (Double, Double) -> Double
  ) -> (subnet: Subnet, sums: [Double]) {
    var subnet = costs.space.smallest
    subnet.resolution = place.resolution
    guard let table = costs.tables[place.resolution] else { return (subnet, []) }
    var sums = table.fixed
    for (stage, options) in place.stages.enumerated() {
      let range = costs.space.stages[stage]
      var chosen: [Option] = []
      var prices: [Double] = []  // of each depth
      for (block, blockOptions) in zip(range, options.blocks) {
        var (cheapest, least) = (blockOptions[0], Double.infinity)
        for option in blockOptions {
          let value = price(table.blocks[block].values, option.row)
          if value < least { (cheapest, least) = (option, value) }
        }
        chosen.append(cheapest)
        prices.append(prices.last.map { combine($0, least) } ?? least)
      }
      var depth = options.depths[0]
      for other in options.depths where prices[other - 1] < prices[depth - 1] { depth = other }
      subnet.depths[stage] = depth
      for (block, option) in zip(range, chosen.prefix(depth)) {
        subnet.kernelSizes[block] = option.kernelSize
        subnet.expandRatios[block] = option.expandRatio
        PriceTable.add(table.blocks[block].values, at: option.row, to: &sums)
      }
    }
    return (subnet, sums)
  }
}
