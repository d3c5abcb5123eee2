import OFASpace

extension Problem {
  /// All subnets that differ in one choice: the resolution, what is about one thing such as a block or a width, or what
  /// others depend on, such as a stage's depth, the blocks that it brings in being all alike. They need not meet the
  /// budgets.
  func neighbours(of subnet: Subnet) -> [Subnet] {
    let (space, choices) = (costs.space, costs.choices)
    let sizes = choices.resolutions.filter { $0 != subnet.resolution }.map { resolution in
      var other = subnet
      other.resolution = resolution
      return other
    }
    return space.decisionGroups.reduce(into: sizes) { result, group in
      for variant in variants(of: subnet, group) {
        let other = space.canonical(variant)
        let added = space.decisionGroups.filter {
          space.has($0.lowerBound, other) && !space.has($0.lowerBound, subnet)
        }
        guard let first = added.first else {
          result.append(other)
          continue
        }
        for pattern in combinations(of: other, first) {
          var grown = pattern
          for group in added.dropFirst() {
            for (decision, leader) in zip(group, first) {
              let options = choices.options[decision]
              let place = choices.options[leader].firstIndex(of: pattern[leader]) ?? 0
              grown[decision] = options[min(place, options.count - 1)]
            }
          }
          result.append(grown)
        }
      }
    }
  }

  /// The subnet with every other choice for what is about one thing; none where it is not there.
  private func variants(of subnet: Subnet, _ group: Range<Int>) -> [Subnet] {
    costs.space.has(group.lowerBound, subnet) ? combinations(of: subnet, group).filter { $0 != subnet } : []
  }

  /// The subnet with every choice for what is about one thing.
  private func combinations(of subnet: Subnet, _ group: Range<Int>) -> [Subnet] {
    group.reduce([subnet]) { subnets, decision in
      subnets.flatMap { subnet in
        costs.choices.options[decision].map { option in
          var other = subnet
          other[decision] = option
          return other
        }
      }
    }
  }
}
