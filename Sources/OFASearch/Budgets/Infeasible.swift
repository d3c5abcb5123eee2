import Foundation
import OFAFormats
import OFAHardware

/// Why no subnet meets the budgets: one budget, and the least that can be reached of it.
public struct Infeasible: Hashable, Sendable {
  /// What is bounded too tightly.
  public var quantity: Quantity
  /// The slowest device in the subnet with the least, where several have latencies.
  public var device: String?
  /// The bound.
  public var limit: Double
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
  /// The device that set the bound; nil where a user did.
  public var owner: String?

  /// One line for the user. Typed as the limit, the number that it gives for the least is met.
  public var message: String {
    let subject = quantity.rawValue + (device.map { " on \($0)" } ?? "")
    let bound = "\(subject) is at most \(Int(exactly: limit).map(String.init) ?? "\(limit)")"
    let others = kept.isEmpty ? "" : " with the budgets on " + kept.map(\.rawValue).joined(separator: ", ") + " kept"
    let remedy =
      owner.map { "that is all that \($0) has: choose another device or a smaller space" }
      ?? (isEnough ? "raise this budget" : "raise this budget and others")
    return isProven
      ? "no subnet meets the budgets: \(bound), the least that the space reaches is \(offer)\(others); \(remedy)"
      : "no subnet was found that meets the budgets: \(bound), less than \(floor) is impossible\(others); \(remedy)"
  }

  /// The failure that ends a command with exit status 3.
  public var failure: Failure { Failure(.infeasible, message) }

  /// The smallest number of six decimals that is a limit which the least keeps.
  private var offer: String {
    let rounded = (least * 1e6).rounded() / 1e6
    var budgets = Budgets()
    budgets.bound(quantity, by: rounded)
    let isKept = least <= budgets.ceiling(on: quantity) ?? .infinity
    return Self.text(isKept ? rounded : (least * 1e6).rounded(.up) / 1e6)
  }

  /// The greatest number of six decimals that is no more than the least.
  private var floor: String { Self.text((least * 1e6).rounded(.down) / 1e6) }

  /// A number without an exponent, as it is typed.
  private static func text(_ value: Double) -> String {
    if let whole = Int(exactly: value) { return "\(whole)" }
    return String(String(format: "%.6f", value).reversed().drop { $0 == "0" }.reversed())
  }
}
