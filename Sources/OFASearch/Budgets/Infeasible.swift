import OFAFormats
import OFAHardware

/// Why no subnet meets the budgets: one budget, and the least that can be reached of it.
public struct Infeasible: Hashable, Sendable {
  /// What is bounded too tightly.
  public var quantity: Quantity
  /// The slowest device in the subnet with the least, where several have latencies.
  public var device: String?
  /// All budgets.
  public var budgets: Budgets
  /// What a subnet reaches and none goes below of those that keep the budgets in `kept`, of latencies on the slowest
  /// device; where all effort was spent, to a millionth. Of a refusal that is not proven, a value that no such subnet
  /// is proven to go below.
  public var least: Double
  /// Whether it is proven that no subnet meets the budgets, and what the least is.
  public var isProven: Bool
  /// The other budgets that were kept; empty when the bound is out of reach by itself.
  public var kept: [Quantity]
  /// Whether all other budgets were kept, so that raising this one is enough.
  public var isEnough: Bool

  /// The bound.
  public var limit: Double { budgets.limit(on: quantity) ?? .infinity }

  /// One line for the user, in the units of what was asked for. Given as the limit, what it says is the least is
  /// met.
  public var message: String {
    let bound = budgets.name(of: quantity) + (device.map { " on \($0)" } ?? "")
    let others = kept.isEmpty ? "" : " with \(kept.map(budgets.name).joined(separator: ", ")) kept"
    let remedy =
      budgets.device(bounding: quantity).map { "that is all that \($0) has: choose another device or a smaller space" }
      ?? (isEnough ? "raise this budget" : "raise this budget and others")
    let amount = budgets.amount(least, of: quantity, isProven ? .up : .down)
    return isProven
      ? "no subnet meets the budgets: \(bound); the least that the space reaches is \(amount)\(others); \(remedy)"
      : "no subnet was found that meets the budgets: \(bound); less than \(amount) is impossible\(others); \(remedy)"
  }

  /// The failure that ends a command with exit status 3.
  public var failure: Failure { Failure(.infeasible, message) }
}
