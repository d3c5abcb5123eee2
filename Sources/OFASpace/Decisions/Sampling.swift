extension SearchSpace {
  /// A subnet whose every choice is drawn evenly: the resolution unless it is given, and an option for each decision.
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
    for decision in decisions.indices where has(decision, subnet) {
      subnet[decision] = draw(choices.options[decision], using: &generator)
    }
    return subnet
  }

  /// The subnet with some choices drawn anew: the resolution and what is about one thing, such as a block's kernel size
  /// and expand ratio together, each with the given probability. Blocks that a greater depth brings in are always
  /// drawn.
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
    for group in decisionGroups where has(group.lowerBound, result) {
      guard !has(group.lowerBound, subnet) || happens(probability) else { continue }
      for decision in group { result[decision] = draw(choices.options[decision], using: &generator) }
    }
    return canonical(result)
  }

  /// A subnet that has each choice from one of two parents, by a fair coin: the resolution, and the option of each
  /// decision. A block that only one parent has is that parent's.
  ///
  /// - Precondition: both subnets are canonical.
  public func crossed(
    _ first: Subnet, _ second: Subnet, using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    var result = first
    if Bool.random(using: &generator) { result.resolution = second.resolution }
    for decision in decisions.indices where has(decision, result) && has(decision, second) {
      if !has(decision, first) || Bool.random(using: &generator) { result[decision] = second[decision] }
    }
    return canonical(result)
  }

  private func draw<Choice>(_ list: [Choice], using generator: inout some RandomNumberGenerator) -> Choice {
    list[Int.random(in: 0..<list.count, using: &generator)]
  }
}
