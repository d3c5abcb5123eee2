import OFAHardware
import OFASpace

/// A space, its prices, and budgets that at least one subnet is known to meet: what a searcher works on.
public struct Problem: Sendable {
  /// The prices and the choices.
  public let costs: CostModel
  /// The budgets.
  public let budgets: Budgets
  /// A subnet that meets the budgets; where a search goes when it gets lost.
  public let anchor: Subnet
  /// The greatest value that each column of prices may have, infinite where nothing bounds it.
  let limits: [Double]

  /// Whether some subnet meets the budgets.
  public enum Decision: Sendable {
    /// Some subnet does.
    case feasible(Problem)
    /// None does.
    case infeasible(Infeasible)
  }

  /// How many partial subnets each question of a decision may look at.
  public static let effort = 3_000_000

  /// Decides whether some subnet meets the budgets; no predictor is needed for that.
  ///
  /// - Parameter effort: how many partial subnets each question may look at; see ``JointBudgets``. Where they do not
  ///   suffice a refusal is not proven.
  /// - Precondition: a budget on latency comes with a profile.
  public static func decided(_ costs: CostModel, _ budgets: Budgets, effort: Int = Problem.effort) -> Decision {
    precondition(
      budgets.limit(on: .latency) == nil || !costs.profiles.isEmpty, "A budget on latency needs a profile.")
    func joint(_ quantities: [Quantity]) -> JointBudgets {
      JointBudgets(costs, limits: costs.limits(budgets, on: quantities), effort: effort)
    }
    func feasible(_ anchor: Subnet) -> Decision {
      let limits = costs.limits(budgets, on: budgets.bounded)
      return .feasible(Problem(costs: costs, budgets: budgets, anchor: anchor, limits: limits))
    }
    if let anchor = joint(budgets.bounded).subnet().subnet { return feasible(anchor) }

    // A budget is named that all others leave a subnet for, so that raising it is enough; where there is none, one that
    // those before it leave a subnet for. Of several it is the last; memory, the one that is no sum, comes first.
    let bounded = budgets.bounded.sorted { $0 == .peakActivationBytes && $1 != .peakActivationBytes }
    let others = bounded.indices.reversed().map { index in (index, bounded.filter { $0 != bounded[index] }) }
    let before = bounded.indices.reversed().map { index in (index, Array(bounded[..<index])) }
    for (index, kept) in others + before {
      guard let start = joint(kept).subnet().subnet else { continue }
      let quantity = bounded[index]
      let found = joint(kept).least(of: quantity, from: start)
      let (least, device) = costs.value(of: quantity, found.subnet)
      let isMet = least <= budgets.ceiling(on: quantity) ?? .infinity
      let isEnough = kept.count == bounded.count - 1
      if isMet && isEnough { return feasible(found.subnet) }
      // Where the effort was spent, what is a millionth above a proven bound at most is the least still.
      let bounds = found.isExact ? [least] : [kept, []].map { joint($0).provenBound(of: quantity, below: least) }
      let bound = bounds.max() ?? least
      let isProven = bound > budgets.ceiling(on: quantity) ?? .infinity && least - bound <= 1e-6 * abs(least)
      return .infeasible(
        Infeasible(
          quantity: quantity, device: isProven ? device : nil, budgets: budgets, least: isProven ? least : bound,
          isProven: isProven, kept: kept, isEnough: isEnough))
    }
    preconditionFailure("There is a subnet where nothing is bounded.")
  }

  /// The subnet with the least of a quantity, of latencies the slowest device's, that meets the budgets.
  public func cheapest(_ quantity: Quantity) -> Subnet {
    JointBudgets(costs, limits: limits, effort: Self.effort).least(of: quantity, from: anchor).subnet
  }

  /// Whether a subnet meets every budget.
  ///
  /// - Precondition: canonical, at a resolution of the choices.
  public func admits(_ subnet: Subnet) -> Bool {
    costs.keeps(subnet, limits: limits)
  }
}

extension CostModel {
  /// Where a quantity stands in a row of prices; one place for each device's latency.
  func columns(of quantity: Quantity) -> [Int] {
    switch quantity {
    case .latency: profiles.indices.map { Column.firstLatency + $0 }
    case .multiplyAccumulates: [Column.multiplyAccumulates]
    case .parameters: [Column.parameters]
    case .weightBytes: [Column.weightBytes]
    case .peakActivationBytes: [Column.peakActivationBytes]
    }
  }

  /// The greatest value that each column of prices may have where some quantities are bounded.
  func limits(_ budgets: Budgets, on quantities: [Quantity]) -> [Double] {
    var limits = [Double](repeating: .infinity, count: Column.firstLatency + profiles.count)
    for quantity in quantities {
      for column in columns(of: quantity) { limits[column] = budgets.ceiling(on: quantity) ?? .infinity }
    }
    return limits
  }

  /// What a sum is as the value of a column: of block latencies, that of a whole network.
  func corrected(_ sum: Double, column: Int) -> Double {
    column < Column.firstLatency ? sum : profiles[column - Column.firstLatency].corrected(sum)
  }

  /// The sum that is corrected to the value of a column.
  func uncorrected(_ value: Double, column: Int) -> Double {
    column < Column.firstLatency ? value : profiles[column - Column.firstLatency].uncorrected(value)
  }

  /// A subnet's value of a quantity, and where several devices have latencies the name of the slowest.
  func value(of quantity: Quantity, _ subnet: Subnet) -> (value: Double, device: String?) {
    let prices = prices(of: subnet)
    let slowest = prices.latencyMilliseconds.indices.max {
      prices.latencyMilliseconds[$0] < prices.latencyMilliseconds[$1]
    }
    let names = quantity == .latency && profiles.count > 1
    return (prices[quantity], names ? slowest.map { profiles[$0].device.name } : nil)
  }

  /// The smallest subnet of the choices.
  var smallest: Subnet { space.smallest(in: choices) }

  /// The largest subnet of the choices.
  var largest: Subnet { space.largest(in: choices) }
}
