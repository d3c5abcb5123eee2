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
  /// The input's channels.
  public var channels: Int
  /// The classifier's outputs.
  public var classes: Int
  /// The depths between which a subnet chooses its stem's; nil where it has one stem.
  public var stemDepths: [Int]?
  /// What there is to choose in each stage.
  public var stageChoices: [StageChoices]
  /// The subnet than which none costs less of anything.
  public var smallest: SubnetCosts
  /// The subnet than which none costs more of anything.
  public var largest: SubnetCosts

  /// The summary of a space.
  public init(of space: SearchSpace) {
    name = space.name
    architectures = space.architectureCount.description
    subnets = space.subnetCount.description
    blocks = space.blockCount
    stages = space.definition.stages.count
    resolutions = space.resolutions
    channels = space.channels
    classes = space.classes
    stemDepths = space.definition.stem.deep?.depths
    stageChoices = space.stageChoices
    smallest = SubnetCosts(of: space.smallest, in: space)
    largest = SubnetCosts(of: space.largest, in: space)
  }
}
