import OFAReport
import OFASpace

extension SubnetDrawing.Scale {
  /// What a space's subnets have at the most.
  init(_ space: SearchSpace) {
    let choices = space.stageChoices
    self.init(
      resolution: space.resolutions.max() ?? 0, blocks: choices.map { $0.blocks.max() ?? 0 },
      expandRatio: choices.flatMap(\.expandRatios).max() ?? 1,
      kernelSizes: Set(choices.flatMap(\.kernelSizes)).sorted())
  }
}

extension SubnetDrawing {
  /// A subnet of a space.
  init(_ subnet: Subnet, in space: SearchSpace, scale: Scale) {
    let written = space.document(of: subnet)
    let (kernelSizes, expandRatios) = (written.kernelSizes, written.expandRatios)
    self.init(
      resolution: subnet.resolution,
      stages: space.stages.indices.filter { !space.stages[$0].isEmpty }.map { stage in
        space.blocks(ofStage: stage, in: subnet).map {
          Block(kernelSize: kernelSizes[$0], expandRatio: expandRatios[$0])
        }
      },
      scale: scale)
  }
}

extension Table {
  /// The table with a drawing beside each id of a space's subnet.
  func drawn(in space: SearchSpace) -> Table {
    let scale = SubnetDrawing.Scale(space)
    var result = self
    for (index, column) in columns.enumerated() where column.kind == .id {
      for id in rows.map({ $0[index] }) {
        result.drawings[id] = (try? space.subnet(id: id)).map { SubnetDrawing($0, in: space, scale: scale) }
      }
    }
    return result
  }
}
