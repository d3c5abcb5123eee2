import OFAFormats

// The features of a subnet that predictors see:
//
//     kernel size of each block, one-hot · expand ratio of each block, one-hot · resolution, one-hot if there are several
//
// All are zero for a block that a depth leaves out, so that depths need no features of their own.

extension SearchSpace {
  /// The number of features of a subnet.
  public var encodingSize: Int {
    blueprint.blocks.reduce(resolutionFeatures) { $0 + $1.kernelSizes.count + $1.expandRatios.count }
  }

  private var resolutionFeatures: Int { resolutions.count > 1 ? resolutions.count : 0 }

  /// The features of a subnet: ones and zeros, equal for equal networks.
  ///
  /// - Precondition: the subnet is canonical and its resolution one of the space's.
  /// - Note: Once-for-All, 2020, §3.4 (accuracy predictor).
  public func encoding(of subnet: Subnet) -> [Float] {
    var features: [Float] = []
    features.reserveCapacity(encodingSize)
    func append<Choice: Equatable>(_ value: Choice?, of choices: [Choice]) {
      precondition(value.map(choices.contains) ?? true, "\(subnet) is not canonical in \(name).")
      for choice in choices { features.append(choice == value ? 1 : 0) }
    }
    forEachBlock(of: subnet) { append($1 ? subnet.kernelSizes[$0] : nil, of: blueprint.blocks[$0].kernelSizes) }
    forEachBlock(of: subnet) { append($1 ? subnet.expandRatios[$0] : nil, of: blueprint.blocks[$0].expandRatios) }
    if resolutionFeatures > 0 { append(subnet.resolution, of: resolutions) }
    return features
  }

  /// The subnet that has the given features: the inverse of ``encoding(of:)``.
  ///
  /// - Throws: ``Failure`` of bad data when they are no subnet's.
  public func subnet(encoding features: [Float]) throws -> Subnet {
    func refuse(_ what: String) -> Failure { Failure(.badData, "the features are no subnet's of \(name): \(what)") }
    guard features.count == encodingSize else {
      throw refuse("\(features.count) features, expected \(encodingSize)")
    }
    var rest = features[...]
    func take<Choice>(_ choices: [Choice]) throws -> Choice? {
      let part = rest.prefix(choices.count)
      rest = rest.dropFirst(choices.count)
      let ones = part.indices.filter { part[$0] == 1 }
      guard ones.count <= 1, part.allSatisfy({ $0 == 0 || $0 == 1 }) else { throw refuse("not one-hot") }
      return ones.first.map { choices[$0 - part.startIndex] }
    }
    let kernelSizes = try blueprint.blocks.map { try take($0.kernelSizes) }
    let expandRatios = try blueprint.blocks.map { try take($0.expandRatios) }
    guard let resolution = resolutionFeatures > 0 ? try take(resolutions) : resolutions[0] else {
      throw refuse("no resolution")
    }

    var subnet = smallest
    subnet.resolution = resolution
    for (index, stage) in stages.enumerated() {
      subnet.depths[index] = stage.prefix { kernelSizes[$0] != nil }.count
      for (position, block) in stage.enumerated() {
        switch (kernelSizes[block], expandRatios[block], position < subnet.depths[index]) {
        case (let kernelSize?, let expandRatio?, true):
          subnet.kernelSizes[block] = kernelSize
          subnet.expandRatios[block] = expandRatio
        case (nil, nil, false): break
        default: throw refuse("block \(blueprint.blocks[block].name) is neither there nor left out")
        }
      }
    }
    return try canonical(subnet)
  }

  /// Calls `body` with each block's index and whether the subnet has it.
  private func forEachBlock(of subnet: Subnet, _ body: (Int, Bool) -> Void) {
    for (stage, depth) in zip(stages, subnet.depths) {
      for (position, block) in stage.enumerated() { body(block, position < depth) }
    }
  }
}
