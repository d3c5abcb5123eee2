import OFAGraph

/// A block at its largest, and what each of its choices makes of it.
final class Block: Sendable {
  let name: String
  let input, width: ElasticWidth
  let stride: Int
  let activation: Activation
  let kernelSizes: [Int]
  let expandRatios: [Double]
  /// The places of the decisions between them; nil in a block without choices.
  let kernel, expand: Int?
  /// The middle channels of each expand ratio, for each width of what they are a multiple of.
  let middleWidths: [[Int]]
  let body: Body

  enum Body: Sendable {
    case mobile(MobileBlock)
    case bottleneck(Bottleneck)
  }

  /// - Parameters:
  ///   - isExpanding: whether a mobile block has an expanding convolution.
  ///   - shortcut: whether a mobile block's input is added to its output where both have one shape.
  ///   - isFirst: whether a bottleneck's shortcut changes the width.
  init(
    _ name: String, input: ElasticWidth, width: ElasticWidth, stride: Int, kernelSizes: [Int], expandRatios: [Double],
    decisions: (kernel: Int, expand: Int)? = nil, isExpanding: Bool, activation: Activation,
    kind: SearchSpace.Stage.Kind, squeezeExcite: Bool, shortcut: Bool,
    isFirst: Bool = false
  ) {
    self.name = name
    self.input = input
    self.width = width
    self.stride = stride
    self.activation = activation
    self.kernelSizes = kernelSizes
    self.expandRatios = expandRatios
    (kernel, expand) = (decisions?.kernel, decisions?.expand)
    func middleWidths(of width: ElasticWidth) -> [[Int]] {
      width.widths.map { width in expandRatios.map { Widths.middle(of: width, ratio: $0) } }
    }
    switch kind {
    case .mobile:
      self.middleWidths = isExpanding ? middleWidths(of: input) : input.widths.map { [$0] }
      let keepsShape = input == width || (input.widths == width.widths && width.decision == nil)
      body = .mobile(
        MobileBlock(
          name, input: input.largest, width: width.largest, kernelSizes: kernelSizes, middleWidths: self.middleWidths,
          isExpanding: isExpanding, squeezeExcite: squeezeExcite,
          hasShortcut: shortcut && stride == 1 && keepsShape))
    case .bottleneck:
      self.middleWidths = middleWidths(of: width)
      body = .bottleneck(
        Bottleneck(
          name, input: input.largest, width: width.largest, kernelSize: kernelSizes[0],
          middle: self.middleWidths.joined().max() ?? 0, changesShape: isFirst))
    }
  }

  /// The place of a subnet's kernel size among the block's.
  func kernelIndex(in subnet: Subnet) -> Int { kernel.map { subnet[$0] } ?? 0 }

  /// The kernel size that a subnet chooses.
  func kernelSize(in subnet: Subnet) -> Int { kernelSizes[kernelIndex(in: subnet)] }

  /// The expand ratio that a subnet chooses.
  func expandRatio(in subnet: Subnet) -> Double { expandRatios[expandIndex(in: subnet)] }

  private func expandIndex(in subnet: Subnet) -> Int { expand.map { subnet[$0] } ?? 0 }

  /// The middle channels of a subnet.
  func middleWidth(in subnet: Subnet) -> Int {
    switch body {
    case .mobile: middleWidths[input.index(in: subnet)][expandIndex(in: subnet)]
    case .bottleneck: middleWidths[width.index(in: subnet)][expandIndex(in: subnet)]
    }
  }

  /// All middle widths, ascending.
  var allMiddleWidths: [Int] { Set(middleWidths.joined()).sorted() }

  /// In the order in which data passes them.
  var tensors: [SupernetTensor] {
    switch body {
    case .mobile(let block): block.tensors
    case .bottleneck(let block): block.tensors
    }
  }
}

/// A mobile block's layers.
final class MobileBlock: Sendable {
  let addition: String
  let hasShortcut: Bool
  /// The steps down to each kernel size, and their matrices from the largest size to the smallest.
  let kernelSteps: [[KernelStep]]
  let matrices: [SupernetTensor]
  let expand: Layer?
  let depthwise, project: Layer
  let squeeze: Squeeze?

  init(
    _ name: String, input: Int, width: Int, kernelSizes: [Int], middleWidths: [[Int]], isExpanding: Bool,
    squeezeExcite: Bool, hasShortcut: Bool
  ) {
    addition = name + ".add"
    self.hasShortcut = hasShortcut
    let middle = middleWidths.joined().max() ?? 0
    let kernelSize = kernelSizes[kernelSizes.count - 1]
    expand = isExpanding ? Layer(name + ".expand", filter: [middle, input, 1, 1]) : nil
    depthwise = Layer(name + ".depthwise", filter: [middle, 1, kernelSize, kernelSize])
    squeeze = squeezeExcite ? Squeeze(name + ".squeeze", middleWidths: Set(middleWidths.joined()).sorted()) : nil
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

  var tensors: [SupernetTensor] {
    (expand?.tensors ?? []) + depthwise.tensors + matrices + (squeeze?.tensors ?? []) + project.tensors
  }
}

/// Squeeze-and-excitation over a block's middle channels.
final class Squeeze: Sendable {
  let pooling, reduction, reductionActivation, expansion, expansionActivation, scaling: String
  /// The hidden channels, ascending.
  let widths: [Int]
  let reductionFilter, reductionBias, expansionFilter, expansionBias: SupernetTensor

  /// - Parameter middleWidths: all that there are, ascending.
  init(_ name: String, middleWidths: [Int]) {
    pooling = name + ".pool"
    reduction = name + ".reduce.convolution"
    reductionActivation = name + ".reduce.activation"
    expansion = name + ".expand.convolution"
    expansionActivation = name + ".expand.activation"
    scaling = name + ".scale"
    widths = Set(middleWidths.map(Widths.squeezed)).sorted()
    let middle = middleWidths[middleWidths.count - 1]
    let hidden = widths[widths.count - 1]
    reductionFilter = SupernetTensor(name + ".reduce.filter", [hidden, middle, 1, 1], .filter)
    reductionBias = SupernetTensor(name + ".reduce.bias", [hidden], .bias)
    expansionFilter = SupernetTensor(name + ".expand.filter", [middle, hidden, 1, 1], .filter)
    expansionBias = SupernetTensor(name + ".expand.bias", [middle], .bias)
  }

  var tensors: [SupernetTensor] { [reductionFilter, reductionBias, expansionFilter, expansionBias] }
}

/// A bottleneck's layers.
final class Bottleneck: Sendable {
  let addition, activation, pooling: String
  let reduce, spatial, expand: Layer
  /// The shortcut's convolution in a stage's first block.
  let downsample: Layer?

  init(_ name: String, input: Int, width: Int, kernelSize: Int, middle: Int, changesShape: Bool) {
    addition = name + ".add"
    activation = name + ".activation"
    pooling = name + ".downsample.pool"
    reduce = Layer(name + ".reduce", filter: [middle, input, 1, 1])
    spatial = Layer(name + ".spatial", filter: [middle, middle, kernelSize, kernelSize])
    expand = Layer(name + ".expand", filter: [width, middle, 1, 1])
    downsample = changesShape ? Layer(name + ".downsample", filter: [width, input, 1, 1]) : nil
  }

  var tensors: [SupernetTensor] { [reduce, spatial, expand, downsample].compactMap { $0 }.flatMap(\.tensors) }
}
