import OFAFormats

extension SearchSpace {
  /// The subnet checked against the space, depths clamped to what their stage has, and entries of left-out blocks reset
  /// to the blocks' smallest.
  ///
  /// Any resolution from 8 to 4,096 is accepted, not only the space's own.
  ///
  /// - Throws: `Failure` of bad data that says which entry lies outside the space.
  public func canonical(_ subnet: Subnet) throws -> Subnet {
    guard Limits.resolution.contains(subnet.resolution) else {
      throw Failure(.badData, "resolution \(subnet.resolution) is not \(ruleText(Limits.resolution))")
    }
    try check(subnet.depths, "depths", stages.count, blueprint.deepStem == nil ? "stages" : "stages with its stem")
    try check(subnet.kernelSizes, "kernelSizes", blockCount, "blocks")
    try check(subnet.expandRatios, "expandRatios", blockCount, "blocks")

    try check(subnet.widthIndices)

    var result = subnet
    for (index, depths) in choices.depths.enumerated() {
      result.depths[index] = min(subnet.depths[index], depths[depths.count - 1])
      if index == 0, let deep = blueprint.deepStem {
        if result.depths[0] != deep.keeps { result.depths[0] = depths[0] }
        continue
      }
      try check("depth", result.depths[index], "stage \(index)", depths)
      for block in blocks(ofStage: index, in: result) {
        let (name, block) = (blueprint.blocks[block].name, block)
        try check("kernel size", subnet.kernelSizes[block], name, choices.kernelSizes[block])
        try check("expand ratio", subnet.expandRatios[block], name, choices.expandRatios[block])
      }
    }
    return canonicalized(result)
  }

  private func check(_ widthIndices: [Int]?) throws {
    guard let widthIndices else {
      if choices.widthIndices.isEmpty { return }
      throw Failure(
        .badData, "the subnet has no widthIndices, but \(name) has \(choices.widthIndices.count) elastic widths")
    }
    guard !choices.widthIndices.isEmpty else {
      throw Failure(.badData, "the subnet has widthIndices, but \(name) has no elastic widths")
    }
    try check(widthIndices, "widthIndices", choices.widthIndices.count, "elastic widths")
    for (index, choices) in zip(widthIndices, choices.widthIndices) {
      try check("width index", index, "the subnet", choices)
    }
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

  /// The subnet of the least depths, kernel sizes, expand ratios and resolution: no subnet of the space has less
  /// arithmetic, parameters or memory.
  public var smallest: Subnet { blueprint.smallest }

  /// The subnet of the largest of all choices that are given, at the greatest resolution unless another is given.
  public func largest(in choices: Choices, resolution: Int? = nil) -> Subnet {
    subnet(in: choices, resolution: resolution) { $0 - 1 }
  }

  /// The subnet of the smallest of all choices that are given, at the least resolution unless another is given.
  public func smallest(in choices: Choices, resolution: Int? = nil) -> Subnet {
    subnet(in: choices, resolution: resolution) { _ in 0 }
  }

  private func subnet(in choices: Choices, resolution: Int?, at place: (Int) -> Int) -> Subnet {
    var subnet = choices.subnet(at: place)
    subnet.resolution = resolution ?? subnet.resolution
    return canonicalized(subnet)
  }

  /// The subnet with one depth in all stages (clamped to what a stage has), one expand ratio and one kernel size in all
  /// blocks, one index for all widths (if any are elastic), at the greatest resolution unless another is given.
  ///
  /// - Precondition: the space has these choices.
  public func uniform(
    depth: Int, expandRatio: Double, kernelSize: Int, widthIndex: Int = 0, resolution: Int? = nil
  ) -> Subnet {
    let subnet = Subnet(
      resolution: resolution ?? largest.resolution, depths: stages.map { _ in depth },
      kernelSizes: blueprint.blocks.map { _ in kernelSize },
      expandRatios: blueprint.blocks.map { _ in expandRatio },
      widthIndices: choices.widthIndices.isEmpty ? nil : choices.widthIndices.map { _ in widthIndex })
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
    for (stage, range) in stages.enumerated() {
      for block in blocks(ofStage: stage, in: subnet).upperBound..<range.upperBound {
        result.kernelSizes[block] = blueprint.blocks[block].kernelSizes[0]
        result.expandRatios[block] = blueprint.blocks[block].expandRatios[0]
      }
    }
    return result
  }
}
