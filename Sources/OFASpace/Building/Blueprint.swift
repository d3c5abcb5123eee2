import OFAGraph

/// A space's parts with their names, shapes and widths worked out once, so that a subnet's graph takes no more than
/// copying.
final class Blueprint: Sendable {
  let deepStem: DeepStem?
  let stem: Layer
  let first: Block?
  /// All elastic blocks, stage after stage.
  let blocks: [Block]
  /// Of each depth that a subnet states, the indices of the blocks that it is about; none for that of a deep stem.
  let stages: [Range<Int>]
  /// Of each such depth, the blocks that are always there.
  let baseDepths: [Int]
  let decisions: Decisions
  let choices: SearchSpace.Choices
  let largest, smallest: Subnet
  let headExpand: Layer?
  let headMix: Layer?
  let classifierWeight: SupernetTensor
  let classifierBias: SupernetTensor

  init(_ definition: SearchSpace.Definition) {
    func width(_ written: Int, _ multiplier: Double = 1) -> Int {
      Widths.rounded(
        Double(written) * definition.widthMultiplier * multiplier, divisor: definition.widthDivisor)
    }
    var decisions = Decisions()
    // Widths are decided last, each where its part stands among them.
    let widthDecisions =
      (definition.stem.deep == nil ? 0 : 1) + definition.stages.reduce(0) { $0 + 1 + 2 * $1.blockCount }
    var owners = 0
    func elastic(_ written: Int) -> ElasticWidth {
      guard let multipliers = definition.widthMultipliers else { return ElasticWidth(fixed: width(written)) }
      defer { owners += 1 }
      return ElasticWidth(widths: multipliers.map { width(written, $0) }, decision: widthDecisions + owners)
    }
    let square = [definition.stem.kernelSize, definition.stem.kernelSize]
    var input = definition.channels
    deepStem = definition.stem.deep.map { deep in
      let decision = Decision(
        kind: .stem, owner: "the stem", options: deep.options.map { .whole($0) }, condition: nil)
      let stem = DeepStem(
        width: elastic(deep.width), decision: decisions.append([decision]), depths: deep.options,
        channels: input, square: square)
      input = stem.width.largest
      return stem
    }
    let stemWidth = elastic(definition.stem.width)
    stem = Layer("stem", width: stemWidth, filter: [stemWidth.largest, input] + square)
    var channels = stemWidth
    first = definition.first.map {
      Block(
        "first", input: channels, width: elastic($0.width), stride: $0.stride, kernelSizes: [$0.kernelSize],
        expandRatios: [$0.expandRatio], isExpanding: $0.expandRatio != 1, activation: $0.activation, kind: .mobile,
        squeezeExcite: $0.squeezeExcite,
        shortcut: $0.shortcut)
    }
    channels = first?.width ?? channels

    var blocks: [Block] = []
    var stages: [Range<Int>] = []
    if deepStem != nil { stages.append(0..<0) }
    for (index, stage) in definition.stages.enumerated() {
      let depth = decisions.append([
        Decision(
          kind: .depth, owner: "stage \(stages.count)", options: stage.depths.map { .whole($0) },
          condition: nil)
      ])
      stages.append(blocks.count..<blocks.count + stage.blockCount)
      let width = elastic(stage.width)
      for position in 0..<stage.blockCount {
        let name = "stages.\(index).\(position)"
        let least = stage.depths.firstIndex { position < stage.baseDepth + $0 } ?? 0
        let condition = Decision.Condition(decision: depth, least: least)
        let kernelSizes = stage.blocks?[position].kernelSizes ?? stage.kernelSizes
        let expandRatios = stage.blocks?[position].expandRatios ?? stage.expandRatios
        let first = decisions.append([
          Decision(
            kind: .kernelSize, owner: name, options: kernelSizes.map { .whole($0) }, condition: condition),
          Decision(
            kind: .expandRatio, owner: name, options: expandRatios.map { .number($0) }, condition: condition),
        ])
        let block = Block(
          name, input: channels, width: width, stride: position == 0 ? stage.stride : 1, kernelSizes: kernelSizes,
          expandRatios: expandRatios, decisions: (kernel: first, expand: first + 1),
          isExpanding: stage.expandRatios != [1], activation: stage.activation, kind: stage.kind,
          squeezeExcite: stage.squeezeExcite, shortcut: true, isFirst: position == 0)
        blocks.append(block)
        channels = width
      }
    }
    self.blocks = blocks
    self.stages = stages
    baseDepths = (deepStem == nil ? [] : [0]) + definition.stages.map(\.baseDepth)
    let multipliers = definition.widthMultipliers ?? []
    for _ in 0..<owners {
      decisions.append([
        Decision(
          kind: .width, owner: "the subnet", options: multipliers.indices.map { .whole($0) }, condition: nil)
      ])
    }
    self.decisions = decisions
    choices = SearchSpace.Choices(decisions.all, resolutions: definition.resolutions)
    largest = choices.subnet(at: { $0 - 1 })
    smallest = choices.subnet(at: { _ in 0 })

    headExpand = definition.head.expand.map { [channels] in
      let fixed = ElasticWidth(fixed: width($0.width))
      return Layer("head.expand", width: fixed, filter: [fixed.largest, channels.largest, 1, 1])
    }
    channels = headExpand?.width ?? channels
    headMix = definition.head.mix.map { [channels] in
      let fixed = ElasticWidth(fixed: width($0.width))
      return Layer(
        "head.mix", width: fixed, filter: [fixed.largest, channels.largest, 1, 1], hasNormalization: false)
    }
    channels = headMix?.width ?? channels
    classifierWeight = SupernetTensor("head.classifier.weight", [definition.classes, channels.largest], .linear)
    classifierBias = SupernetTensor("head.classifier.bias", [definition.classes], .bias)
  }
}

/// The output channels of a part, which a subnet may choose.
struct ElasticWidth: Hashable, Sendable {
  /// The widths, ascending; a single one where there is no choice.
  let widths: [Int]
  /// The place of the decision between them, so that two of equal widths may differ; nil where there is none.
  let decision: Int?

  init(widths: [Int], decision: Int?) {
    (self.widths, self.decision) = (widths, decision)
  }

  /// A width without a choice.
  init(fixed width: Int) {
    self.init(widths: [width], decision: nil)
  }

  var largest: Int { widths[widths.count - 1] }

  /// The index among the widths that a subnet chooses.
  func index(in subnet: Subnet) -> Int { decision.map { subnet[$0] } ?? 0 }

  /// The width that a subnet chooses.
  func width(in subnet: Subnet) -> Int { widths[index(in: subnet)] }
}

/// A convolution without bias, its normalization if it has one, and the name of the activation that may follow.
final class Layer: Sendable {
  let convolution, normalization, activation: String
  /// The output channels, where subnets choose them by a width index of their own; the filter's are the largest.
  let width: ElasticWidth
  let filter: SupernetTensor
  /// Nil without normalization.
  let scale, shift: SupernetTensor?

  init(_ name: String, width: ElasticWidth? = nil, filter shape: [Int], hasNormalization: Bool = true) {
    self.width = width ?? ElasticWidth(fixed: shape[0])
    convolution = name + ".convolution"
    normalization = name + ".normalization"
    activation = name + ".activation"
    filter = SupernetTensor(name + ".filter", shape, .filter)
    scale = hasNormalization ? SupernetTensor(name + ".scale", [shape[0]], .scale) : nil
    shift = hasNormalization ? SupernetTensor(name + ".shift", [shape[0]], .shift) : nil
  }

  var tensors: [SupernetTensor] { [filter] + [scale, shift].compactMap { $0 } }
}

/// The convolutions that a deep stem begins with.
final class DeepStem: Sendable {
  let width: ElasticWidth
  /// The place of the decision whether the second is kept, and what there is to choose.
  let decision: Int
  private let depths: [Int]
  let entry, residual: Layer
  let addition = "stem.residual.add"

  init(width: ElasticWidth, decision: Int, depths: [Int], channels: Int, square: [Int]) {
    (self.width, self.decision, self.depths) = (width, decision, depths)
    entry = Layer("stem.entry", width: width, filter: [width.largest, channels] + square)
    residual = Layer("stem.residual", width: width, filter: [width.largest, width.largest] + square)
  }

  /// The depth that a subnet states.
  func depth(in subnet: Subnet) -> Int { depths[subnet[decision]] }

  /// Whether a subnet keeps the second.
  func keepsResidual(in subnet: Subnet) -> Bool { subnet[decision] == depths.count - 1 && depth(in: subnet) > 0 }
}
