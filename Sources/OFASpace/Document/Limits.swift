/// The bounds of a definition's numbers: wide of anything useful, narrow enough that only a tensor's size may overflow.
enum Limits {
  static let width = 1...16_384
  static let widthMultiplier = 0.001...16.0
  /// Elastic widths: an index is one digit of a subnet's id.
  static let widthChoices = 10
  static let channels = 1...4_096
  /// Of a layer in a network's configuration: a width times its multiplier and expand ratio, and then some.
  static let configuredChannels = 1...1 << 24
  static let classes = 1...1_000_000
  static let resolution = 8...4_096
  static let stride = 1...16
  static let stages = 1...64
  static let depth = 0...64
  static let expandRatio = 0.001...64.0
  /// Expand ratios of a stage: each block prices every one of them.
  static let expandChoices = 32
  static let epsilon: ClosedRange<Float> = 1e-12...1
  /// The values of all tensors together, so that an offset among them fits in 32 bits.
  static let supernetValues = Int(Int32.max)

  static let kernelRule = "odd, from 1 to 63"
  static func isKernelSize(_ size: Int) -> Bool { (1...63).contains(size) && size % 2 == 1 }
}
