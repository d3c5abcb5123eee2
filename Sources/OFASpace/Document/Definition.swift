import OFAFormats

extension SearchSpace {
  /// What a space's document says: the parts of the network in the order in which an image passes them, and the
  /// choices.
  ///
  /// Widths are written before the width multiplier. Every rule is checked on reading, so that nothing that is built
  /// from a definition can trap. Keys are the properties' names.
  public struct Definition: Hashable, Sendable {
    /// What the space is called.
    public var name: String
    /// The input's channels.
    public var channels: Int
    /// The classifier's outputs.
    public var classes: Int
    /// The input sizes that sampling, training and search use, ascending.
    public var resolutions: [Int]
    /// The factor of every width.
    public var widthMultiplier: Double
    /// The further factors between which a subnet chooses the width of each part before the head, ascending; none where
    /// those widths are fixed.
    public var widthMultipliers: [Double]?
    /// What multiplied widths are rounded to multiples of: 8 as is usual, 1 to leave them as written.
    public var widthDivisor: Int
    /// The epsilon of every normalization.
    public var epsilon: Float
    /// The first convolution.
    public var stem: Stem
    /// The block after it, which has no choices.
    public var first: FirstBlock?
    /// The stages of elastic blocks.
    public var stages: [Stage]
    /// What follows the last stage.
    public var head: Head
  }
}

extension SearchSpace.Definition: Codable {
  /// Reads and checks a definition.
  ///
  /// - Throws: `DecodingError` with the path of what is missing or out of bounds.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(.name, "a name of 1 to 200 visible characters without '/'") { (name: String) in
      (1...200).contains(name.utf8.count) && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != 0x2F }
    }
    channels = try container.decode(.channels, in: Limits.channels)
    classes = try container.decode(.classes, in: Limits.classes)
    resolutions = try container.decodeChoices(.resolutions, in: Limits.resolution)
    widthMultiplier = try container.decode(.widthMultiplier, in: Limits.widthMultiplier)
    if container.contains(.widthMultipliers) {
      let multipliers = try container.decodeChoices(.widthMultipliers, in: Limits.widthMultiplier)
      guard multipliers.count <= Limits.widthChoices else {
        throw container.broken(.widthMultipliers, "\(multipliers.count) are more than \(Limits.widthChoices)")
      }
      widthMultipliers = multipliers
    }
    widthDivisor = try container.decode(.widthDivisor, in: 1...64)
    epsilon = try container.decode(.epsilon, in: Limits.epsilon)
    stem = try container.decode(SearchSpace.Stem.self, forKey: .stem)
    first = try container.decodeIfPresent(SearchSpace.FirstBlock.self, forKey: .first)
    stages = try container.decode([SearchSpace.Stage].self, forKey: .stages)
    guard Limits.stages.contains(stages.count) else {
      throw container.broken(.stages, "the number of stages, \(stages.count), is not \(ruleText(Limits.stages))")
    }
    head = try container.decode(SearchSpace.Head.self, forKey: .head)
    if let excess = SearchSpace(self).excess { throw container.broken(.stages, excess) }
  }
}

extension SearchSpace: VersionedDocument {
  /// What the document is called.
  public static var format: String { "ofa-space" }
  /// The version that is written.
  public static var currentVersion: Int { 1 }

  /// Reads and checks the space's definition.
  public init(from decoder: any Decoder) throws {
    self.init(try Definition(from: decoder))
  }

  /// Writes the space's definition.
  public func encode(to encoder: any Encoder) throws {
    try definition.encode(to: encoder)
  }
}

extension SearchSpace {
  /// The families of blocks that documents know unless others are given.
  package static let families: [any BlockFamily.Type] = [MobileBlocks.self, Bottlenecks.self]

  /// The space that a document describes, whose stages may be of some families.
  ///
  ///     try SearchSpace(reading: text, at: "space.json", families: SearchSpace.families + [ShuffleBlocks.self])
  ///
  /// - Parameters:
  ///   - text: the document.
  ///   - place: what it is called in errors, usually a path.
  ///   - families: what a stage's `kind` may be.
  /// - Throws: `Failure` of bad data with the path inside the document.
  package init(reading text: String, at place: String, families: [any BlockFamily.Type]) throws {
    self = try Documents.decode(SearchSpace.self, from: text, at: place, userInfo: [.blockFamilies: families])
  }
}

extension CodingUserInfoKey {
  fileprivate static let blockFamilies = CodingUserInfoKey(rawValue: "blockFamilies")!
}

extension Decoder {
  /// The families of blocks that the document may name.
  var blockFamilies: [any BlockFamily.Type] {
    userInfo[.blockFamilies] as? [any BlockFamily.Type] ?? SearchSpace.families
  }
}
