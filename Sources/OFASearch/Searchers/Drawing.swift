import OFASpace

extension Problem {
  /// A random subnet that meets the budgets.
  ///
  /// Subnets are drawn evenly up to `attempts` times; if none meets the budgets the last one is drawn toward the anchor as in
  /// ``admitted(_:toward:using:)``, so that tight budgets cost no endless rejection.
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

  /// All of a space's, in order.
  static func all(of space: SearchSpace) -> [Gene] {
    [.resolution] + space.stages.indices.map { .depth(stage: $0) } + (0..<space.blockCount).map { .block($0) }
  }

  /// Copies the choice from one canonical subnet to another, which stays canonical, and returns whether that changed anything.
  func copy(from source: Subnet, to target: inout Subnet, in space: SearchSpace) -> Bool {
    let before = target
    switch self {
    case .resolution: target.resolution = source.resolution
    case .depth(let stage):
      let range = space.stages[stage]
      let depth = target.depths[stage]
      target.depths[stage] = source.depths[stage]
      // Blocks that come in are the source's; those that go out are reset, as they are in the source.
      for (position, block) in range.enumerated() where position >= min(depth, target.depths[stage]) {
        target.kernelSizes[block] = source.kernelSizes[block]
        target.expandRatios[block] = source.expandRatios[block]
      }
    case .block(let block):
      guard let stage = space.stages.firstIndex(where: { $0.contains(block) }) else { return false }
      let position = block - space.stages[stage].lowerBound
      guard position < min(source.depths[stage], target.depths[stage]) else { return false }
      target.kernelSizes[block] = source.kernelSizes[block]
      target.expandRatios[block] = source.expandRatios[block]
    }
    return target != before
  }
}
