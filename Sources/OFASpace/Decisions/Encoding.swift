import OFAFormats

// The features of a subnet that predictors see:
//
//     kernel size of each block, one-hot · expand ratio of each block, one-hot · stem, one-hot where it has a choice ·
//     index of each elastic width, one-hot · resolution, one-hot if there are several
//
// Those of a block are zero where a depth leaves it out, so that depths need no features of their own.

extension SearchSpace {
  /// A kind of features, with one number for each option of each decision of a kind.
  public struct FeatureGroup: RawRepresentable, Hashable, Sendable {
    /// What documents call it.
    public let rawValue: String

    /// The group of a name.
    public init(rawValue: String) { self.rawValue = rawValue }

    private init(_ kind: Decision.Kind) { self.init(rawValue: kind.features ?? kind.list) }

    /// Of each elastic block, all zero where it is left out.
    public static let kernelSizes = FeatureGroup(.kernelSize)
    /// Of each elastic block, all zero where it is left out.
    public static let expandRatios = FeatureGroup(.expandRatio)
    /// Whether a deep stem's second convolution is left out, whether it is kept.
    public static let stem = FeatureGroup(.stem)
    /// Of each elastic width.
    public static let widthIndices = FeatureGroup(.width)
    /// Of the network.
    public static let resolution = FeatureGroup(rawValue: "resolution")

    /// Those that stand first in a space's encoding, in order.
    static let leading = [kernelSizes, expandRatios, stem, widthIndices]
  }

  /// Whether subnets may have features of a group.
  public func knows(_ group: FeatureGroup) -> Bool {
    FeatureGroup.leading.contains(group) || encodingGroups(resolutions).contains(group) || group == .resolution
  }

  /// The number of features of a subnet.
  public var encodingSize: Int { encoding.count }

  /// The features of a subnet: ones and zeros, equal for equal networks.
  ///
  /// - Precondition: the subnet is canonical and its resolution one of the space's.
  /// - Note: Once-for-All, 2020, §3.4 (accuracy predictor).
  public func encoding(of subnet: Subnet) -> [Float] {
    encoding(of: subnet, encodingGroups(resolutions), resolutions: resolutions)
  }

  /// The features of some groups in the order given, with one-hot resolutions among those given.
  ///
  /// - Precondition: the subnet is canonical, and its resolution one of those given if resolutions are a group.
  public func encoding(of subnet: Subnet, _ groups: [FeatureGroup], resolutions: [Int]) -> [Float] {
    SubnetEncoding(self, groups, resolutions: resolutions).features(of: subnet)
  }

  /// The space's own encoding, worked out once for many subnets.
  public var encoding: SubnetEncoding { encoding(resolutions: resolutions) }

  /// The same with one-hot resolutions among those given.
  public func encoding(resolutions: [Int]) -> SubnetEncoding {
    SubnetEncoding(self, encodingGroups(resolutions), resolutions: resolutions)
  }

  /// The subnet that has the given features: the inverse of ``encoding(of:)``.
  ///
  /// - Throws: `Failure` of bad data when they are no subnet's.
  public func subnet(encoding features: [Float]) throws -> Subnet {
    func refuse(_ what: String) -> Failure { Failure(.badData, "the features are no subnet's of \(name): \(what)") }
    let size = encodingSize
    guard features.count == size else { throw refuse("\(features.count) features, expected \(size)") }
    var rest = features[...]
    func take(_ count: Int) throws -> Int? {
      let part = rest.prefix(count)
      rest = rest.dropFirst(count)
      let ones = part.indices.filter { part[$0] == 1 }
      guard ones.count <= 1, part.allSatisfy({ $0 == 0 || $0 == 1 }) else { throw refuse("not one-hot") }
      return ones.first.map { $0 - part.startIndex }
    }
    var subnet = smallest
    var told: [Int: Int] = [:]
    for group in encodingGroups(resolutions) {
      if group == .resolution {
        guard let place = try take(resolutions.count) else { throw refuse("no resolution") }
        subnet.resolution = resolutions[place]
      }
      for decision in places(of: group) { told[decision] = try take(decisions[decision].options.count) }
    }

    for (place, decision) in decisions.enumerated() {
      guard has(place, subnet) else {
        guard told[place] == nil else { throw refuse("\(decision.owner) is neither there nor left out") }
        continue
      }
      let option = decision.kind.features == nil ? implied(by: told, dependentsOn: place) : told[place]
      guard let option else { throw refuse("no \(decision.kind.noun) of \(decision.owner)") }
      subnet[place] = option
    }
    return subnet
  }

  /// The option of a decision with which just those of its dependents are there that have features.
  private func implied(by told: [Int: Int], dependentsOn decision: Int) -> Int? {
    decisions[decision].options.indices.first { option in
      dependents(on: decision).allSatisfy { dependent in
        (told[dependent] != nil) == (option >= decisions[dependent].condition?.least ?? 0)
      }
    }
  }

  /// The groups of the space's own encoding.
  fileprivate func encodingGroups(_ resolutions: [Int]) -> [FeatureGroup] {
    let own = decisions.compactMap(\.kind.features).map(FeatureGroup.init(rawValue:))
    var groups = FeatureGroup.leading.filter(own.contains)
    for group in own where !groups.contains(group) { groups.append(group) }
    return groups + (resolutions.count > 1 ? [.resolution] : [])
  }

  /// The places of the decisions that a group has features of.
  fileprivate func places(of group: FeatureGroup) -> [Int] {
    decisions.indices.filter { decisions[$0].kind.features == group.rawValue }
  }
}

/// Where the features of subnets stand, worked out once for many.
public struct SubnetEncoding: Sendable {
  /// How many features a subnet has.
  public let count: Int
  private let space: SearchSpace
  /// Of each decision that has features the place of its first option's.
  private let places: [(decision: Int, first: Int)]
  private let resolutions: [Int]
  /// The place of the first resolution's feature; nil where there is none.
  private let firstResolution: Int?

  /// The features of some groups in the order given, with one-hot resolutions among those given.
  public init(_ space: SearchSpace, _ groups: [SearchSpace.FeatureGroup], resolutions: [Int]) {
    var (count, places, firstResolution) = (0, [(decision: Int, first: Int)](), Int?.none)
    for group in groups {
      if group == .resolution {
        firstResolution = count
        count += resolutions.count
      }
      for decision in space.places(of: group) {
        places.append((decision, count))
        count += space.decisions[decision].options.count
      }
    }
    (self.space, self.resolutions) = (space, resolutions)
    (self.count, self.places, self.firstResolution) = (count, places, firstResolution)
  }

  /// Calls `body` with the place of each feature of a subnet that is one; the others are zero.
  ///
  /// - Precondition: the subnet is canonical, and its resolution one of the encoding's if it has features of them.
  public func forEachOne(of subnet: Subnet, _ body: (Int) -> Void) {
    if let firstResolution {
      guard let place = resolutions.firstIndex(of: subnet.resolution) else {
        preconditionFailure("\(subnet.resolution) is none of \(resolutions).")
      }
      body(firstResolution + place)
    }
    for (decision, first) in places where space.has(decision, subnet) { body(first + subnet[decision]) }
  }

  /// All features of a subnet.
  ///
  /// - Precondition: as of ``forEachOne(of:_:)``.
  public func features(of subnet: Subnet) -> [Float] {
    var features = [Float](repeating: 0, count: count)
    forEachOne(of: subnet) { features[$0] = 1 }
    return features
  }
}
