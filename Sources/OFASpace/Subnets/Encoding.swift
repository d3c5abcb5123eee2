import OFAFormats

// The features of a subnet that predictors see:
//
//     kernel size of each block, one-hot · expand ratio of each block, one-hot · stem, one-hot where it has a choice ·
//     index of each elastic width, one-hot · resolution, one-hot if there are several
//
// Those of a block are zero where a depth leaves it out, so that depths need no features of their own.

extension SearchSpace {
  /// A kind of features, with one number for each choice of each part that has such a choice.
  public enum FeatureGroup: String, Hashable, Sendable, Codable, CaseIterable {
    /// Of each elastic block, all zero where it is left out.
    case kernelSizes
    /// Of each elastic block, all zero where it is left out.
    case expandRatios
    /// Whether a deep stem's second convolution is left out, whether it is kept.
    case stem
    /// Of each elastic width.
    case widthIndices
    /// Of the network.
    case resolution
  }

  /// The number of features of a subnet.
  public var encodingSize: Int {
    encodingGroups.reduce(0) { size, group in size + choiceCounts(group, resolutions: resolutions).reduce(0, +) }
  }

  /// The features of a subnet: ones and zeros, equal for equal networks.
  ///
  /// - Precondition: the subnet is canonical and its resolution one of the space's.
  /// - Note: Once-for-All, 2020, §3.4 (accuracy predictor).
  public func encoding(of subnet: Subnet) -> [Float] {
    encoding(of: subnet, encodingGroups, resolutions: resolutions)
  }

  /// The features of some groups in the order given, with one-hot resolutions among those given.
  ///
  /// - Precondition: the subnet is canonical, and its resolution one of those given if resolutions are a group.
  public func encoding(of subnet: Subnet, _ groups: [FeatureGroup], resolutions: [Int]) -> [Float] {
    var features: [Float] = []
    features.reserveCapacity(2 * 3 * blockCount + resolutions.count)
    func append<Choice: Equatable>(_ value: Choice?, of choices: [Choice]) {
      precondition(value.map(choices.contains) ?? true, "\(subnet) is not canonical in \(name).")
      for choice in choices { features.append(choice == value ? 1 : 0) }
    }
    for group in groups {
      switch group {
      case .kernelSizes:
        forEachBlock(of: subnet) { append($1 ? subnet.kernelSizes[$0] : nil, of: blueprint.blocks[$0].kernelSizes) }
      case .expandRatios:
        forEachBlock(of: subnet) { append($1 ? subnet.expandRatios[$0] : nil, of: blueprint.blocks[$0].expandRatios) }
      case .stem:
        if let deep = blueprint.deepStem { append(subnet.depths[0] == deep.keeps, of: [false, true]) }
      case .widthIndices:
        for (index, choices) in zip(subnet.widthIndices ?? [], choices.widthIndices) { append(index, of: choices) }
      case .resolution:
        append(subnet.resolution, of: resolutions)
      }
    }
    return features
  }

  /// The subnet that has the given features: the inverse of ``encoding(of:)``.
  ///
  /// - Throws: `Failure` of bad data when they are no subnet's.
  public func subnet(encoding features: [Float]) throws -> Subnet {
    func refuse(_ what: String) -> Failure { Failure(.badData, "the features are no subnet's of \(name): \(what)") }
    guard features.count == encodingSize else {
      throw refuse("\(features.count) features, expected \(encodingSize)")
    }
    var rest = features[...]
    func take(_ group: FeatureGroup) throws -> [Int?] {
      try choiceCounts(group, resolutions: resolutions).map { count in
        let part = rest.prefix(count)
        rest = rest.dropFirst(count)
        let ones = part.indices.filter { part[$0] == 1 }
        guard ones.count <= 1, part.allSatisfy({ $0 == 0 || $0 == 1 }) else { throw refuse("not one-hot") }
        return ones.first.map { $0 - part.startIndex }
      }
    }
    var places: [FeatureGroup: [Int?]] = [:]
    for group in encodingGroups { places[group] = try take(group) }
    func all(_ group: FeatureGroup) throws -> [Int] {
      try (places[group] ?? []).map { place in
        guard let place else { throw refuse("no \(group.rawValue)") }
        return place
      }
    }
    let (kernels, expands) = (places[.kernelSizes] ?? [], places[.expandRatios] ?? [])

    var subnet = smallest
    subnet.resolution = resolutions[try all(.resolution).first ?? 0]
    if !choices.widthIndices.isEmpty { subnet.widthIndices = try all(.widthIndices) }
    for (index, stage) in stages.enumerated() {
      if index == 0, let deep = blueprint.deepStem {
        if try all(.stem) == [1] { subnet.depths[0] = deep.keeps }
        continue
      }
      subnet.depths[index] = stage.prefix { kernels[$0] != nil }.count - blueprint.baseDepths[index]
      let present = subnet.depths[index] < 0 ? 0..<0 : blocks(ofStage: index, in: subnet)
      for block in stage {
        switch (kernels[block], expands[block], present.contains(block)) {
        case (let kernel?, let expand?, true):
          subnet.kernelSizes[block] = choices.kernelSizes[block][kernel]
          subnet.expandRatios[block] = choices.expandRatios[block][expand]
        case (nil, nil, false): break
        default: throw refuse("block \(blueprint.blocks[block].name) is neither there nor left out")
        }
      }
    }
    return try canonical(subnet)
  }

  /// The groups of the space's own encoding.
  private var encodingGroups: [FeatureGroup] {
    [.kernelSizes, .expandRatios, .stem, .widthIndices] + (resolutions.count > 1 ? [.resolution] : [])
  }

  /// Of each part that a group is about, how many choices it has.
  private func choiceCounts(_ group: FeatureGroup, resolutions: [Int]) -> [Int] {
    switch group {
    case .kernelSizes: blueprint.blocks.map(\.kernelSizes.count)
    case .expandRatios: blueprint.blocks.map(\.expandRatios.count)
    case .stem: blueprint.deepStem == nil ? [] : [2]
    case .widthIndices: choices.widthIndices.map(\.count)
    case .resolution: [resolutions.count]
    }
  }

  /// Calls `body` with each block's index and whether the subnet has it.
  private func forEachBlock(of subnet: Subnet, _ body: (Int, Bool) -> Void) {
    for (index, stage) in stages.enumerated() {
      let present = blocks(ofStage: index, in: subnet)
      for block in stage { body(block, present.contains(block)) }
    }
  }
}
