import OFAGraph

/// The part of a document that stages of mobile blocks and of bottlenecks have: the choices of their middle
/// convolutions, and what goes with these.
package struct MiddleChoices: Hashable, Sendable, Encodable {
  /// The kernel sizes of each block's depthwise or spatial convolution, odd, ascending.
  let kernelSizes: [Int]
  /// The ratios of middle to input channels of each mobile block, to output channels of each bottleneck, ascending.
  let expandRatios: [Double]
  /// The activation.
  let activation: Activation
  /// Whether squeeze-and-excitation follows the depthwise convolutions.
  let squeezeExcite: Bool
  /// Of each block, the choices that it has of the stage's; none: all blocks have all.
  var blocks: [OfBlock]?

  /// What a block may choose between.
  struct OfBlock: Hashable, Codable {
    /// Of the stage's kernel sizes.
    let kernelSizes: [Int]
    /// Of the stage's expand ratios.
    let expandRatios: [Double]
  }

  enum CodingKeys: String, CodingKey { case kernelSizes, expandRatios, activation, squeezeExcite, blocks }

  /// Reads and checks the choices of a stage of so many blocks.
  init(from decoder: any Decoder, blockCount: Int) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    kernelSizes = try container.decodeChoices(.kernelSizes, Limits.kernelRule, where: Limits.isKernelSize)
    expandRatios = try container.decodeChoices(.expandRatios, in: Limits.expandRatio)
    guard expandRatios.count <= Limits.expandChoices else {
      throw container.broken(.expandRatios, "\(expandRatios.count) are more than \(Limits.expandChoices)")
    }
    activation = try container.decode(Activation.self, forKey: .activation)
    squeezeExcite = try container.decode(Bool.self, forKey: .squeezeExcite)
    blocks = try container.decodeIfPresent([OfBlock].self, forKey: .blocks)
    guard let blocks else { return }
    guard blocks.count == blockCount else {
      throw container.broken(.blocks, "\(blocks.count) blocks, but the greatest depth has \(blockCount)")
    }
    for block in blocks {
      guard Self.arePart(block.kernelSizes, of: kernelSizes), Self.arePart(block.expandRatios, of: expandRatios) else {
        throw container.broken(.blocks, "a block's choices are not one or more of the stage's, ascending")
      }
    }
  }

  /// Whether some choices are one or more of others in their order.
  private static func arePart<Choice: Equatable>(_ some: [Choice], of all: [Choice]) -> Bool {
    !some.isEmpty && all.filter(some.contains) == some
  }

  /// What a block chooses.
  func choices(ofBlock position: Int) -> [BlockFamily.Choice] {
    [
      (.kernelSize, kernelSizes(ofBlock: position).map { .whole($0) }),
      (.expandRatio, expandRatios(ofBlock: position).map { .number($0) }),
    ]
  }

  private func kernelSizes(ofBlock position: Int) -> [Int] { blocks?[position].kernelSizes ?? kernelSizes }

  private func expandRatios(ofBlock position: Int) -> [Double] { blocks?[position].expandRatios ?? expandRatios }

  /// The middle of a block.
  ///
  /// - Parameters:
  ///   - position: its place in the stage.
  ///   - outline: the block's.
  ///   - base: what the expand ratios are ratios to; nil where the middle has the input's channels.
  func middle(ofBlock position: Int, _ outline: BlockOutline, ratiosTo base: ElasticWidth?) -> Middle {
    Middle(
      of: outline, kernelSizes: kernelSizes(ofBlock: position), expandRatios: expandRatios(ofBlock: position),
      ratiosTo: base)
  }

  /// The choices of blocks that have one of each.
  func narrowed(to chosen: [[Decision.Kind: Decision.Option]]) -> Self {
    func number(_ kind: Decision.Kind, _ chosen: [Decision.Kind: Decision.Option]) -> Double {
      guard let number = chosen[kind]?.number else { preconditionFailure("No \(kind.noun) is chosen.") }
      return number
    }
    var result = self
    result.blocks = chosen.map {
      OfBlock(kernelSizes: [Int(number(.kernelSize, $0))], expandRatios: [number(.expandRatio, $0)])
    }
    return result
  }
}

/// The kernel size and the channels of a block's middle convolution, which a subnet may choose.
struct Middle: Sendable {
  /// The kernel sizes, ascending.
  let kernelSizes: [Int]
  /// The expand ratios, ascending.
  let expandRatios: [Double]
  /// The places of the decisions between them; nil in a block without choices.
  private let kernel, expand: Int?
  /// The channels of which the middle ones are a multiple.
  private let base: ElasticWidth
  /// The middle channels of each expand ratio, for each width of the base.
  private let widths: [[Int]]

  /// - Parameters:
  ///   - outline: the block's, whose decisions are those of ``MiddleChoices/choices(ofBlock:)`` or none.
  ///   - kernelSizes: the kernel sizes, ascending.
  ///   - expandRatios: the expand ratios, ascending.
  ///   - base: what the expand ratios are ratios to; nil where the middle has the input's channels.
  init(
    of outline: BlockOutline, kernelSizes: [Int], expandRatios: [Double], ratiosTo base: ElasticWidth?
  ) {
    self.kernelSizes = kernelSizes
    self.expandRatios = expandRatios
    (kernel, expand) = (outline.decisions.first, outline.decisions.last)
    self.base = base ?? outline.input
    widths = self.base.widths.map { width in
      expandRatios.map { base == nil ? width : Widths.middle(of: width, ratio: $0) }
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
  func width(in subnet: Subnet) -> Int { widths[base.index(in: subnet)][expandIndex(in: subnet)] }

  /// All numbers of middle channels, ascending.
  var allWidths: [Int] { Set(widths.joined()).sorted() }
}
