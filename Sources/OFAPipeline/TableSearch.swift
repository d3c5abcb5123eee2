import Foundation
import OFAFormats
import OFANumerics
import OFASearch

/// Finds the best networks of a table, as a searcher finds them that knows only what it has asked for.
public struct TableSearch {
  /// The table's path: comma-separated values, the columns' names first; see `TableDomain` for how a network is
  /// written.
  public var table: String
  /// The columns that are sought, and whether more of them is better. The answer is the best in the first.
  public var objectives: [(column: String, isMaximized: Bool)]
  /// The searcher's name; by default the one for so many objectives.
  public var searcher: String?
  /// How many networks may be looked up.
  public var evaluations: Int?
  /// How long to search at most.
  public var timeLimit: Duration?
  /// Where to write the networks that no other beats in everything that is sought, one a line.
  public var front: Output?
  /// The seed of the search.
  public var seed: UInt64

  /// The keys of a result beside those of the columns, which no column that is sought may be called.
  private enum OwnKey: String, CodingKey { case id, row, evaluations, failures, seconds }

  /// A network of the table.
  public struct Row: Hashable, Sendable, Encodable {
    /// How it is made, as the table writes it.
    public var id: String
    /// Its row below the names, counted from 0.
    public var row: Int
    /// What it comes to in the columns that are sought, in their order.
    public var values: [(column: String, value: Double)] { zip(columns, numbers).map { ($0, $1) } }
    fileprivate var columns: [String]
    fileprivate var numbers: [Double]

    /// Writes one flat object, the columns by their names.
    public func encode(to encoder: any Encoder) throws {
      var own = encoder.container(keyedBy: OwnKey.self)
      try own.encode(id, forKey: .id)
      try own.encode(row, forKey: .row)
      var container = encoder.container(keyedBy: ColumnKey.self)
      for (column, value) in values { try container.encode(value, forKey: ColumnKey(stringValue: column)) }
    }
  }

  /// What a search came to.
  public struct Result: Hashable, Sendable, Encodable {
    /// The best in what is sought first.
    public var best: Row
    /// How many networks were looked up.
    public var evaluations: Int
    /// How many of them the table did not have, or had no number for.
    public var failures: Int
    /// How long the search took.
    public var seconds: Double
    /// The networks that no other beats in everything that is sought.
    public var front: [Row]

    /// Writes the best network's object with `evaluations`, `failures` and `seconds` in it.
    public func encode(to encoder: any Encoder) throws {
      try best.encode(to: encoder)
      var container = encoder.container(keyedBy: OwnKey.self)
      try container.encode(evaluations, forKey: .evaluations)
      try container.encode(failures, forKey: .failures)
      try container.encode(seconds, forKey: .seconds)
    }
  }

  /// A search of a table.
  public init(table: String, objectives: [(column: String, isMaximized: Bool)], seed: UInt64 = 0) {
    (self.table, self.objectives, self.seed) = (table, objectives, seed)
  }

  /// Searches.
  ///
  /// - Throws: `.usage` for a column that the table does not have, nothing that is sought, or a searcher that does not
  ///   take so many objectives; `.badData` for a table that says of no network how it is made.
  public func run(monitor: Monitor = Monitor()) throws -> Result {
    guard !objectives.isEmpty else {
      throw Failure(
        .usage, "nothing is sought; name a column of the table with `minimize` or `maximize`", at: "`table`")
    }
    if let (column, _) = objectives.first(where: { OwnKey(rawValue: $0.column) != nil }) {
      throw Failure(
        .usage, "the result has a key \"\(column)\" of its own; give the column another name", at: "`table`")
    }
    try front?.check(for: Self.frontKind)
    let domain = try TableDomain(
      CommaSeparatedValues.rows(table),
      wishes: objectives.map { TableDomain.Wish($0.column, isMaximized: $0.isMaximized) }, at: table)
    let searcher = try SearcherKind.searcher(named: searcher, for: domain, at: "`searcher`")
    var generator = SeededGenerator(seed: seed, stream: "search")
    let archive = try Search(domain, evaluations: evaluations, timeLimit: timeLimit)
      .run(searcher, using: &generator) { try monitor.check("searching", $0) }
    guard let leading = archive.leading.first.flatMap({ row(of: $0, in: domain) }) else {
      throw Failure(.badData, "none of the \(archive.evaluations) networks that were looked up has numbers", at: table)
    }
    let trials = objectives.count > 1 ? archive.front.trials : Array(archive.leading.prefix(1))
    let result = Result(
      best: leading, evaluations: archive.evaluations, failures: archive.failures,
      seconds: archive.duration / .seconds(1), front: trials.compactMap { row(of: $0, in: domain) })
    try front?.write(JSONLines.encode(result.front), as: Self.frontKind)
    return result
  }

  private func row(of trial: Trial, in domain: TableDomain) -> Row? {
    domain.row(of: trial.subnet).map { row in
      Row(
        id: row.name, row: row.index, columns: objectives.map(\.column),
        numbers: zip(objectives, trial.objectives).map { $0.isMaximized ? -$1 : $1 })
    }
  }

  /// The kind of the front that is written.
  private static let frontKind = FileKind.front("a front of a table", key: "row")
}
