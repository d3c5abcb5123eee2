/// The bounds of a definition's numbers: wide of anything useful, narrow enough that only a tensor's size may overflow.
package enum Limits {
  package static let width = 1...16_384
  package static let widthMultiplier = 0.001...16.0
  /// Elastic widths: an index is one digit of a subnet's id.
  package static let widthChoices = 10
  package static let channels = 1...4_096
  /// Of a layer in a network's configuration: a width times its multiplier and expand ratio, and then some.
  package static let configuredChannels = 1...1 << 24
  package static let classes = 1...1_000_000
  package static let resolution = 8...4_096
  package static let stride = 1...16
  package static let stages = 1...64
  package static let depth = 0...64
  package static let expandRatio = 0.001...64.0
  /// Expand ratios of a stage: each block prices every one of them.
  package static let expandChoices = 32
  package static let epsilon: ClosedRange<Float> = 1e-12...1
  /// The values of all tensors together, so that an offset among them fits in 32 bits.
  package static let supernetValues = Int(Int32.max)
  /// The parts of the networks in which every part occurs in every form, at all resolutions: a search prices each, and
  /// some hundred thousand take a second.
  package static let coveringParts = 5_000_000

  package static let kernelRule = "odd, from 1 to 63"
  package static func isKernelSize(_ size: Int) -> Bool { (1...63).contains(size) && size % 2 == 1 }
}
