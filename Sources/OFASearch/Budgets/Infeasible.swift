import OFAFormats
import OFAHardware

/// Why no subnet meets the budgets: one budget, and the least that can be reached of it.
public struct Infeasible: Hashable, Sendable {
  /// What is bounded too tightly.
  public var quantity: Quantity
  /// The device, where several have latencies.
  public var device: String?
  /// The bound.
  public var limit: Double
  /// The least that a subnet reaches, of those that keep the budgets in `kept`.
  public var least: Double
  /// The other budgets that were kept; empty when the bound is out of reach by itself.
  public var kept: [Quantity]

  /// One line for the user.
  public var message: String {
    let subject = quantity.rawValue + (device.map { " on \($0)" } ?? "")
    let others = kept.isEmpty ? "" : " with the budgets on " + kept.map(\.rawValue).joined(separator: ", ") + " kept"
    return "no subnet meets the budgets: \(subject) is at most \(Self.text(limit)), "
      + "the least that the space reaches is \(Self.text(least))\(others); raise this budget"
  }

  /// The failure that ends a command with exit status 3.
  public var failure: Failure { Failure(.infeasible, message) }

  private static func text(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\((value * 1e6).rounded() / 1e6)"
  }
}
