import OFAFormats
import OFAGraph

/// What each block costs in time on one device: from a block's signature to its measured latency.
///
/// A network's latency is the sum over its blocks (Once-for-All, 2020, §3.4; ProxylessNAS, 2019, §3.3).
public struct LatencyTable: Hashable, Sendable {
  /// The measurements of one block.
  public struct Entry: Hashable, Sendable {
    /// The median of the measurements.
    public var medianMilliseconds: Double
    /// What a tenth of the measurements stay below; nil where the spread is not known.
    public var p10Milliseconds: Double?
    /// What nine tenths of the measurements stay below; nil where the spread is not known.
    public var p90Milliseconds: Double?
    /// How often it was measured.
    public var count: Int

    /// An entry of a median and perhaps its spread.
    public init(
      medianMilliseconds: Double, p10Milliseconds: Double? = nil, p90Milliseconds: Double? = nil, count: Int
    ) {
      self.medianMilliseconds = medianMilliseconds
      self.p10Milliseconds = p10Milliseconds
      self.p90Milliseconds = p90Milliseconds
      self.count = count
    }
  }

  /// The entries by the block's signature.
  public var entries: [String: Entry]

  /// A table of the given entries.
  public init(_ entries: [String: Entry] = [:]) { self.entries = entries }

  /// The entry of a block, or of its like at a network's edge.
  ///
  /// Images' channels and the number of classes belong to the data, not to the space that was profiled. A first block that was measured
  /// for colour images only stands for grey ones too, and the other way round; a last block for another number of classes, the
  /// nearest that was measured. Either is a small part of a network.
  ///
  /// - Throws: `.badData` naming the signature when the block was not measured.
  public func entry(_ signature: String) throws -> Entry {
    guard let entry = entries[signature] ?? like(signature) else {
      throw Failure(
        .badData,
        "the latency table has no block \"\(signature)\"; profile a space and resolution that contain it")
    }
    return entry
  }

  /// The entry of a block that differs in the images' channels or in the number of classes alone.
  private func like(_ signature: String) -> Entry? {
    if let match = signature.wholeMatch(of: /(\d+x\d+x)([13])( > conv.*)/) {
      return entries["\(match.1)\(match.2 == "1" ? 3 : 1)\(match.3)"]
    }
    guard let match = signature.wholeMatch(of: /(.* linearb? )(\d+)/), let classes = Int(match.2) else { return nil }
    let measured = entries.keys.compactMap { key in
      key.hasPrefix(match.1) ? Int(key.dropFirst(match.1.count)) : nil
    }
    return measured.min { (abs($0 - classes), $0) < (abs($1 - classes), $1) }.flatMap { entries["\(match.1)\($0)"] }
  }

  /// Whether every block of a graph has an entry.
  public func covers(_ graph: Graph) -> Bool { graph.signatures.allSatisfy { entries[$0] != nil || like($0) != nil } }

  /// The sum over a graph's blocks.
  ///
  /// - Throws: `.badData` naming the first block that was not measured.
  public func sum(over graph: Graph) throws -> LatencySum {
    try graph.signatures.reduce(into: LatencySum()) { $0.add(try entry($1)) }
  }
}

/// Blocks' latencies added up: medians as they are, spreads as those of independent measurements, whose variances add.
///
/// The distances from the median to the 10th and the 90th percentile are kept apart, because latencies are skewed: a run is
/// disturbed far more easily than it is sped up.
public struct LatencySum: Hashable, Sendable {
  /// The sum of the medians.
  public private(set) var milliseconds = 0.0
  /// The sum of the squared distances from median to 10th percentile.
  public private(set) var squareBelow = 0.0
  /// The sum of the squared distances from median to 90th percentile.
  public private(set) var squareAbove = 0.0

  /// The sum of no blocks.
  public init() {}

  /// Adds one block.
  public mutating func add(_ entry: LatencyTable.Entry) {
    let below = entry.medianMilliseconds - (entry.p10Milliseconds ?? entry.medianMilliseconds)
    let above = (entry.p90Milliseconds ?? entry.medianMilliseconds) - entry.medianMilliseconds
    milliseconds += entry.medianMilliseconds
    squareBelow += below * below
    squareAbove += above * above
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
