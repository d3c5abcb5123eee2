import OFAFormats

/// A space of networks that share their weights: what every subnet has in common, and the choices that tell them apart.
///
///     let space = try SearchSpace.named("mbv3-32").adapted(classes: 100)
///     var generator = SystemRandomNumberGenerator()
///     let subnet = space.randomSubnet(using: &generator)
///     print(space.id(of: subnet), space.graph(of: subnet).costs.multiplyAccumulates)
///
/// A space is a document; see ``Definition``. Published spaces are documents that are built in by name, a user's own is
/// a file in the same form.
public struct SearchSpace: Sendable {
  /// What the space's document says.
  public let definition: Definition
  let blueprint: Blueprint

  init(_ definition: Definition) {
    self.definition = definition
    blueprint = Blueprint(definition)
  }

  /// What the space is called.
  public var name: String { definition.name }

  /// The input's channels.
  public var channels: Int { definition.channels }

  /// The classifier's outputs.
  public var classes: Int { definition.classes }

  /// The input sizes that sampling, training and search use, ascending.
  public var resolutions: [Int] { definition.resolutions }

  /// The number of elastic blocks, those that a depth may leave out included.
  public var blockCount: Int { blueprint.blocks.count }

  /// Of each depth that a subnet states, the indices of the elastic blocks that it is about: a stage's. Where the stem
  /// has a choice its depth is the first, and it is about none.
  public var stages: [Range<Int>] { blueprint.stages }

  /// A part of a network: a block of its graph, and what it depends on.
  public struct Part: Hashable, Sendable {
    /// The name of the graph's block.
    public let name: String
    /// When a network has it; nil: always.
    package let condition: Decision.Condition?
    /// The places of the decisions that it depends on, beside the resolution.
    package let decisions: [Int]
  }

  /// The parts of the deepest networks in order; shallower ones leave out elastic blocks.
  public var parts: [Part] {
    func part(
      _ name: String, _ widths: [ElasticWidth?], own: [Int?] = [], if condition: Decision.Condition? = nil
    ) -> Part {
      let decisions = own + widths.map { $0?.decision }
      return Part(name: name, condition: condition, decisions: Set(decisions.compactMap(\.self)).sorted())
    }
    let blueprint = blueprint
    let stem = part("stem", [blueprint.deepStem?.width, blueprint.stem.width], own: [blueprint.deepStem?.decision])
    let blocks = ([blueprint.first].compactMap { $0 } + blueprint.blocks).map { block in
      let outline = block.outline
      return part(outline.name, [outline.input, outline.output], own: outline.decisions, if: outline.condition)
    }
    return [stem] + blocks + [part("head", [blueprint.blocks.last?.outline.output])]
  }

  /// The indices of the blocks that a subnet has of a stage.
  public func blocks(ofStage stage: Int, in subnet: Subnet) -> Range<Int> {
    let range = blueprint.stages[stage]
    let count = range.prefix { holds(blueprint.blocks[$0].outline.condition, in: subnet) }.count
    return range.prefix(count)
  }

  /// The blocks of a subnet between stem and head.
  func blocks(of subnet: Subnet) -> [any Block] {
    [blueprint.first].compactMap { $0 } + stages.indices.flatMap { blueprint.blocks[blocks(ofStage: $0, in: subnet)] }
  }

  /// Whether a subnet keeps the convolution of a deep stem that it might leave out.
  package func keepsDeepStem(_ subnet: Subnet) -> Bool {
    blueprint.deepStem.map { $0.keepsResidual(in: subnet) } ?? false
  }

  /// The names of the elastic blocks in a graph, in order.
  public var blockNames: [String] { blueprint.blocks.map(\.outline.name) }

  /// The space with other classes, channels, width multiplier, epsilon or resolutions in place of its own.
  ///
  /// - Throws: `Failure` of usage when a value is out of bounds.
  public func adapted(
    classes: Int? = nil, channels: Int? = nil, widthMultiplier: Double? = nil, epsilon: Float? = nil,
    resolutions: [Int]? = nil
  ) throws -> SearchSpace {
    func check<Value>(_ value: Value?, _ what: String, in range: ClosedRange<Value>) throws {
      guard let value, !range.contains(value) else { return }
      throw Failure(.usage, "\(what) \(value) is not \(ruleText(range))")
    }
    try check(classes, "number of classes", in: Limits.classes)
    try check(channels, "number of channels", in: Limits.channels)
    try check(widthMultiplier, "width multiplier", in: Limits.widthMultiplier)
    try check(epsilon, "epsilon", in: Limits.epsilon)
    for resolution in resolutions ?? [] { try check(resolution, "resolution", in: Limits.resolution) }
    guard resolutions?.isEmpty != true else { throw Failure(.usage, "no resolution is given") }

    var definition = definition
    definition.classes = classes ?? definition.classes
    definition.channels = channels ?? definition.channels
    definition.widthMultiplier = widthMultiplier ?? definition.widthMultiplier
    definition.epsilon = epsilon ?? definition.epsilon
    definition.resolutions = resolutions.map { Set($0).sorted() } ?? definition.resolutions
    let space = SearchSpace(definition)
    if let excess = space.excess { throw Failure(.usage, excess) }
    return space
  }

  /// What there is too much of for a space to be worked with; nil where there is not.
  var excess: String? {
    let layers = [
      blueprint.stem.width, blueprint.deepStem?.width, blueprint.headExpand?.width, blueprint.headMix?.width,
    ]
    let blocks = ([blueprint.first].compactMap { $0 } + blueprint.blocks).map(\.outline.output)
    let widest = (layers.compactMap(\.self) + blocks).map(\.largest).max() ?? 0
    return if supernetValues > Limits.supernetValues {
      "the supernet has \(supernetValues) weights, more than \(Limits.supernetValues); make it narrower"
    } else if widest > Limits.width.upperBound {
      "a layer has \(widest) channels, more than \(Limits.width.upperBound); make it narrower"
    } else if coveringParts > Limits.coveringParts {
      tooManyChoices
    } else {
      nil
    }
  }

  /// The values of all tensors together; `Int.max` where it is that many or more.
  package var supernetValues: Int {
    tensors.reduce(0) { sum, tensor in
      let (result, overflow) = sum.addingReportingOverflow(tensor.count)
      return overflow ? .max : result
    }
  }
}

extension SearchSpace: Hashable {
  /// Two spaces are equal when their definitions are.
  public static func == (left: SearchSpace, right: SearchSpace) -> Bool { left.definition == right.definition }

  /// Hashes the definition.
  public func hash(into hasher: inout Hasher) { hasher.combine(definition) }
}
