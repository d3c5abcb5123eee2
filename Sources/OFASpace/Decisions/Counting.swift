import BigInt

extension SearchSpace {
  /// The number of networks of the space, resolutions left aside.
  ///
  ///     count(decision) = Σ options o  Π dependents that have it from o on  count(dependent)
  ///     networks        = Π decisions without a condition  count(decision)
  public var architectureCount: BigInt { architectureCount(in: choices) }

  /// The number of subnets of the space: networks times resolutions.
  public var subnetCount: BigInt { subnetCount(in: choices) }

  /// The number of networks that the choices allow, resolutions left aside.
  public func architectureCount(in choices: Choices) -> BigInt {
    blueprint.decisions.roots.reduce(1) { $0 * variants(of: $1, in: choices).reduce(0, +) }
  }

  /// The number of subnets that the choices allow.
  public func subnetCount(in choices: Choices) -> BigInt {
    architectureCount(in: choices) * BigInt(choices.resolutions.count)
  }

  /// All subnets that the choices allow, each once, made as they are asked for.
  ///
  /// - Precondition: the choices are few: their number fits in an `Int`.
  /// - Complexity: O(decisions) for each.
  public func subnets(in choices: Choices? = nil) -> some RandomAccessCollection<Subnet> {
    let choices = choices ?? self.choices
    guard let count = Int(exactly: subnetCount(in: choices)) else {
      preconditionFailure("\(subnetCount(in: choices)) subnets are too many to count off.")
    }
    let counts = decisions.indices.map { variants(of: $0, in: choices).map { Int($0) } }
    return (0..<count).lazy.map { subnet(at: $0, in: choices, counts) }
  }

  /// The subnet whose choices are the digits of a number, in the mixed radix of the choices.
  private func subnet(at index: Int, in choices: Choices, _ counts: [[Int]]) -> Subnet {
    var subnet = smallest
    /// Takes the digit of a decision: it counts the variants of its first option, then those of the second, and so on.
    func take(_ decision: Int, from rest: inout Int) {
      let counts = counts[decision]
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: counts.reduce(0, +))
      rest = quotient
      var (place, within) = (0, digit)
      while within >= counts[place] {
        within -= counts[place]
        place += 1
      }
      subnet[decision] = choices.options[decision][place]
      for dependent in dependents(on: decision) where has(dependent, subnet) { take(dependent, from: &within) }
    }
    var (rest, resolution) = index.quotientAndRemainder(dividingBy: choices.resolutions.count)
    subnet.resolution = choices.resolutions[resolution]
    for decision in blueprint.decisions.roots { take(decision, from: &rest) }
    return subnet
  }

  /// Of each option of a decision that may be chosen, the number of ways to choose it and what it brings along.
  private func variants(of decision: Int, in choices: Choices) -> [BigInt] {
    choices.options[decision].map { option in
      dependents(on: decision).reduce(1) { product, dependent in
        let least = decisions[dependent].condition?.least ?? 0
        return least > option ? product : product * variants(of: dependent, in: choices).reduce(0, +)
      }
    }
  }
}
