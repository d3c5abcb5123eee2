import OFAFormats

/// Upper bounds on what a network may cost. A bound that is absent bounds nothing.
///
///     let budgets = try Budgets(latency: "25ms", multiplyAccumulates: "300M", peakActivationBytes: "1MiB")
///     budgets.limit(on: .latency)    // 25
///
/// Every bound is inclusive; ``ceiling(on:)`` says up to where.
public struct Budgets: Hashable, Sendable {
  private var limits: [Quantity: Double] = [:]
  private var devices: [Quantity: String] = [:]

  /// No bounds.
  public init() {}

  /// Bounds as written on the command line, units included; see ``Amount``.
  ///
  /// - Parameter flops: floating-point operations, two for each multiply-accumulate. Where both are given the smaller
  ///   bound holds.
  /// - Throws: `.usage` for an amount of zero or below, of nonsense, or without its unit; the flag is the place.
  public init(
    latency: String? = nil, multiplyAccumulates: String? = nil, flops: String? = nil, parameters: String? = nil,
    peakActivationBytes: String? = nil, weightBytes: String? = nil
  ) throws {
    if let latency { bound(.latency, by: try Amount.milliseconds(latency, flag: "--max-latency")) }
    if let multiplyAccumulates {
      bound(.multiplyAccumulates, by: Double(try Amount.count(multiplyAccumulates, flag: "--max-macs")))
    }
    if let flops { bound(.multiplyAccumulates, by: Double(try Amount.count(flops, flag: "--max-flops")) / 2) }
    if let parameters { bound(.parameters, by: Double(try Amount.count(parameters, flag: "--max-parameters"))) }
    if let peakActivationBytes {
      bound(.peakActivationBytes, by: Double(try Amount.bytes(peakActivationBytes, flag: "--max-memory")))
    }
    if let weightBytes { bound(.weightBytes, by: Double(try Amount.bytes(weightBytes, flag: "--max-storage"))) }
  }

  /// Whether nothing is bounded.
  public var isEmpty: Bool { limits.isEmpty }

  /// What is bounded, in the order of ``Quantity``.
  public var bounded: [Quantity] { Quantity.allCases.filter { limits[$0] != nil } }

  /// The bound on a quantity, in the quantity's own unit; nil where it has none.
  public func limit(on quantity: Quantity) -> Double? { limits[quantity] }

  /// The greatest value that keeps the bound on a quantity; nil where it has none.
  ///
  ///     ceiling = limit                    of what is counted
  ///     ceiling = limit + 10⁻¹² · |limit|  of latency
  ///
  /// A latency is a sum of fractions that depends on the order of adding, and a limit may be a sum that another program
  /// made. Of a hundred blocks the order changes less than 10⁻¹³ of it; nothing that is measured is that precise.
  public func ceiling(on quantity: Quantity) -> Double? {
    limits[quantity].map { quantity == .latency ? $0 + 1e-12 * abs($0) : $0 }
  }

  /// Bounds a quantity, or lowers the bound that it has.
  public mutating func bound(_ quantity: Quantity, by limit: Double) {
    limits[quantity] = min(limit, limits[quantity] ?? .infinity)
  }

  /// The device that set a quantity's bound; nil where a user did.
  public func device(bounding quantity: Quantity) -> String? { devices[quantity] }

  /// These bounds, lowered to what a device has.
  public func limited(by device: DeviceProfile.Limits, of name: String) -> Budgets {
    var result = self
    for (quantity, bytes) in [
      (Quantity.peakActivationBytes, device.memoryBytes), (Quantity.weightBytes, device.storageBytes),
    ] {
      guard let bytes, Double(bytes) < limits[quantity] ?? .infinity else { continue }
      result.bound(quantity, by: Double(bytes))
      result.devices[quantity] = name
    }
    return result
  }
}
