import OFAGraph

/// A small generator for drawing cases; splitmix64.
struct CaseGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension Graph {
  /// A graph with an image input.
  init(_ height: Int, _ width: Int, _ channels: Int, block: String = "stem") {
    self.init(input: .image(height: height, width: width, channels: channels), block: block)
  }

  /// Appends a dense convolution of a tensor of its own.
  mutating func dense(
    _ x: Value, _ name: String, kernelSize: Int = 1, stride: Int = 1, channels: Int, hasBias: Bool = false
  ) -> Value {
    convolution(
      x, name, kernelSize: kernelSize, stride: stride,
      filter: Weight("\(name).filter", shape: [channels, self[x].channels, kernelSize, kernelSize]),
      bias: hasBias ? Weight("\(name).bias", shape: [channels]) : nil)
  }

  /// Appends a depthwise convolution of a tensor of its own.
  mutating func depthwise(_ x: Value, _ name: String, kernelSize: Int, stride: Int = 1) -> Value {
    let channels = self[x].channels
    return convolution(
      x, name, kernelSize: kernelSize, stride: stride, groups: channels,
      filter: Weight("\(name).filter", shape: [channels, 1, kernelSize, kernelSize]))
  }

  /// Appends a normalization with tensors of its own.
  mutating func normalized(_ x: Value, _ name: String) -> Value {
    let channels = self[x].channels
    return normalization(
      x, name, epsilon: 1e-5, scale: Weight("\(name).scale", shape: [channels]),
      shift: Weight("\(name).shift", shape: [channels]))
  }
}
