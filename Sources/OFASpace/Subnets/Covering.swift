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
}
