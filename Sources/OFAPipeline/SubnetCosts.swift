import OFAGraph
import OFASpace

/// What one subnet costs, whatever runs it.
public struct SubnetCosts: Hashable, Sendable, Encodable {
  /// The subnet's id.
  public var id: String
  /// Multiply-accumulates of one sample; twice as many FLOPs.
  public var multiplyAccumulates: Int
  /// Trainable values that the subnet uses.
  public var parameters: Int
  /// Bytes of the float32 weights after folding.
  public var weightBytes: Int
  /// The most bytes of activations that live at one moment.
  public var peakActivationBytes: Int

  /// The costs of a canonical subnet.
  public init(of subnet: Subnet, in space: SearchSpace) {
    let costs = space.graph(of: subnet).costs
    id = space.id(of: subnet)
    multiplyAccumulates = costs.multiplyAccumulates
    parameters = costs.parameters
    weightBytes = costs.weightBytes
    peakActivationBytes = costs.peakActivationBytes
  }
}
