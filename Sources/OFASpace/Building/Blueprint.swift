import OFAGraph

/// A space's parts with their names, shapes and widths worked out once, so that a subnet's graph takes no more than
/// copying.
final class Blueprint: Sendable {
  let stem: Layer
  let first: Block?
  /// All elastic blocks, stage after stage.
  let blocks: [Block]
  /// Of each stage, the indices of its blocks.
  let stages: [Range<Int>]
  let choices: SearchSpace.Choices
  let largest, smallest: Subnet
  let headExpand: Layer?
  let headMix: Layer?
  let classifierWeight: SupernetTensor
  let classifierBias: SupernetTensor

  init(_ definition: SearchSpace.Definition) {
    func width(_ written: Int) -> Int {
      Widths.rounded(Double(written) * definition.widthMultiplier, divisor: definition.widthDivisor)
    }
    stem = Layer(
      "stem", filter: [width(definition.stem.width), definition.channels] + square(definition.stem.kernelSize))
    var channels = stem.outputChannels
    first = definition.first.map {
      Block(
        "first", input: channels, width: width($0.width), stride: $0.stride, kernelSizes: [$0.kernelSize],
        expandRatios: [$0.expandRatio], activation: $0.activation, squeezeExcite: $0.squeezeExcite,
        shortcut: $0.shortcut)
    }
    channels = first?.width ?? channels

    var blocks: [Block] = []
    var stages: [Range<Int>] = []
    for (index, stage) in definition.stages.enumerated() {
      stages.append(blocks.count..<blocks.count + stage.blockCount)
      for position in 0..<stage.blockCount {
        let block = Block(
          "stages.\(index).\(position)", input: channels, width: width(stage.width),
          stride: position == 0 ? stage.stride : 1, kernelSizes: stage.kernelSizes,
          expandRatios: stage.expandRatios, activation: stage.activation, squeezeExcite: stage.squeezeExcite,
          shortcut: true)
        blocks.append(block)
        channels = block.width
      }
    }
    self.blocks = blocks
    self.stages = stages
    choices = SearchSpace.Choices(
      depths: definition.stages.map(\.depths), kernelSizes: blocks.map(\.kernelSizes),
      expandRatios: blocks.map(\.expandRatios), resolutions: definition.resolutions)
    func last<Choice>(_ list: [Choice]) -> Choice { list[list.count - 1] }
    largest = Subnet(
      resolution: last(choices.resolutions), depths: choices.depths.map(last),
      kernelSizes: choices.kernelSizes.map(last), expandRatios: choices.expandRatios.map(last))
    smallest = Subnet(
      resolution: choices.resolutions[0], depths: choices.depths.map { $0[0] },
      kernelSizes: choices.kernelSizes.map { $0[0] }, expandRatios: choices.expandRatios.map { $0[0] })

    headExpand = definition.head.expand.map { [channels] in
      Layer("head.expand", filter: [width($0.width), channels, 1, 1])
    }
    channels = headExpand?.outputChannels ?? channels
    headMix = definition.head.mix.map { [channels] in
      Layer("head.mix", filter: [width($0.width), channels, 1, 1], hasNormalization: false)
    }
    channels = headMix?.outputChannels ?? channels
    classifierWeight = SupernetTensor("head.classifier.weight", [definition.classes, channels], .linear)
    classifierBias = SupernetTensor("head.classifier.bias", [definition.classes], .bias)
  }
}

/// The shape of a filter's window.
func square(_ kernelSize: Int) -> [Int] { [kernelSize, kernelSize] }

/// A convolution without bias, its normalization if it has one, and the name of the activation that may follow.
final class Layer: Sendable {
  let convolution, normalization, activation: String
  let filter: SupernetTensor
  /// Nil without normalization.
  let scale, shift: SupernetTensor?

  init(_ name: String, filter shape: [Int], hasNormalization: Bool = true) {
    convolution = name + ".convolution"
    normalization = name + ".normalization"
    activation = name + ".activation"
    filter = SupernetTensor(name + ".filter", shape, .filter)
    scale = hasNormalization ? SupernetTensor(name + ".scale", [shape[0]], .scale) : nil
    shift = hasNormalization ? SupernetTensor(name + ".shift", [shape[0]], .shift) : nil
  }

  var outputChannels: Int { filter.shape[0] }

  var tensors: [SupernetTensor] { [filter] + [scale, shift].compactMap { $0 } }
}

/// A mobile block at its largest, and what each of its choices makes of it.
final class Block: Sendable {
  let name, addition: String
  let inputWidth, width, stride: Int
  let activation: Activation
  let hasShortcut: Bool
  let kernelSizes: [Int]
  let expandRatios: [Double]
  /// The middle channels of each expand ratio.
  let middleWidths: [Int]
  /// The steps down to each kernel size, and their matrices from the largest size to the smallest.
  let kernelSteps: [[KernelStep]]
  let matrices: [SupernetTensor]
  let expand: Layer?
  let depthwise, project: Layer
  let squeeze: Squeeze?

  init(
    _ name: String, input: Int, width: Int, stride: Int, kernelSizes: [Int], expandRatios: [Double],
    activation: Activation, squeezeExcite: Bool, shortcut: Bool
  ) {
    self.name = name
    self.addition = name + ".add"
    self.inputWidth = input
    self.width = width
    self.stride = stride
    self.activation = activation
    self.hasShortcut = shortcut && stride == 1 && input == width
    self.kernelSizes = kernelSizes
    self.expandRatios = expandRatios

    let isExpanding = expandRatios != [1]
    middleWidths = isExpanding ? expandRatios.map { Widths.middle(input: input, expandRatio: $0) } : [input]
    let middle = middleWidths[middleWidths.count - 1]
    expand = isExpanding ? Layer(name + ".expand", filter: [middle, input, 1, 1]) : nil
    depthwise = Layer(name + ".depthwise", filter: [middle, 1] + square(kernelSizes[kernelSizes.count - 1]))
    squeeze = squeezeExcite ? Squeeze(name + ".squeeze", middleWidths: middleWidths) : nil
    project = Layer(name + ".project", filter: [width, middle, 1, 1])

    var matrices: [SupernetTensor] = []
    var kernelSteps: [[KernelStep]] = [[]]  // from the largest size down, turned round below
    for (smaller, larger) in zip(kernelSizes, kernelSizes.dropFirst()).reversed() {
      let entries = smaller * smaller
      let matrix = SupernetTensor("\(name).depthwise.\(larger)to\(smaller)", [entries, entries], .kernelTransform)
      matrices.append(matrix)
      kernelSteps.append(kernelSteps[kernelSteps.count - 1] + [KernelStep(to: smaller, matrix: matrix.name)])
    }
    self.matrices = matrices
    self.kernelSteps = kernelSteps.reversed()
  }

  /// In the order in which data passes them.
  var tensors: [SupernetTensor] {
    (expand?.tensors ?? []) + depthwise.tensors + matrices + (squeeze?.tensors ?? []) + project.tensors
  }
}

/// Squeeze-and-excitation over a block's middle channels.
final class Squeeze: Sendable {
  let pooling, reduction, reductionActivation, expansion, expansionActivation, scaling: String
  /// The hidden channels of each expand ratio.
  let widths: [Int]
  let reductionFilter, reductionBias, expansionFilter, expansionBias: SupernetTensor

  init(_ name: String, middleWidths: [Int]) {
    pooling = name + ".pool"
    reduction = name + ".reduce.convolution"
    reductionActivation = name + ".reduce.activation"
    expansion = name + ".expand.convolution"
    expansionActivation = name + ".expand.activation"
    scaling = name + ".scale"
    widths = middleWidths.map(Widths.squeezed)
    let middle = middleWidths[middleWidths.count - 1]
    let hidden = widths[widths.count - 1]
    reductionFilter = SupernetTensor(name + ".reduce.filter", [hidden, middle, 1, 1], .filter)
    reductionBias = SupernetTensor(name + ".reduce.bias", [hidden], .bias)
    expansionFilter = SupernetTensor(name + ".expand.filter", [middle, hidden, 1, 1], .filter)
    expansionBias = SupernetTensor(name + ".expand.bias", [middle], .bias)
  }

  var tensors: [SupernetTensor] { [reductionFilter, reductionBias, expansionFilter, expansionBias] }
}
