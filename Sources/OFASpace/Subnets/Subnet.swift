/// One network of a space: its input size and its choices, nothing else.
///
/// Lists run over all stages and all elastic blocks of the space, those that a depth leaves out included. A subnet is
/// *canonical* in a space when it was checked against it and the entries of left-out blocks are the blocks' smallest,
/// so that equal networks are equal values; ``SearchSpace`` makes only such.
///
///     {"resolution":32,"depths":[2,3,4,2,3],"kernelSizes":[3,5,…],"expandRatios":[3,4,…]}
public struct Subnet: Hashable, Sendable, Codable {
  /// The input's height and width in pixels.
  public var resolution: Int
  /// How many leading blocks of each stage there are.
  public var depths: [Int]
  /// The depthwise kernel size of each block.
  public var kernelSizes: [Int]
  /// The ratio of middle to input channels of each block.
  public var expandRatios: [Double]
  /// The index of each elastic width, in spaces that have such.
  public var widthIndices: [Int]?

  /// A subnet with whole lists, not yet checked against a space.
  public init(
    resolution: Int, depths: [Int], kernelSizes: [Int], expandRatios: [Double], widthIndices: [Int]? = nil
  ) {
    self.resolution = resolution
    self.depths = depths
    self.kernelSizes = kernelSizes
    self.expandRatios = expandRatios
    self.widthIndices = widthIndices
  }
}
