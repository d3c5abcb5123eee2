import OFAGraph
import OFAHardware
import OFASpace

/// Prices the subnets of a space without building their graphs: each choice of each block was priced once, and a subnet's price is put
/// together from its blocks'.
///
///     let model = try CostModel(space, profiles: [phone])
///     model.prices(of: space.largest).latencyMilliseconds[0]
///
/// Exact: equal to `space.graph(of:).costs`, and to the profile's latency up to the rounding of a sum.
public struct CostModel: Sendable {
  /// The space.
  public let space: SearchSpace
  /// The choices that a search has; the resolutions are those that every profile covers.
  public let choices: SearchSpace.Choices
  /// The devices.
  public let profiles: [DeviceProfile]

  /// By resolution.
  let tables: [Int: PriceTable]

  /// Prices every choice of every block at every resolution of `choices`, all of the space's unless given.
  ///
  /// - Throws: `.badData` naming a missing block when no resolution is covered by every profile.
  /// - Complexity: a graph for each resolution and each of the most choices that a block has.
  public init(
    _ space: SearchSpace, choices: SearchSpace.Choices? = nil, profiles: [DeviceProfile] = []
  ) throws {
    var choices = choices ?? space.choices
    var tables: [Int: PriceTable] = [:]
    var missing: (any Error)?
    for resolution in choices.resolutions {
      do {
        tables[resolution] = try PriceTable(space, resolution: resolution, profiles: profiles)
      } catch {
        missing = missing ?? error
      }
    }
    choices.resolutions.removeAll { tables[$0] == nil }
    if choices.resolutions.isEmpty, let missing { throw missing }
    self.space = space
    self.choices = choices
    self.profiles = profiles
    self.tables = tables
  }

  /// What a subnet costs.
  ///
  /// - Precondition: canonical, at a resolution of `choices`.
  /// - Complexity: one table entry a block.
  public func prices(of subnet: Subnet) -> Prices {
    let values = values(of: subnet)
    return Prices(
      multiplyAccumulates: Int(values[Column.multiplyAccumulates]), parameters: Int(values[Column.parameters]),
      weightBytes: Int(values[Column.weightBytes]), peakActivationBytes: Int(values[Column.peakActivationBytes]),
      latencyMilliseconds: Array(values[Column.firstLatency...]))
  }

  /// The values of all columns, latencies corrected.
  func values(of subnet: Subnet) -> [Double] {
    guard let table = tables[subnet.resolution] else {
      preconditionFailure("No prices at resolution \(subnet.resolution).")
    }
    var values = table.fixed
    for (stage, depth) in zip(space.stages, subnet.depths) {
      for block in stage.prefix(depth) {
        let row = table.blocks[block].row(
          kernelSize: subnet.kernelSizes[block], expandRatio: subnet.expandRatios[block])
        PriceTable.add(table.blocks[block].values, at: row, to: &values)
      }
    }
    for (index, profile) in profiles.enumerated() {
      values[Column.firstLatency + index] = profile.corrected(values[Column.firstLatency + index])
    }
    return values
  }
}

/// Where each quantity stands in a row of prices. Latencies, one a device, stand last.
enum Column {
  static let multiplyAccumulates = 0
  static let parameters = 1
  static let weightBytes = 2
  /// The only one whose parts are not added: the largest counts.
  static let peakActivationBytes = 3
  static let firstLatency = 4
}

/// The prices of every choice of every block at one resolution. Integers are exact in a `Double` below 2⁵³.
struct PriceTable: Sendable {
  /// The prices of one elastic block's choices.
  struct Block: Sendable {
    let kernelSizes: [Int]
    let expandRatios: [Double]
    let columns: Int
    /// A row of columns for each choice.
    var values: [Double]

    /// Where a choice's row begins.
    func row(kernelSize: Int, expandRatio: Double) -> Int {
      guard let kernel = kernelSizes.firstIndex(of: kernelSize), let expand = expandRatios.firstIndex(of: expandRatio)
      else { preconditionFailure("The subnet is not canonical.") }
      return (kernel * expandRatios.count + expand) * columns
    }
  }

  /// What the blocks without a choice cost together.
  private(set) var fixed: [Double]
  /// The elastic blocks.
  private(set) var blocks: [Block]

  /// - Throws: `.badData` when a profile lacks a block.
  init(_ space: SearchSpace, resolution: Int, profiles: [DeviceProfile]) throws {
    let columns = Column.firstLatency + profiles.count
    fixed = [Double](repeating: 0, count: columns)
    blocks = zip(space.definition.stages, space.stages).flatMap { stage, range in
      range.map { _ in
        Block(
          kernelSizes: stage.kernelSizes, expandRatios: stage.expandRatios, columns: columns,
          values: [Double](repeating: 0, count: columns * stage.kernelSizes.count * stage.expandRatios.count))
      }
    }
    let elastic = Dictionary(uniqueKeysWithValues: space.blockNames.enumerated().map { ($1, $0) })
    let most = blocks.map { $0.values.count / columns }.max() ?? 0
    // The n-th graph has the n-th choice of every block, so that each choice of each is priced.
    for choice in 0..<most {
      var subnet = space.largest
      subnet.resolution = resolution
      for (index, block) in blocks.enumerated() {
        let own = choice % (block.values.count / columns)
        subnet.kernelSizes[index] = block.kernelSizes[own / block.expandRatios.count]
        subnet.expandRatios[index] = block.expandRatios[own % block.expandRatios.count]
      }
      let graph = space.graph(of: subnet)
      for (index, name) in graph.blocks.enumerated() {
        if let block = elastic[name] {
          let row = blocks[block].row(
            kernelSize: subnet.kernelSizes[block], expandRatio: subnet.expandRatios[block])
          blocks[block].values.replaceSubrange(row..<row + columns, with: try Self.price(graph, index, profiles))
        } else if choice == 0 {
          Self.add(try Self.price(graph, index, profiles), at: 0, to: &fixed)
        }
      }
    }
  }

  private static func price(_ graph: Graph, _ block: Int, _ profiles: [DeviceProfile]) throws -> [Double] {
    let costs = graph.graph(ofBlock: block).costs
    let signature = graph.signature(ofBlock: block)
    return [costs.multiplyAccumulates, costs.parameters, costs.weightBytes, costs.peakActivationBytes].map(Double.init)
      + (try profiles.map { try $0.table.entry(signature).medianMilliseconds })
  }

  /// Adds a row to a sum of rows.
  static func add(_ values: [Double], at row: Int, to sum: inout [Double]) {
    let peak = max(sum[Column.peakActivationBytes], values[row + Column.peakActivationBytes])
    for column in sum.indices { sum[column] += values[row + column] }
    sum[Column.peakActivationBytes] = peak
  }
}
