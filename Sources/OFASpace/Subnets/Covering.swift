extension SearchSpace {
  /// Few subnets of the greatest depths in which every part of the network occurs in every form that it can have.
  ///
  /// The n-th has the n-th choice of kernel size and expand ratio in all blocks at once. A part depends on two
  /// neighbouring widths at most, which take all pairs of indices when the even and the odd ones do; a stem's depth
  /// goes with each.
  public func coveringSubnets(resolution: Int) -> [Subnet] {
    let blockChoices = zip(choices.kernelSizes, choices.expandRatios).map { $0.count * $1.count }
    let indices = choices.widthIndices.first ?? [0]
    let stemDepths = blueprint.deepStem?.depths ?? [largest.depths[0]]
    var subnets: [Subnet] = []
    for choice in 0..<(blockChoices.max() ?? 1) {
      var subnet = largest
      subnet.resolution = resolution
      for block in 0..<blockCount {
        let (kernel, expand) = (choice % blockChoices[block]).quotientAndRemainder(
          dividingBy: choices.expandRatios[block].count)
        subnet.kernelSizes[block] = choices.kernelSizes[block][kernel]
        subnet.expandRatios[block] = choices.expandRatios[block][expand]
      }
      for even in indices {
        for odd in indices {
          for depth in stemDepths {
            subnet.depths[0] = depth
            subnet.widthIndices = subnet.widthIndices.map { $0.indices.map { $0 % 2 == 0 ? even : odd } }
            subnets.append(subnet)
          }
        }
      }
    }
    return subnets
  }

  /// The parts of the networks of all covering subnets at all resolutions.
  var coveringParts: Int {
    let blocks = zip(choices.kernelSizes, choices.expandRatios).map { $0.count * $1.count }.max() ?? 1
    let widths = choices.widthIndices.first?.count ?? 1
    let depths = blueprint.deepStem?.depths.count ?? 1
    return blocks * widths * widths * depths * (blueprint.blocks.count + 3) * resolutions.count
  }

  /// What is wrong with a space that has more of them than ``Limits`` allows.
  var tooManyChoices: String {
    "the choices of one block and the widths around it, for all blocks and resolutions, are \(coveringParts), "
      + "more than \(Limits.coveringParts); leave out some kernel sizes, expand ratios, widths or resolutions"
  }
}
