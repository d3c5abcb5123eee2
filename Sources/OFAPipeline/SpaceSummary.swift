import OFASpace

/// What a space offers, in numbers.
public struct SpaceSummary: Hashable, Sendable, Encodable {
  /// The space's name.
  public var name: String
  /// How many networks there are, resolutions left aside, in decimal digits.
  public var architectures: String
  /// How many subnets there are, resolutions included, in decimal digits.
  public var subnets: String
  /// The elastic blocks, those included that a depth may leave out.
  public var blocks: Int
  /// The stages.
  public var stages: Int
  /// The resolutions that sampling, training and search use.
  public var resolutions: [Int]

  /// The summary of a space.
  public init(of space: SearchSpace) {
    name = space.name
    architectures = space.architectureCount.description
    subnets = space.subnetCount.description
    blocks = space.blockCount
    stages = space.definition.stages.count
    resolutions = space.resolutions
  }
}
