import OFAGraph

/// A family of elastic blocks: its part of a space's document, what its blocks choose, and what they are made of.
///
/// A space says of a stage how many blocks there may be, how wide they are and how they are joined; its family says all
/// else. A new kind of block, or of decision, is a new family; `SearchSpace.init(reading:at:families:)` is told of it.
package protocol BlockFamily: Hashable, Sendable, Encodable {
  /// What stands under `kind` in the document of a stage.
  static var kind: String { get }

  /// Reads and checks the family's part of a stage's document: keys beside the stage's own, which are `kind`, `width`,
  /// `stride`, `baseDepth` and `depths`.
  ///
  /// - Parameters:
  ///   - decoder: the stage's.
  ///   - blockCount: the stage's blocks at its greatest depth.
  /// - Throws: `DecodingError` with the path of what is missing or out of bounds.
  init(from decoder: any Decoder, blockCount: Int) throws

  /// What the blocks of a stage choose together. There is nothing unless the family says so.
  var choices: [Choice] { get }

  /// What the block at a place in the stage chooses for itself.
  func choices(ofBlock position: Int) -> [Choice]

  /// The block at a place in the stage, at its largest.
  func block(at position: Int, _ outline: BlockOutline) -> any Block

  /// The family of a stage that has nothing left to choose.
  ///
  /// - Parameter chosen: of each block that is left, the option of each kind of decision.
  func narrowed(to chosen: [[Decision.Kind: Decision.Option]]) -> Self
}

extension BlockFamily {
  /// Something to choose, with its options. A block has one of a kind at the most. So that ids say it, its kind is that
  /// of kernel sizes or expand ratios, or has a mark and at most ten options.
  package typealias Choice = (kind: Decision.Kind, options: [Decision.Option])

  package var choices: [Choice] { [] }

  /// What stands under `kind` in the document of a stage.
  package var kind: String { Self.kind }
}

/// A block at its largest, and what its choices make of it.
package protocol Block: Sendable {
  /// What the space says of it.
  var outline: BlockOutline { get }

  /// Its tensors in the order in which data passes them. Their names begin with the outline's.
  var tensors: [SupernetTensor] { get }

  /// The channels inside it that can be sorted, in the order in which they are to be.
  var elasticChannels: [ElasticChannels] { get }

  /// Appends what a subnet has of it to a graph, and returns the output.
  ///
  /// - Parameters:
  ///   - graph: the subnet's, in which the block was begun. Names of nodes begin with the outline's.
  ///   - x: the input.
  ///   - subnet: a canonical subnet that has the block. It may depend on the outline's decisions and widths alone.
  func append(to graph: inout Graph, _ x: Graph.Value, of subnet: Subnet) -> Graph.Value
}

/// What a space says of a block, of whatever family it is.
package struct BlockOutline: Sendable {
  /// The name of the graph's block, such as `stages.0.1`.
  package let name: String
  /// When a network has it; nil: always.
  package let condition: Decision.Condition?
  /// The places of the decisions that are its family's: the stage's choices, then its own.
  package let decisions: [Int]
  /// The channels that come in and those that go out.
  package let input, output: ElasticWidth
  /// The ratio of the input's height and width to the output's.
  package let stride: Int
  /// The epsilon of its normalizations.
  package let epsilon: Float

  /// Whether input and output have one shape in every subnet, so that they may be added.
  package var keepsShape: Bool {
    stride == 1 && (input == output || (input.widths == output.widths && output.decision == nil))
  }
}
