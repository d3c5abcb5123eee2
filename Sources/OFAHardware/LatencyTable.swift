import OFAFormats
import OFAGraph

/// What each block costs in time on one device: from a block's signature to its measured latency.
///
/// A network's latency is the sum over its blocks (Once-for-All, 2020, §3.4; ProxylessNAS, 2019, §3.3).
public struct LatencyTable: Hashable, Sendable {
  /// What is known of the time that one block takes, in milliseconds.
  public enum Entry: Hashable, Sendable {
    /// The median of `count` measurements, and what a tenth and nine tenths of them stay below; nil where the spread is
    /// not known.
    case median(Double, p10: Double?, p90: Double?, count: Int)
    /// A mean, as others publish them, with the standard deviation and the number of the measurements; nil for what is
    /// not known. Of no measurement it is a prediction.
    case mean(Double, deviation: Double?, count: Int?)

    /// An entry of a median and perhaps its spread.
    public init(
      medianMilliseconds: Double, p10Milliseconds: Double? = nil, p90Milliseconds: Double? = nil, count: Int
    ) {
      self = .median(medianMilliseconds, p10: p10Milliseconds, p90: p90Milliseconds, count: count)
    }

    /// What the block takes: the median, or the mean where that is what is known.
    public var milliseconds: Double {
      switch self {
      case .median(let milliseconds, _, _, _), .mean(let milliseconds, _, _): milliseconds
      }
    }

    fileprivate func scaled(by factor: Double) -> Entry {
      switch self {
      case .median(let median, let p10, let p90, let count):
        .median(median * factor, p10: p10.map { $0 * factor }, p90: p90.map { $0 * factor }, count: count)
      case .mean(let mean, let deviation, let count):
        .mean(mean * factor, deviation: deviation.map { $0 * factor }, count: count)
      }
    }

    /// Whether it is what other blocks say of this one, which was not measured.
    public var isPredicted: Bool { if case .mean(_, _, 0) = self { true } else { false } }

    /// How many measurements are known of; 0 where no number was published.
    public var count: Int {
      switch self {
      case .median(_, _, _, let count): count
      case .mean(_, _, let count): count ?? 0
      }
    }

    /// How far the interval of nine in ten measurements reaches to either side, as for a normal distribution; 0 where
    /// the spread is not known.
    ///
    ///     z / 1.2816 · (median − p10),  z / 1.2816 · (p90 − median)   or   z · deviation,   z = 1.6449
    ///
    /// The sides of a median are kept apart, because latencies are skewed: a run is disturbed far more easily than it
    /// is sped up.
    public var reach: (below: Double, above: Double) {
      switch self {
      case .median(let median, let p10, let p90, _):
        (1.6449 / 1.2816 * (median - (p10 ?? median)), 1.6449 / 1.2816 * ((p90 ?? median) - median))
      case .mean(_, let deviation, _): (1.6449 * (deviation ?? 0), 1.6449 * (deviation ?? 0))
      }
    }
  }

  /// The longest time that is taken for a latency or its deviation, in milliseconds: more than a week.
  package static let longestMilliseconds = 1e9

  /// The entries by the block's signature.
  public var entries: [String: Entry]
  /// Entries that hold in networks of one resolution only, and take the place of the others there: by resolution, then
  /// by signature.
  ///
  /// Equal work has equal signatures, so there is seldom a reason to have any. Published tables that were made one a
  /// resolution have timed some blocks in each, and what they say of a network is the sum over its own table.
  public var entriesAtResolution: [Int: [String: Entry]] = [:]

  /// A table of the given entries.
  public init(_ entries: [String: Entry] = [:]) { self.entries = entries }

  /// The entry of a block in networks of a resolution, or of its like at a network's edge.
  ///
  /// Images' channels and the number of classes belong to the data, not to the space that was profiled. A first block
  /// that was measured for colour images only stands for grey ones too, and the other way round; a last block for
  /// another number of classes, the nearest that was measured. Either is a small part of a network.
  ///
  /// - Parameters:
  ///   - signature: the block's.
  ///   - resolution: the network's; without one, what holds for networks of any.
  /// - Throws: `.badData` naming the signature when the block was not measured.
  public func entry(_ signature: String, resolution: Int? = nil) throws -> Entry {
    guard let measured = entries[signature] == nil ? like(signature) : signature, let entry = entries[measured] else {
      throw Failure(
        .badData,
        "the latency table has no block \"\(signature)\"; profile a space and resolution that contain it")
    }
    return resolution.flatMap { entriesAtResolution[$0]?[measured] } ?? entry
  }

  /// The signature of a block that was measured and differs in the images' channels or in the number of classes alone.
  private func like(_ signature: String) -> String? {
    if let match = signature.wholeMatch(of: /(\d+x\d+x)([13])( > conv.*)/) {
      return "\(match.1)\(match.2 == "1" ? 3 : 1)\(match.3)"
    }
    guard let match = signature.wholeMatch(of: /(.* linearb? )(\d+)/), let classes = Int(match.2) else { return nil }
    let measured = entries.keys.compactMap { key in
      key.hasPrefix(match.1) ? Int(key.dropFirst(match.1.count)).flatMap { $0 > 0 ? $0 : nil } : nil
    }
    return measured.min { (abs($0 - classes), $0) < (abs($1 - classes), $1) }.map { "\(match.1)\($0)" }
  }

  /// The table of a device on which all takes `factor` times as long.
  package func scaled(by factor: Double) -> LatencyTable {
    var table = self
    table.entries = entries.mapValues { $0.scaled(by: factor) }
    table.entriesAtResolution = entriesAtResolution.mapValues { $0.mapValues { $0.scaled(by: factor) } }
    return table
  }

  /// Whether every block of a graph has an entry.
  public func covers(_ graph: Graph) -> Bool { graph.signatures.allSatisfy { (try? entry($0)) != nil } }

  /// The sum over a graph's blocks.
  ///
  /// - Throws: `.badData` naming the first block that was not measured.
  public func sum(over graph: Graph) throws -> LatencySum {
    let resolution = graph[graph.input].height
    return try graph.signatures.reduce(into: LatencySum()) { $0.add(try entry($1, resolution: resolution)) }
  }
}

/// Blocks' latencies added up: medians and means as they are, spreads as those of independent measurements, whose
/// variances add.
public struct LatencySum: Hashable, Sendable {
  /// The sum of the medians and means.
  public private(set) var milliseconds = 0.0
  /// The sum of the squares of what the blocks' intervals reach below; see ``LatencyTable/Entry/reach``.
  public private(set) var squareBelow = 0.0
  /// The sum of the squares of what the blocks' intervals reach above.
  public private(set) var squareAbove = 0.0

  /// The sum of no blocks.
  public init() {}

  /// Adds one block.
  public mutating func add(_ entry: LatencyTable.Entry) {
    let reach = entry.reach
    milliseconds += entry.milliseconds
    squareBelow += reach.below * reach.below
    squareAbove += reach.above * reach.above
  }
}

/// A predicted latency and the interval in which nine of ten networks like it are expected.
public struct LatencyEstimate: Hashable, Sendable {
  /// The prediction.
  public var milliseconds: Double
  /// The interval's lower end, at least 0.
  public var low: Double
  /// The interval's upper end.
  public var high: Double
}
