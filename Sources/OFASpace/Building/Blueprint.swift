import OFAGraph

/// A space's parts with their names, shapes and widths worked out once, so that a subnet's graph takes no more than
/// copying.
final class Blueprint: Sendable {
  let deepStem: DeepStem?
  let stem: ConvolutionLayer
  let first: (any Block)?
  /// All elastic blocks, stage after stage.
  let blocks: [any Block]
  /// Of each depth that a subnet states, the indices of the blocks that it is about; none for that of a deep stem.
  let stages: [Range<Int>]
  /// Of each such depth, the blocks that are always there.
  let baseDepths: [Int]
  let decisions: Decisions
  let choices: SearchSpace.Choices
  let largest, smallest: Subnet
  let headExpand: ConvolutionLayer?
  let headMix: ConvolutionLayer?
  let classifierWeight: SupernetTensor
  let classifierBias: SupernetTensor

  init(_ definition: SearchSpace.Definition) {
    var decisions = Decisions()
    let stemDecision = definition.stem.deep.map { deep in
      decisions.append([
        Decision(kind: .stem, owner: "the stem", options: deep.options.map { .whole($0) }, condition: nil)
      ]).lowerBound
    }
    let offset = stemDecision == nil ? 0 : 1
    let dependences = definition.stages.enumerated().map { index, stage in
      decisions.append(stage, owner: "stage \(offset + index)", blocks: "stages.\(index)")
    }

    // Widths are decided last, in the order of the parts.
    func width(_ written: Int, _ multiplier: Double = 1) -> Int {
      Widths.rounded(
        Double(written) * definition.widthMultiplier * multiplier, divisor: definition.widthDivisor)
    }
    func elastic(_ written: Int) -> ElasticWidth {
      guard let multipliers = definition.widthMultipliers else { return ElasticWidth(fixed: width(written)) }
      let decision = Decision(
        kind: .width, owner: "the subnet", options: multipliers.indices.map { .whole($0) }, condition: nil)
      return ElasticWidth(
        widths: multipliers.map { width(written, $0) }, decision: decisions.append([decision]).lowerBound)
    }
    let square = [definition.stem.kernelSize, definition.stem.kernelSize]
    var input = definition.channels
    if let deep = definition.stem.deep, let stemDecision {
      let width = elastic(deep.width)
      deepStem = DeepStem(
        width: width, decision: stemDecision, depths: deep.options, channels: input, square: square)
      input = width.largest
    } else {
      deepStem = nil
    }
    let stemWidth = elastic(definition.stem.width)
    stem = ConvolutionLayer("stem", width: stemWidth, filter: [stemWidth.largest, input] + square)
    var channels = stemWidth
    first = definition.first.map {
      $0.block(
        BlockOutline(
          name: "first", condition: nil, decisions: [], input: channels, output: elastic($0.width), stride: $0.stride,
          epsilon: definition.epsilon))
    }
    channels = first?.outline.output ?? channels

    var blocks: [any Block] = []
    var stages = Array(repeating: 0..<0, count: offset)
    for (stage, dependences) in zip(definition.stages, dependences) {
      stages.append(blocks.count..<blocks.count + stage.blockCount)
      let width = elastic(stage.width)
      for (position, dependence) in dependences.enumerated() {
        let outline = BlockOutline(
          name: dependence.name, condition: dependence.condition, decisions: dependence.decisions, input: channels,
          output: width, stride: position == 0 ? stage.stride : 1, epsilon: definition.epsilon)
        blocks.append(stage.family.block(at: position, outline))
        channels = width
      }
    }
    self.blocks = blocks
    self.stages = stages
    baseDepths = Array(repeating: 0, count: offset) + definition.stages.map(\.baseDepth)
    self.decisions = decisions
    choices = SearchSpace.Choices(decisions.all, resolutions: definition.resolutions)
    largest = choices.subnet(at: { $0 - 1 })
    smallest = choices.subnet(at: { _ in 0 })

    headExpand = definition.head.expand.map { [channels] in
      let fixed = ElasticWidth(fixed: width($0.width))
      return ConvolutionLayer("head.expand", width: fixed, filter: [fixed.largest, channels.largest, 1, 1])
    }
    channels = headExpand?.width ?? channels
    headMix = definition.head.mix.map { [channels] in
      let fixed = ElasticWidth(fixed: width($0.width))
      return ConvolutionLayer(
        "head.mix", width: fixed, filter: [fixed.largest, channels.largest, 1, 1], hasNormalization: false)
    }
    channels = headMix?.width ?? channels
    classifierWeight = SupernetTensor("head.classifier.weight", [definition.classes, channels.largest], .linear)
    classifierBias = SupernetTensor("head.classifier.bias", [definition.classes], .bias)
  }
}

extension Decisions {
  /// Adds what a stage chooses: its depth, what its blocks choose together, what each chooses for itself. Returns for
  /// each block its name, when a network has it, and the places of its family's decisions.
  fileprivate mutating func append(
    _ stage: SearchSpace.Stage, owner: String, blocks: String
  ) -> [(name: String, condition: Decision.Condition, decisions: [Int])] {
    func group(_ choices: [BlockFamily.Choice], of owner: String, if condition: Decision.Condition?) -> [Decision] {
      choices.map { kind, options in
        precondition(
          kind.mark.map { _ in options.count <= 10 } ?? [.depth, .kernelSize, .expandRatio].contains(kind),
          "A subnet's id does not say \(kind.noun)s of \(options.count) options.")
        return Decision(kind: kind, owner: owner, options: options, condition: condition)
      }
    }
    let depth = append(group([(.depth, stage.depths.map { .whole($0) })], of: owner, if: nil)).lowerBound
    let conditions = (0..<stage.blockCount).map { position in
      Decision.Condition(decision: depth, least: stage.depths.firstIndex { position < stage.baseDepth + $0 } ?? 0)
    }
    let shared = append(group(stage.family.choices, of: owner, if: conditions[0]))
    return conditions.enumerated().map { position, condition in
      let name = "\(blocks).\(position)"
      let own = append(group(stage.family.choices(ofBlock: position), of: name, if: condition))
      return (name, condition, Array(shared) + own)
    }
  }
}

/// The convolutions that a deep stem begins with.
final class DeepStem: Sendable {
  let width: ElasticWidth
  /// The place of the decision whether the second is kept, and what there is to choose.
  let decision: Int
  private let depths: [Int]
  let entry, residual: ConvolutionLayer
  let addition = "stem.residual.add"

  init(width: ElasticWidth, decision: Int, depths: [Int], channels: Int, square: [Int]) {
    (self.width, self.decision, self.depths) = (width, decision, depths)
    entry = ConvolutionLayer("stem.entry", width: width, filter: [width.largest, channels] + square)
    residual = ConvolutionLayer("stem.residual", width: width, filter: [width.largest, width.largest] + square)
  }

  /// The depth that a subnet states.
  func depth(in subnet: Subnet) -> Int { depths[subnet[decision]] }

  /// Whether a subnet keeps the second.
  func keepsResidual(in subnet: Subnet) -> Bool { subnet[decision] == depths.count - 1 && depth(in: subnet) > 0 }
}
