extension SearchSpace {
  /// The choices that sampling, mutation and enumeration draw from: all of a space's, or some of them.
  ///
  ///     let shrinking = space.choices.restricted(depths: [3, 4], expandRatios: [6])
  ///
  /// Each list ascends and is not empty.
  public struct Choices: Hashable, Sendable {
    /// The depths of each stage.
    public var depths: [[Int]]
    /// The kernel sizes of each block.
    public var kernelSizes: [[Int]]
    /// The expand ratios of each block.
    public var expandRatios: [[Double]]
    /// The indices of each elastic width; empty in a space without.
    public var widthIndices: [[Int]]
    /// The resolutions.
    public var resolutions: [Int]

    /// The largest of every list but the resolutions: the whole network.
    public var largestOnly: Choices { largest(depths: 1, kernelSizes: 1, expandRatios: 1, widthIndices: 1) }

    /// The given number of largest choices of every list; all where no number is given or a list has fewer.
    ///
    /// - Precondition: the numbers are positive.
    public func largest(
      depths: Int? = nil, kernelSizes: Int? = nil, expandRatios: Int? = nil, widthIndices: Int? = nil
    ) -> Choices {
      var result = self
      if let depths { result.depths = self.depths.map { $0.suffix(depths) } }
      if let kernelSizes { result.kernelSizes = self.kernelSizes.map { $0.suffix(kernelSizes) } }
      if let expandRatios { result.expandRatios = self.expandRatios.map { $0.suffix(expandRatios) } }
      if let widthIndices { result.widthIndices = self.widthIndices.map { $0.suffix(widthIndices) } }
      return result
    }

    /// The choices among those given; all of a kind that is not given. A list of which nothing is given keeps its
    /// largest choice, so that a stage of fewer blocks, say, takes part in a restriction to greater depths.
    public func restricted(
      depths: [Int]? = nil, kernelSizes: [Int]? = nil, expandRatios: [Double]? = nil, widthIndices: [Int]? = nil,
      resolutions: [Int]? = nil
    ) -> Choices {
      func restrict<Choice: Equatable>(_ list: [Choice], to given: [Choice]?) -> [Choice] {
        guard let given else { return list }
        let kept = list.filter(given.contains)
        return kept.isEmpty ? list.suffix(1) : kept
      }
      return Choices(
        depths: self.depths.map { restrict($0, to: depths) },
        kernelSizes: self.kernelSizes.map { restrict($0, to: kernelSizes) },
        expandRatios: self.expandRatios.map { restrict($0, to: expandRatios) },
        widthIndices: self.widthIndices.map { restrict($0, to: widthIndices) },
        resolutions: restrict(self.resolutions, to: resolutions))
    }

    /// The subnet, perhaps not canonical, that has of each list of a length what stands at `place`.
    func subnet(at place: (Int) -> Int) -> Subnet {
      func pick<Choice>(_ list: [Choice]) -> Choice { list[place(list.count)] }
      return Subnet(
        resolution: pick(resolutions), depths: depths.map(pick), kernelSizes: kernelSizes.map(pick),
        expandRatios: expandRatios.map(pick), widthIndices: widthIndices.isEmpty ? nil : widthIndices.map(pick))
    }
  }

  /// All choices of the space.
  public var choices: Choices { blueprint.choices }

  /// Whether the choices allow a canonical subnet.
  public func contains(_ subnet: Subnet, in choices: Choices) -> Bool {
    choices.resolutions.contains(subnet.resolution)
      && zip(choices.depths, subnet.depths).allSatisfy { $0.contains($1) }
      && zip(choices.widthIndices, subnet.widthIndices ?? []).allSatisfy { $0.contains($1) }
      && stages.indices.allSatisfy { stage in
        blocks(ofStage: stage, in: subnet).allSatisfy {
          choices.kernelSizes[$0].contains(subnet.kernelSizes[$0])
            && choices.expandRatios[$0].contains(subnet.expandRatios[$0])
        }
      }
  }
}
