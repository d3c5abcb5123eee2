import OFAGraph
import OFAHardware
import OFASpace

/// Prices the subnets of a space without building their graphs: each choice of each part of the network was priced
/// once, and a subnet's price is put together from its parts'.
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
  /// What is missing at each resolution that not every profile covers.
  public let uncovered: [(resolution: Int, failure: any Error)]
  /// The devices.
  public let profiles: [DeviceProfile]

  /// By resolution.
  let tables: [Int: PriceTable]
  /// Of each profile; see `DeviceProfile.corrected`.
  private let corrections: [LatencyCorrection?]

  /// Prices every choice of every block at every resolution of `choices`, all of the space's unless given.
  ///
  /// - Throws: `.badData` naming a missing block when no resolution is covered by every profile.
  /// - Complexity: a graph for each resolution and each of the most choices that a part of the network has.
  public init(
    _ space: SearchSpace, choices: SearchSpace.Choices? = nil, profiles: [DeviceProfile] = []
  ) throws {
    var choices = choices ?? space.choices
    var tables: [Int: PriceTable] = [:]
    var uncovered: [(resolution: Int, failure: any Error)] = []
    for resolution in choices.resolutions {
      do {
        tables[resolution] = try PriceTable(space, resolution: resolution, profiles: profiles)
      } catch {
        uncovered.append((resolution, error))
      }
    }
    choices.resolutions.removeAll { tables[$0] == nil }
    if choices.resolutions.isEmpty, let missing = uncovered.first { throw missing.failure }
    self.space = space
    self.choices = choices
    self.uncovered = uncovered
    self.profiles = profiles
    self.tables = tables
    corrections = profiles.map(\.correction)
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
    let table = table(for: subnet)
    return [Double](unsafeUninitializedCapacity: table.columns) { values, count in
      table.add(up: subnet, in: space, to: values)
      correct(values)
      count = table.columns
    }
  }

  /// Lends the values of all columns, latencies corrected.
  func withValues<Result>(of subnet: Subnet, _ body: (UnsafeMutableBufferPointer<Double>) -> Result) -> Result {
    let table = table(for: subnet)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: table.columns) { values in
      table.add(up: subnet, in: space, to: values)
      correct(values)
      return body(values)
    }
  }

  /// Whether the values of no column are above its limit.
  func keeps(_ subnet: Subnet, limits: [Double]) -> Bool {
    withValues(of: subnet) { values in limits.indices.allSatisfy { values[$0] <= limits[$0] } }
  }

  private func table(for subnet: Subnet) -> PriceTable {
    guard let table = tables[subnet.resolution] else {
      preconditionFailure("No prices at resolution \(subnet.resolution).")
    }
    return table
  }

  /// Corrects sums of block latencies to those of whole networks.
  private func correct(_ values: UnsafeMutableBufferPointer<Double>) {
    for (index, correction) in corrections.enumerated() {
      let column = Column.firstLatency + index
      if let correction { values[column] = correction.latency(ofSum: values[column]) }
    }
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

/// The prices of every choice of every part of the network at one resolution. Integers are exact in a `Double` below
/// 2⁵³.
struct PriceTable: Sendable {
  /// The prices of one part's choices.
  struct Part: Sendable {
    /// When a network has it; nil: always.
    let condition: Decision.Condition?
    /// What it depends on, and how many options each has.
    let decisions: [(place: Int, options: Int)]
    let columns: Int
    /// A row of columns for each choice.
    var values: [Double]

    init(_ part: SearchSpace.Part, of space: SearchSpace, columns: Int) {
      condition = part.condition
      decisions = part.decisions.map { ($0, space.decisions[$0].options.count) }
      self.columns = columns
      let rows = decisions.reduce(1) { $0 * $1.options }
      values = [Double](repeating: 0, count: rows * columns)
    }

    /// Where the row of a subnet's choices begins.
    func row(of subnet: Subnet) -> Int {
      decisions.reduce(0) { $0 * $1.options + subnet[$1.place] } * columns
    }
  }

  /// What the parts without a choice cost together.
  private(set) var fixed: [Double]
  /// The other parts, in order.
  private(set) var parts: [Part] = []
  /// The same, one after the other, for a search's many candidates.
  private var rows: [Double] = []
  private var factors: [(place: Int, options: Int)] = []
  private var flat: [(condition: Decision.Condition?, factors: Range<Int>, firstRow: Int)] = []

  /// How many numbers a row has.
  var columns: Int { fixed.count }

  /// - Throws: `.badData` when a profile lacks a block.
  init(_ space: SearchSpace, resolution: Int, profiles: [DeviceProfile]) throws {
    let columns = Column.firstLatency + profiles.count
    let spaceParts = space.parts
    var all = spaceParts.map { Part($0, of: space, columns: columns) }
    let places = Dictionary(uniqueKeysWithValues: spaceParts.enumerated().map { ($1.name, $0) })
    var isPriced = all.map { [Bool](repeating: false, count: $0.values.count / columns) }
    for subnet in space.coveringSubnets(resolution: resolution) {
      let graph = space.graph(of: subnet)
      for (index, name) in graph.blocks.enumerated() {
        guard let place = places[name] else { preconditionFailure("\(name) is no part of the space.") }
        let row = all[place].row(of: subnet)
        if isPriced[place][row / columns] { continue }
        isPriced[place][row / columns] = true
        all[place].values.replaceSubrange(row..<row + columns, with: try Self.price(graph, index, profiles))
      }
    }
    precondition(isPriced.joined().allSatisfy { $0 }, "A choice of a part is without a price.")
    fixed = [Double](repeating: 0, count: columns)
    for part in all {
      if part.condition != nil || !part.decisions.isEmpty {
        parts.append(part)
      } else {
        fixed.withUnsafeMutableBufferPointer { fixed in
          part.values.withUnsafeBufferPointer { Self.add($0, at: 0, to: fixed) }
        }
      }
    }
    for part in parts {
      flat.append((part.condition, factors.count..<factors.count + part.decisions.count, rows.count))
      factors += part.decisions
      rows += part.values
    }
  }

  /// Adds up what a subnet's parts cost.
  func add(up subnet: Subnet, in space: SearchSpace, to sums: UnsafeMutableBufferPointer<Double>) {
    _ = sums.initialize(from: fixed)
    let columns = columns
    // Pointers, as counting references would take as long as the sums.
    rows.withUnsafeBufferPointer { rows in
      factors.withUnsafeBufferPointer { factors in
        flat.withUnsafeBufferPointer { flat in
          for part in flat.indices where space.holds(flat[part].condition, in: subnet) {
            var row = 0
            for place in flat[part].factors { row = row * factors[place].options + subnet[factors[place].place] }
            Self.add(rows, at: flat[part].firstRow + row * columns, to: sums)
          }
        }
      }
    }
  }

  private static func price(_ graph: Graph, _ block: Int, _ profiles: [DeviceProfile]) throws -> [Double] {
    let costs = graph.graph(ofBlock: block).costs
    return [costs.multiplyAccumulates, costs.parameters, costs.weightBytes, costs.peakActivationBytes].map(Double.init)
      + (try profiles.map { try $0.entry(ofBlock: block, in: graph).milliseconds })
  }

  /// Adds a row to a sum of rows.
  private static func add(
    _ values: UnsafeBufferPointer<Double>, at row: Int, to sum: UnsafeMutableBufferPointer<Double>
  ) {
    let peak = max(sum[Column.peakActivationBytes], values[row + Column.peakActivationBytes])
    for column in sum.indices { sum[column] += values[row + column] }
    sum[Column.peakActivationBytes] = peak
  }
}
