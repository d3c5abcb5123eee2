import OFAHardware

/// A network that was timed as a whole: its layers, and how long they took together.
public struct TimedNetwork: Hashable, Sendable {
  /// Its layers; their order says nothing.
  public var layers: [Layer]
  /// What one run takes.
  public var latencyMilliseconds: Double

  /// A network with its latency.
  public init(layers: [Layer], latencyMilliseconds: Double) {
    self.layers = layers
    self.latencyMilliseconds = latencyMilliseconds
  }
}
