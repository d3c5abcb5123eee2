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
  /// The bound on each column of prices, infinite where there is none.
  let limits: [Double]

  /// Whether some subnet meets the budgets.
  public enum Decision: Sendable {
    /// Some subnet does.
    case feasible(Problem)
    /// None does.
    case infeasible(Infeasible)
  }

  /// Decides whether some subnet meets the budgets; no predictor is needed for that.
  ///
  /// The least of each quantity by itself is exact: a quantity is a sum, or a maximum, over blocks whose prices do not depend on each
  /// other, so the least of the whole is made of the least of each block at the least depths and widths. Then the budgets are taken one after
  /// the other, each together with those before it; see ``JointBudgets``.
  ///
  /// - Precondition: a budget on latency comes with a profile.
  public static func decided(_ costs: CostModel, _ budgets: Budgets) -> Decision {
    var bounded: [(quantity: Quantity, column: Int, device: String?, limit: Double)] = []
    // The bound on memory comes first: it only takes choices away, and leaves the others exact.
    let order = budgets.bounded.sorted { $0 == .peakActivationBytes && $1 != .peakActivationBytes }
    for quantity in order {
      guard let limit = budgets.limit(on: quantity) else { continue }
      precondition(quantity != .latency || !costs.profiles.isEmpty, "A budget on latency needs a profile.")
      for column in costs.columns(of: quantity) {
        let device =
          costs.profiles.count > 1 && quantity == .latency ? costs.profiles[column - Column.firstLatency] : nil
        bounded.append((quantity, column, device?.device.name, limit))
      }
    }

    let unlimited = [Double](repeating: .infinity, count: Column.firstLatency + costs.profiles.count)
    for budget in bounded {
      let least = JointBudgets(costs, limits: unlimited).least(column: budget.column).value
      if least > budget.limit {
        return .infeasible(
          Infeasible(quantity: budget.quantity, device: budget.device, limit: budget.limit, least: least, kept: []))
      }
    }

    var limits = unlimited
    var anchor = costs.smallest
    for (index, budget) in bounded.enumerated() {
      var tightened = limits
      tightened[budget.column] = budget.limit
      guard let found = JointBudgets(costs, limits: tightened).subnet() else {
        let least = JointBudgets(costs, limits: limits).least(column: budget.column, from: anchor).value
        return .infeasible(
          Infeasible(
            quantity: budget.quantity, device: budget.device, limit: budget.limit, least: least,
            kept: bounded[..<index].map(\.quantity)))
      }
      anchor = found
      limits = tightened
    }
    return .feasible(Problem(costs: costs, budgets: budgets, anchor: anchor, limits: limits))
  }

  /// The subnet with the least of a quantity (of latencies the first device's) that is found to meet the budgets.
  func cheapest(_ quantity: Quantity) -> Subnet {
    JointBudgets(costs, limits: limits).least(column: costs.columns(of: quantity)[0], from: anchor).subnet
  }

  /// Whether a subnet meets every budget.
  ///
  /// - Precondition: canonical, at a resolution of the choices.
  public func admits(_ subnet: Subnet) -> Bool {
    zip(costs.values(of: subnet), limits).allSatisfy { $0 <= $1 }
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

  /// The smallest subnet of the choices.
  var smallest: Subnet { space.smallest(in: choices) }

  /// The largest subnet of the choices.
  var largest: Subnet { space.largest(in: choices) }
}
