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
      // Of several depths only the last keeps the second convolution; alone, any above 0 would.
      definition.stem.deep?.depths = [deep.keepsResidual(in: subnet) ? deep.depth(in: subnet) : 0]
    }
    if let first = blueprint.first { definition.first?.width = width(first.outline.output) }
    if let expand = blueprint.headExpand { definition.head.expand?.width = width(expand.width) }
    if let mix = blueprint.headMix { definition.head.mix?.width = width(mix.width) }
    let offset = blueprint.deepStem == nil ? 0 : 1
    for stage in definition.stages.indices {
      let outlines = blueprint.blocks[blocks(ofStage: stage + offset, in: subnet)].map(\.outline)
      definition.stages[stage].depths = [outlines.count - definition.stages[stage].baseDepth]
      definition.stages[stage].width = width(outlines[0].output)
      definition.stages[stage].family = definition.stages[stage].family.narrowed(
        to: outlines.map { outline in
          Dictionary(
            uniqueKeysWithValues: outline.decisions.map { (decisions[$0].kind, decisions[$0].options[subnet[$0]]) })
        })
    }
    return SearchSpace(definition)
  }
}
