extension SearchSpace {
  /// The choices that sampling, mutation and enumeration draw from: all of a space's, or some of them.
  ///
  ///     let shrinking = space.choices.restricted(depths: [3, 4], expandRatios: [6])
  public struct Choices: Hashable, Sendable {
    let decisions: [Decision]
    /// Of each decision the places of options that may be chosen, ascending and not empty.
    public var options: [[Int]]
    /// The resolutions, ascending and not empty.
    public var resolutions: [Int]

    /// All options of some decisions.
    init(_ decisions: [Decision], resolutions: [Int]) {
      self.decisions = decisions
      options = decisions.map { Array($0.options.indices) }
      self.resolutions = resolutions
    }

    /// The largest of every list but the resolutions: the whole network.
    public var largestOnly: Choices {
      var result = self
      result.options = options.map { $0.suffix(1) }
      return result
    }

    /// The given number of largest choices of every list; all where no number is given or a list has fewer.
    ///
    /// - Precondition: the numbers are positive.
    public func largest(
      depths: Int? = nil, kernelSizes: Int? = nil, expandRatios: Int? = nil, widthIndices: Int? = nil
    ) -> Choices {
      let counts = [
        "depths": depths, "kernelSizes": kernelSizes, "expandRatios": expandRatios, "widthIndices": widthIndices,
      ]
      var result = self
      for (place, decision) in decisions.enumerated() {
        if let count = counts[decision.kind.list] ?? nil { result.options[place] = options[place].suffix(count) }
      }
      return result
    }

    /// The choices among those given; all of a kind that is not given. A list of which nothing is given keeps its
    /// largest choice, so that a stage of fewer blocks, say, takes part in a restriction to greater depths.
    public func restricted(
      depths: [Int]? = nil, kernelSizes: [Int]? = nil, expandRatios: [Double]? = nil, widthIndices: [Int]? = nil,
      resolutions: [Int]? = nil
    ) -> Choices {
      let given = [
        "depths": depths?.map(Double.init), "kernelSizes": kernelSizes?.map(Double.init), "expandRatios": expandRatios,
        "widthIndices": widthIndices?.map(Double.init),
      ]
      func kept<Choice>(_ list: [Choice], where isGiven: (Choice) -> Bool) -> [Choice] {
        let kept = list.filter(isGiven)
        return kept.isEmpty ? list.suffix(1) : kept
      }
      var result = self
      for (place, decision) in decisions.enumerated() {
        guard let values = given[decision.kind.list] ?? nil else { continue }
        result.options[place] = kept(options[place]) { decision.options[$0].number.map(values.contains) ?? false }
      }
      if let resolutions { result.resolutions = kept(self.resolutions, where: resolutions.contains) }
      return result
    }

    /// The subnet that has of each list of a length what stands at `place`.
    func subnet(at place: (Int) -> Int) -> Subnet {
      Subnet(
        resolution: resolutions[place(resolutions.count)], options: options.map { UInt8($0[place($0.count)]) })
    }
  }

  /// All choices of the space.
  public var choices: Choices { blueprint.choices }

  /// Whether the choices allow a canonical subnet.
  public func contains(_ subnet: Subnet, in choices: Choices) -> Bool {
    choices.resolutions.contains(subnet.resolution)
      && decisions.indices.allSatisfy { !has($0, subnet) || choices.options[$0].contains(subnet[$0]) }
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
    return canonical(subnet)
  }
}

extension SearchSpace.Choices {
  /// The depths of each stage, where the stem has a choice its first.
  public var depths: [[Int]] { numbers("depths").map { $0.map { Int($0) } } }
  /// The kernel sizes of each elastic block.
  public var kernelSizes: [[Int]] { numbers("kernelSizes").map { $0.map { Int($0) } } }
  /// The expand ratios of each elastic block.
  public var expandRatios: [[Double]] { numbers("expandRatios") }
  /// The indices of each elastic width; empty in a space without.
  public var widthIndices: [[Int]] { numbers("widthIndices").map { $0.map { Int($0) } } }

  private func numbers(_ list: String) -> [[Double]] {
    zip(decisions, options).filter { $0.0.kind.list == list }.map { decision, places in
      places.compactMap { decision.options[$0].number }
    }
  }
}
