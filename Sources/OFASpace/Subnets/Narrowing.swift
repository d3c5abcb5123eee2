import OFAFormats

extension SearchSpace {
  /// The space of one subnet alone: a network as any other, whose tensors are the subnet's and no more.
  ///
  /// What trains, stores, prices and exports a space does so for a single network by this. Its tensors have the names
  /// that they have here.
  ///
  /// - Parameter subnet: a canonical subnet.
  public func narrowed(to subnet: Subnet) -> SearchSpace {
    var definition = definition
    definition.resolutions = [subnet.resolution]
    // Widths are written as they are.
    definition.widthMultiplier = 1
    definition.widthMultipliers = definition.widthMultipliers.map { _ in [1] }
    func width(_ elastic: ElasticWidth) -> Int { elastic.width(in: subnet) }
    definition.stem.width = width(blueprint.stem.width)
    if let deep = blueprint.deepStem {
      definition.stem.deep?.width = width(deep.width)
      definition.stem.deep?.depths = [deep.depth(in: subnet)]
    }
    if let first = blueprint.first { definition.first?.width = width(first.width) }
    if let expand = blueprint.headExpand { definition.head.expand?.width = width(expand.width) }
    if let mix = blueprint.headMix { definition.head.mix?.width = width(mix.width) }
    let offset = blueprint.deepStem == nil ? 0 : 1
    for stage in definition.stages.indices {
      let blocks = blocks(ofStage: stage + offset, in: subnet)
      definition.stages[stage].depths = [blocks.count - definition.stages[stage].baseDepth]
      definition.stages[stage].width = width(blueprint.blocks[blocks.lowerBound].width)
      definition.stages[stage].blocks = blueprint.blocks[blocks].map { block in
        Stage.BlockChoices(
          kernelSizes: [block.kernelSize(in: subnet)], expandRatios: [block.expandRatio(in: subnet)])
      }
    }
    return SearchSpace(definition)
  }
}
