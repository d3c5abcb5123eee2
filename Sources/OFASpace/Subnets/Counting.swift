import BigInt

extension SearchSpace {
  /// The number of networks of the space, resolutions left aside.
  ///
  ///     Π widths  indices · Π stages Σ depths d Π blocks below d  kernel sizes · expand ratios
  public var architectureCount: BigInt { architectureCount(in: choices) }

  /// The number of subnets of the space: networks times resolutions.
  public var subnetCount: BigInt { subnetCount(in: choices) }

  /// The number of networks that the choices allow, resolutions left aside.
  public func architectureCount(in choices: Choices) -> BigInt {
    let widths = choices.widthIndices.reduce(1) { $0 * BigInt($1.count) }
    return stages.indices.reduce(widths) { product, stage in
      product * choices.depths[stage].reduce(0) { $0 + variants(ofStage: stage, depth: $1, in: choices) }
    }
  }

  /// The number of subnets that the choices allow.
  public func subnetCount(in choices: Choices) -> BigInt {
    architectureCount(in: choices) * BigInt(choices.resolutions.count)
  }

  /// All subnets that the choices allow, each once, made as they are asked for.
  ///
  /// - Precondition: the choices are few: their number fits in an `Int`.
  /// - Complexity: O(blocks) for each.
  public func subnets(in choices: Choices? = nil) -> some RandomAccessCollection<Subnet> {
    let choices = choices ?? self.choices
    guard let count = Int(exactly: subnetCount(in: choices)) else {
      preconditionFailure("\(subnetCount(in: choices)) subnets are too many to count off.")
    }
    return (0..<count).lazy.map { subnet(at: $0, in: choices) }
  }

  /// The subnet whose choices are the digits of a number, in the mixed radix of the choices.
  private func subnet(at index: Int, in choices: Choices) -> Subnet {
    var rest = index
    func digit<Choice>(_ list: [Choice]) -> Choice {
      defer { rest /= list.count }
      return list[rest % list.count]
    }
    var subnet = smallest
    subnet.resolution = digit(choices.resolutions)
    if !choices.widthIndices.isEmpty { subnet.widthIndices = choices.widthIndices.map(digit) }
    for stage in stages.indices {
      // A stage's digit counts the variants of its first depth, then those of the second, and so on.
      let counts = choices.depths[stage].map { Int(variants(ofStage: stage, depth: $0, in: choices)) }
      var choice = 0
      let radix = counts.reduce(0, +)
      var inStage = rest % radix
      rest /= radix
      while inStage >= counts[choice] {
        inStage -= counts[choice]
        choice += 1
      }
      subnet.depths[stage] = choices.depths[stage][choice]
      swap(&rest, &inStage)
      for block in blocks(ofStage: stage, in: subnet) {
        subnet.kernelSizes[block] = digit(choices.kernelSizes[block])
        subnet.expandRatios[block] = digit(choices.expandRatios[block])
      }
      swap(&rest, &inStage)
    }
    return subnet
  }

  /// The number of ways to choose the blocks of one stage at one depth.
  private func variants(ofStage stage: Int, depth: Int, in choices: Choices) -> BigInt {
    blocks(ofStage: stage, depth: depth).reduce(1) {
      $0 * BigInt(choices.kernelSizes[$1].count * choices.expandRatios[$1].count)
    }
  }
}
