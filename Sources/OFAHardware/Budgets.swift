import OFAFormats

/// Upper bounds on what a network may cost. A bound that is absent bounds nothing.
///
///     let budgets = try Budgets(latency: "25ms", multiplyAccumulates: "300M", peakActivationBytes: "1MiB")
///     budgets.limit(on: .latency)    // 25
///
/// Every bound is inclusive; ``ceiling(on:)`` says up to where.
public struct Budgets: Hashable, Sendable {
  private var bounds: [Quantity: Bound] = [:]

  /// A bound, and who set it.
  private struct Bound: Hashable {
    /// In the quantity's own unit.
    var limit: Double
    /// The amount as a user typed it, and of what; nil where none did.
    var typed: Typed?
    /// The device that has no more; nil where none set it.
    var device: String?
  }

  private struct Typed: Hashable {
    /// What is bounded, as ``Budgets`` takes it.
    var setting: String
    var amount: String
    /// How many of what it counts make one of the quantity.
    var scale: Double
  }

  /// No bounds.
  public init() {}

  /// Bounds as people write them, units included; see ``Amount``.
  ///
  /// - Parameters:
  ///   - latency: the time of one inference, such as `25ms`.
  ///   - multiplyAccumulates: such as `300M`.
  ///   - flops: floating-point operations, two for each multiply-accumulate. Where both are given the smaller bound
  ///     holds.
  ///   - parameters: values that are trained, such as `5M`.
  ///   - peakActivationBytes: memory of activations at one moment, such as `1MiB`.
  ///   - weightBytes: storage of weights, such as `20MB`.
  /// - Throws: `.usage` for an amount of zero or below, of nonsense, or without its unit; the place is which of these
  ///   it is.
  public init(
    latency: String? = nil, multiplyAccumulates: String? = nil, flops: String? = nil, parameters: String? = nil,
    peakActivationBytes: String? = nil, weightBytes: String? = nil
  ) throws {
    func count(_ text: String, at place: String) throws -> Double { Double(try Amount.count(text, at: place)) }
    func bytes(_ text: String, at place: String) throws -> Double { Double(try Amount.bytes(text, at: place)) }
    try bound(.latency, by: latency, Amount.milliseconds)
    try bound(.multiplyAccumulates, by: multiplyAccumulates, count)
    try bound(.multiplyAccumulates, by: flops, setting: "`flops`", scale: 2, count)
    try bound(.parameters, by: parameters, count)
    try bound(.peakActivationBytes, by: peakActivationBytes, bytes)
    try bound(.weightBytes, by: weightBytes, bytes)
  }

  private mutating func bound(
    _ quantity: Quantity, by amount: String?, setting: String? = nil, scale: Double = 1,
    _ read: (String, String) throws -> Double
  ) throws {
    guard let amount else { return }
    let setting = setting ?? quantity.setting
    let limit = try read(amount, setting) / scale
    lower(quantity, to: Bound(limit: limit, typed: Typed(setting: setting, amount: amount, scale: scale)))
  }

  /// Whether nothing is bounded.
  public var isEmpty: Bool { bounds.isEmpty }

  /// What is bounded, in the order of ``Quantity``.
  public var bounded: [Quantity] { Quantity.allCases.filter { bounds[$0] != nil } }

  /// All bounds in words, as a page shows them: `latency at most 25ms, memory at most 200kB`.
  package var words: String {
    bounded.compactMap { quantity in
      limit(on: quantity).map { "\(quantity.noun) at most \(quantity.amount($0, .down))" }
    }.joined(separator: ", ")
  }

  /// The bound on a quantity, in the quantity's own unit; nil where it has none.
  public func limit(on quantity: Quantity) -> Double? { bounds[quantity]?.limit }

  /// The greatest value that keeps the bound on a quantity; nil where it has none.
  ///
  ///     ceiling = limit                    of what is counted
  ///     ceiling = limit + 10⁻¹² · |limit|  of latency
  ///
  /// A latency is a sum of fractions that depends on the order of adding, and a limit may be a sum that another program
  /// made. Of a hundred blocks the order changes less than 10⁻¹³ of it; nothing that is measured is that precise.
  public func ceiling(on quantity: Quantity) -> Double? {
    limit(on: quantity).map { quantity == .latency ? $0 + 1e-12 * abs($0) : $0 }
  }

  /// Bounds a quantity, or lowers the bound that it has.
  public mutating func bound(_ quantity: Quantity, by limit: Double) { lower(quantity, to: Bound(limit: limit)) }

  /// Bounds a quantity anew, whatever bound it has.
  public mutating func rebound(_ quantity: Quantity, by limit: Double) { bounds[quantity] = Bound(limit: limit) }

  private mutating func lower(_ quantity: Quantity, to bound: Bound) {
    if bound.limit < bounds[quantity]?.limit ?? .infinity { bounds[quantity] = bound }
  }

  /// The device that set a quantity's bound; nil where a user did.
  public func device(bounding quantity: Quantity) -> String? { bounds[quantity]?.device }

  /// What a message calls the bound on a quantity: with the amount as it was typed, or what a device has.
  public func name(of quantity: Quantity) -> String {
    guard let bound = bounds[quantity] else { return quantity.setting }
    if let device = bound.device { return "the \(quantity.noun) of \(device), \(quantity.amount(bound.limit, .down))" }
    let typed = bound.typed ?? Typed(setting: quantity.setting, amount: quantity.amount(bound.limit, .down), scale: 1)
    return "\(typed.setting) \(typed.amount)"
  }

  /// A value of a quantity as the setting takes it that made the bound; see ``Quantity/amount(_:_:)``.
  public func amount(_ value: Double, of quantity: Quantity, _ rule: FloatingPointRoundingRule) -> String {
    quantity.amount(value * (bounds[quantity]?.typed?.scale ?? 1), rule)
  }

  /// These bounds, lowered to what a device has.
  public func limited(by device: DeviceProfile.Limits, of name: String) -> Budgets {
    var result = self
    for (quantity, bytes) in [
      (Quantity.peakActivationBytes, device.memoryBytes), (Quantity.weightBytes, device.storageBytes),
    ] {
      if let bytes { result.lower(quantity, to: Bound(limit: Double(bytes), device: name)) }
    }
    return result
  }
}

extension Quantity {
  /// What a message calls the bound on it: the parameter of ``Budgets``.
  package var setting: String { "`\(self)`" }
}
