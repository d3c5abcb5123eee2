import OFAGraph
import OFAHardware

/// All that a subnet costs.
public struct Prices: Hashable, Sendable {
  /// Multiply-accumulates of one sample.
  public var multiplyAccumulates: Int
  /// Trainable values that the subnet uses.
  public var parameters: Int
  /// Bytes of the float32 weights after folding.
  public var weightBytes: Int
  /// The most bytes of activations that live at one moment.
  public var peakActivationBytes: Int
  /// The time of one inference on each device, in the order of the profiles.
  public var latencyMilliseconds: [Double]

  /// The costs of a graph and its latencies.
  public init(_ costs: Costs, latencyMilliseconds: [Double] = []) {
    self.init(
      multiplyAccumulates: costs.multiplyAccumulates, parameters: costs.parameters, weightBytes: costs.weightBytes,
      peakActivationBytes: costs.peakActivationBytes, latencyMilliseconds: latencyMilliseconds)
  }

  /// The prices as given.
  public init(
    multiplyAccumulates: Int, parameters: Int, weightBytes: Int, peakActivationBytes: Int,
    latencyMilliseconds: [Double] = []
  ) {
    self.multiplyAccumulates = multiplyAccumulates
    self.parameters = parameters
    self.weightBytes = weightBytes
    self.peakActivationBytes = peakActivationBytes
    self.latencyMilliseconds = latencyMilliseconds
  }

  /// A quantity's value; of latencies the slowest device's, 0 without a device.
  public subscript(quantity: Quantity) -> Double {
    switch quantity {
    case .latency: latencyMilliseconds.max() ?? 0
    case .multiplyAccumulates: Double(multiplyAccumulates)
    case .parameters: Double(parameters)
    case .weightBytes: Double(weightBytes)
    case .peakActivationBytes: Double(peakActivationBytes)
    }
  }
}
