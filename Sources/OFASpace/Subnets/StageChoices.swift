/// What the subnets of a space choose between in one stage.
public struct StageChoices: Hashable, Sendable, Encodable {
  /// How many blocks there may be, those that are always there included.
  public var blocks: [Int]
  /// The output channels of every block.
  public var widths: [Int]
  /// The first block's stride.
  public var stride: Int
  /// The kernel sizes that its blocks have between them.
  public var kernelSizes: [Int]
  /// The expand ratios that its blocks have between them.
  public var expandRatios: [Double]
}

extension SearchSpace {
  /// What there is to choose in each stage of elastic blocks, in order.
  public var stageChoices: [StageChoices] {
    stages.indices.filter { !stages[$0].isEmpty }.map { stage in
      let outlines = blueprint.blocks[stages[stage]].map(\.outline)
      let own = Set(outlines.flatMap(\.decisions)).map { decisions[$0] }
      func numbers(_ kind: Decision.Kind) -> [Double] {
        Set(own.filter { $0.kind == kind }.flatMap(\.options).compactMap(\.number)).sorted()
      }
      return StageChoices(
        blocks: choices.depths[stage].map { blueprint.baseDepths[stage] + $0 },
        widths: Set(outlines.flatMap(\.output.widths)).sorted(), stride: outlines[0].stride,
        kernelSizes: numbers(.kernelSize).map { Int($0) }, expandRatios: numbers(.expandRatio))
    }
  }
}
