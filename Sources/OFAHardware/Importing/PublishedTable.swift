import OFAFormats
import OFAGraph

/// A latency table that others published, its keys joined into a network's blocks.
///
///     let table = try PublishedTable(reading: "192_lookup_table.yaml")
///     let profile = try DeviceProfile(device: "note10", tables: [table])
///
/// Which of the dialects a table is written in is told by its blocks' keys. A block is known by the signature that it
/// has within a network of a space. The head, of which tables time several layers, is one block: the sum over each
/// chain of layers whose shapes follow on each other.
///
/// - Note: Once-for-All, 2020, §3.4; ProxylessNAS, 2019, §3.3 (latency tables).
public struct PublishedTable: Hashable, Sendable {
  /// One block.
  struct Block: Hashable, Sendable {
    let signature: String
    let latency: MeanLatency
    /// Where its first key stands, for errors.
    let place: String
  }

  /// The file's path.
  public let path: String
  /// How many keys it has.
  public let keyCount: Int
  /// The resolutions of its networks' first layers, ascending.
  public let resolutions: [Int]
  let blocks: [Block]

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - path: the file's.
  ///   - column: the name of the means to take, where rows have several; else the only one is taken.
  /// - Throws: what `YAML.table(reading:)` throws, and `.badData` whose place has the line and the key: for a key of
  ///   no dialect or of another than the file's, shapes and numbers that cannot be, two keys of one block, or a head
  ///   with a layer missing.
  public init(reading path: String, column: String? = nil) throws {
    try self.init(YAML.table(reading: path), column: column, at: path)
  }

  /// A table of the given rows; see ``init(reading:column:)``.
  public init(_ rows: [YAML.Row], column: String? = nil, at path: String) throws {
    guard rows.contains(where: { TableKey($0.key) != nil }) else {
      throw Failure(
        .badData, "neither this key nor another is a layer's, with input, output and attributes: no latency table",
        at: "\(path): line \(rows[0].line): \(rows[0].key.shown)")
    }
    let means: String
    do {
      means = try MeanLatency.column(of: rows, chosen: column)
    } catch let failure as Failure {
      throw Failure(failure.kind, failure.message, at: path)
    }
    let lines = try rows.map { try Line($0, column: means, at: path) }
    guard let dialect = lines.lazy.compactMap({ TableDialect(ofBlock: $0.key) }).first else {
      throw Failure(.badData, "no key is a block of a known kind of latency table", at: path)
    }
    for line in lines {
      if let what = line.latency.difference(from: lines[0].latency) {
        throw Failure(.badData, "\(what), unlike the table's first key", at: line.place)
      }
    }
    var blocks: [Block] = []
    var heads = HeadLayers(dialect)
    for line in lines {
      if line.key.kind == dialect.stemKind {
        blocks.append(try line.block { try dialect.signature(ofStem: line.key) })
      } else if dialect.owns(block: line.key) {
        blocks.append(try line.block { try dialect.signature(ofBlock: line.key) })
      } else {
        try heads.add(line)
      }
    }
    blocks += try heads.blocks()
    var seen: Set<String> = []
    if let second = blocks.first(where: { !seen.insert($0.signature).inserted }) {
      throw Failure(.badData, "a second key of the same block", at: second.place)
    }
    self.path = path
    keyCount = rows.count
    resolutions = Set(lines.filter { $0.key.kind == dialect.stemKind }.map(\.key.input.height)).sorted()
    self.blocks = blocks
  }
}

/// A row whose key was taken apart.
private struct Line {
  let key: TableKey
  let latency: MeanLatency
  let place: String

  init(_ row: YAML.Row, column: String, at path: String) throws {
    place = "\(path): line \(row.line): \(row.key)"
    guard let key = TableKey(row.key) else {
      throw Failure(.badData, "not a layer with input, output and attributes", at: place)
    }
    self.key = key
    do {
      latency = try MeanLatency(row, column: column)
    } catch let failure as Failure {
      throw Failure(failure.kind, failure.message, at: place)
    }
  }

  /// A block whose first key this is.
  func block(latency: MeanLatency? = nil, signature: () throws -> String) throws -> PublishedTable.Block {
    do {
      return PublishedTable.Block(signature: try signature(), latency: latency ?? self.latency, place: place)
    } catch let failure as Failure {
      throw Failure(failure.kind, failure.message, at: place)
    }
  }
}

/// The layers of heads, to be put together.
private struct HeadLayers {
  let dialect: TableDialect
  /// The first layers of heads.
  private var first: [Line] = []
  /// The other layers, by kind and input.
  private var others: [String: [Shape: Line]] = [:]

  init(_ dialect: TableDialect) { self.dialect = dialect }

  /// - Throws: `.badData` when it is no layer of a head, or reads what another reads.
  mutating func add(_ line: Line) throws {
    let kind = line.key.kind
    guard dialect.headKinds.contains(kind) else {
      throw Failure(.badData, "\"\(kind)\" is no layer of this kind of latency table", at: line.place)
    }
    if kind == dialect.headKinds[0] {
      first.append(line)
    } else if let other = others[kind, default: [:]].updateValue(line, forKey: line.key.input) {
      throw Failure(.badData, "a second \(kind) of one input, after \(other.place)", at: line.place)
    }
  }

  /// The heads. A layer follows one whose output it reads, or reads pooled.
  ///
  /// - Throws: `.badData` for a head with a layer missing, and a layer without a head.
  func blocks() throws -> [PublishedTable.Block] {
    var unused = Set(others.values.flatMap { $0.values.map(\.place) })
    let blocks = try first.map { first in
      var chain = [first]
      for kind in dialect.headKinds.dropFirst() {
        let output = chain[chain.count - 1].key.output
        let pooled = Shape.image(height: 1, width: 1, channels: output.channels)
        guard let next = others[kind]?[output] ?? others[kind]?[pooled] else {
          throw Failure(.badData, "no \(kind) reads \(output), so that a head is not whole", at: first.place)
        }
        unused.remove(next.place)
        chain.append(next)
      }
      let latency = chain.dropFirst().reduce(first.latency) { $0 + $1.latency }
      return try first.block(latency: latency) { try dialect.signature(ofHead: chain.map(\.key)) }
    }
    if let place = unused.min() { throw Failure(.badData, "no head has this layer", at: place) }
    return blocks
  }
}
