extension SearchSpace {
  /// A subnet whose every choice is drawn evenly: each stage's depth, each present block's kernel size and expand
  /// ratio, each elastic width, and the resolution unless it is given.
  ///
  /// - Parameters:
  ///   - choices: what to draw from; all of the space's unless given.
  ///   - resolution: any from 8 to 4,096.
  ///   - generator: what draws.
  public func randomSubnet(
    in choices: Choices? = nil, resolution: Int? = nil, using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    let choices = choices ?? self.choices
    var subnet = smallest
    subnet.resolution = resolution ?? draw(choices.resolutions, using: &generator)
    for stage in stages.indices {
      subnet.depths[stage] = draw(choices.depths[stage], using: &generator)
      for block in blocks(ofStage: stage, in: subnet) {
        subnet.kernelSizes[block] = draw(choices.kernelSizes[block], using: &generator)
        subnet.expandRatios[block] = draw(choices.expandRatios[block], using: &generator)
      }
    }
    if !choices.widthIndices.isEmpty {
      subnet.widthIndices = choices.widthIndices.map { draw($0, using: &generator) }
    }
    return subnet
  }

  /// The subnet with some choices drawn anew: each stage's depth, each block's kernel size and expand ratio together,
  /// each elastic width, and the resolution, each with the given probability. Blocks that a greater depth brings in are
  /// always drawn.
  ///
  /// What is drawn may be what was there, so that the subnet may stay as it is.
  ///
  /// - Parameters:
  ///   - subnet: a canonical subnet.
  ///   - probability: of each depth and each block, 0…1.
  ///   - resolutionProbability: of the resolution, the same unless given.
  ///   - choices: what to draw from; all of the space's unless given. What is not drawn stays, even if it is none of
  ///     them.
  ///   - generator: what draws.
  /// - Note: Once-for-All, 2020, §3.4 (evolutionary search); the mutation is that of its published search.
  public func mutated(
    _ subnet: Subnet, probability: Double, resolutionProbability: Double? = nil, in choices: Choices? = nil,
    using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    let choices = choices ?? self.choices
    func happens(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < probability }
    var result = subnet
    if happens(resolutionProbability ?? probability) {
      result.resolution = draw(choices.resolutions, using: &generator)
    }
    for stage in stages.indices {
      if happens(probability) { result.depths[stage] = draw(choices.depths[stage], using: &generator) }
      let present = blocks(ofStage: stage, in: subnet)
      for block in blocks(ofStage: stage, in: result) where !present.contains(block) || happens(probability) {
        result.kernelSizes[block] = draw(choices.kernelSizes[block], using: &generator)
        result.expandRatios[block] = draw(choices.expandRatios[block], using: &generator)
      }
    }
    for (width, indices) in choices.widthIndices.enumerated() where happens(probability) {
      result.widthIndices?[width] = draw(indices, using: &generator)
    }
    return canonicalized(result)
  }

  /// A subnet that has each choice from one of two parents, by a fair coin: each depth, the kernel size and the expand
  /// ratio of each block, each elastic width, the resolution. A block that only one parent has is that parent's.
  ///
  /// - Precondition: both subnets are canonical.
  public func crossed(
    _ first: Subnet, _ second: Subnet, using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    var result = first
    if Bool.random(using: &generator) { result.resolution = second.resolution }
    for stage in stages.indices {
      if Bool.random(using: &generator) { result.depths[stage] = second.depths[stage] }
      let (own, other) = (blocks(ofStage: stage, in: first), blocks(ofStage: stage, in: second))
      for block in blocks(ofStage: stage, in: result) {
        func takesSecond() -> Bool {
          guard other.contains(block) else { return false }
          return !own.contains(block) || Bool.random(using: &generator)
        }
        if takesSecond() { result.kernelSizes[block] = second.kernelSizes[block] }
        if takesSecond() { result.expandRatios[block] = second.expandRatios[block] }
      }
    }
    for width in choices.widthIndices.indices where Bool.random(using: &generator) {
      result.widthIndices?[width] = second.widthIndices?[width] ?? 0
    }
    return canonicalized(result)
  }

  private func draw<Choice>(_ list: [Choice], using generator: inout some RandomNumberGenerator) -> Choice {
    list[Int.random(in: 0..<list.count, using: &generator)]
  }
}
