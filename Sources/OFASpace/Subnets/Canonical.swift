import OFAFormats

extension SearchSpace {
  /// The subnet checked against the space, depths clamped to what their stage has, and entries of left-out blocks reset
  /// to the blocks' smallest.
  ///
  /// Any resolution from 8 to 4,096 is accepted, not only the space's own.
  ///
  /// - Throws: ``Failure`` of bad data that says which entry lies outside the space.
  public func canonical(_ subnet: Subnet) throws -> Subnet {
    guard Limits.resolution.contains(subnet.resolution) else {
      throw Failure(.badData, "resolution \(subnet.resolution) is not \(ruleText(Limits.resolution))")
    }
    guard subnet.widthIndices == nil else {
      throw Failure(.badData, "the subnet has widthIndices, but \(name) has no elastic widths")
    }
    try check(subnet.depths, "depths", stages.count, "stages")
    try check(subnet.kernelSizes, "kernelSizes", blockCount, "blocks")
    try check(subnet.expandRatios, "expandRatios", blockCount, "blocks")

    var result = subnet
    for (index, stage) in definition.stages.enumerated() {
      let depth = min(subnet.depths[index], stage.blockCount)
      try check("depth", depth, "stage \(index)", stage.depths)
      result.depths[index] = depth
      for block in stages[index].prefix(depth) {
        let name = blueprint.blocks[block].name
        try check("kernel size", subnet.kernelSizes[block], name, stage.kernelSizes)
        try check("expand ratio", subnet.expandRatios[block], name, stage.expandRatios)
      }
    }
    return canonicalized(result)
  }

  private func check(_ list: [some Any], _ key: String, _ count: Int, _ unit: String) throws {
    guard list.count == count else {
      throw Failure(.badData, "\(key) has \(list.count) entries, but \(name) has \(count) \(unit)")
    }
  }

  private func check<Choice: Equatable>(
    _ what: String, _ value: Choice, _ place: String, _ choices: [Choice]
  ) throws {
    guard choices.contains(value) else {
      func text(_ choice: Choice) -> String { (choice as? Double).map(shortest) ?? "\(choice)" }
      let list = choices.map(text).joined(separator: ", ")
      throw Failure(.badData, "\(what) \(text(value)) of \(place) is outside \(name); choose from \(list)")
    }
  }

  /// The subnet of the greatest depths, kernel sizes, expand ratios and resolution.
  public var largest: Subnet { blueprint.largest }

  /// The subnet of the least depths, kernel sizes, expand ratios and resolution: no subnet of the space costs less.
  public var smallest: Subnet { blueprint.smallest }

  /// The subnet with one depth in all stages (clamped to what a stage has), one expand ratio and one kernel size in all
  /// blocks, at the greatest resolution unless another is given.
  ///
  /// - Precondition: the space has these choices.
  public func uniform(depth: Int, expandRatio: Double, kernelSize: Int, resolution: Int? = nil) -> Subnet {
    let subnet = Subnet(
      resolution: resolution ?? largest.resolution, depths: stages.map { _ in depth },
      kernelSizes: blueprint.blocks.map { _ in kernelSize },
      expandRatios: blueprint.blocks.map { _ in expandRatio })
    do {
      return try canonical(subnet)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// The subnet, whose active entries lie in the space, with the entries of left-out blocks reset to the blocks'
  /// smallest.
  func canonicalized(_ subnet: Subnet) -> Subnet {
    var result = subnet
    for (stage, depth) in zip(stages, subnet.depths) {
      for block in stage.dropFirst(depth) {
        result.kernelSizes[block] = blueprint.blocks[block].kernelSizes[0]
        result.expandRatios[block] = blueprint.blocks[block].expandRatios[0]
      }
    }
    return result
  }
}
