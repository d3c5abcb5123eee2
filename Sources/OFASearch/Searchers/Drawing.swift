import OFASpace

extension Problem {
  /// A random subnet that meets the budgets.
  ///
  /// Subnets are drawn evenly up to `attempts` times; if none meets the budgets the last one is drawn toward the anchor
  /// as in ``admitted(_:toward:using:)``, so that tight budgets cost no endless rejection.
  public func randomSubnet(attempts: Int = 20, using generator: inout some RandomNumberGenerator) -> Subnet {
    var subnet = costs.space.randomSubnet(in: costs.choices, using: &generator)
    for _ in 1..<max(1, attempts) {
      if admits(subnet) { return subnet }
      subnet = costs.space.randomSubnet(in: costs.choices, using: &generator)
    }
    return admitted(subnet, toward: anchor, using: &generator)
  }

  /// The subnet, with as many of its choices in random order replaced by another's as it takes to meet the budgets.
  ///
  /// - Parameter other: a subnet that meets the budgets, so that the replacing ends.
  /// - Complexity: at most as many prices as there are choices.
  func admitted(_ subnet: Subnet, toward other: Subnet, using generator: inout some RandomNumberGenerator) -> Subnet {
    var result = subnet
    if admits(result) { return result }
    for gene in Gene.all(of: costs.space).shuffled(using: &generator) {
      guard gene.copy(from: other, to: &result, in: costs.space) else { continue }
      if admits(result) { return result }
    }
    return other
  }
}

/// One thing that is chosen about a subnet.
enum Gene: Hashable {
  case resolution
  case depth(stage: Int)
  case block(Int)
  case width(Int)

  /// All of a space's, in order.
  static func all(of space: SearchSpace) -> [Gene] {
    [.resolution] + space.stages.indices.map { .depth(stage: $0) } + (0..<space.blockCount).map { .block($0) }
      + space.choices.widthIndices.indices.map { .width($0) }
  }

  /// Copies the choice from one canonical subnet to another, which stays canonical, and returns whether that changed
  /// anything.
  func copy(from source: Subnet, to target: inout Subnet, in space: SearchSpace) -> Bool {
    let unchanged = target
    switch self {
    case .resolution: target.resolution = source.resolution
    case .depth(let stage):
      let before = space.blocks(ofStage: stage, in: target)
      target.depths[stage] = source.depths[stage]
      let after = space.blocks(ofStage: stage, in: target)
      // Blocks that come in are the source's; those that go out are reset, as they are in the source.
      for block in min(before.upperBound, after.upperBound)..<space.stages[stage].upperBound {
        target.kernelSizes[block] = source.kernelSizes[block]
        target.expandRatios[block] = source.expandRatios[block]
      }
    case .block(let block):
      guard let stage = space.stages.firstIndex(where: { $0.contains(block) }) else { return false }
      let present = [source, target].map { space.blocks(ofStage: stage, in: $0) }
      guard present.allSatisfy({ $0.contains(block) }) else { return false }
      target.kernelSizes[block] = source.kernelSizes[block]
      target.expandRatios[block] = source.expandRatios[block]
    case .width(let width): target.widthIndices?[width] = source.widthIndices?[width] ?? 0
    }
    return target != unchanged
  }
}
