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
    for gene in costs.space.genes.shuffled(using: &generator) {
      guard costs.space.copy(gene, from: other, to: &result) else { continue }
      if admits(result) { return result }
    }
    return other
  }
}

/// One thing that is chosen about a subnet.
enum Gene: Hashable {
  case resolution
  /// What is about one thing.
  case group(Range<Int>)
}

extension SearchSpace {
  /// All genes, in order.
  var genes: [Gene] { [.resolution] + decisionGroups.map { .group($0) } }

  /// Copies a gene from one canonical subnet to another, which stays canonical, and returns whether that changed
  /// anything.
  func copy(_ gene: Gene, from source: Subnet, to target: inout Subnet) -> Bool {
    let before = target
    switch gene {
    case .resolution: target.resolution = source.resolution
    case .group(let group):
      guard has(group.lowerBound, source), has(group.lowerBound, target) else { return false }
      for decision in group { target[decision] = source[decision] }
      // What comes in is the source's.
      for decision in decisions.indices where has(decision, target) && !has(decision, before) {
        target[decision] = source[decision]
      }
      target = canonical(target)
    }
    return target != before
  }
}
