/// Rows of text under headings, for the terminal and for HTML.
///
///     print(Table([.id("subnet"), .number("latency")], [["r32-…", "253 µs"]]).text)
public struct Table: Hashable, Sendable {
  /// A column's heading and what its texts are.
  public struct Column: Hashable, Sendable {
    /// What the texts of a column are.
    public enum Kind: Hashable, Sendable {
      /// Words.
      case text
      /// Numbers, which end at the right edge.
      case number
      /// Subnets' ids: on a page the long ones are shortened, whole on a click, and can be copied.
      case id
    }

    /// The heading.
    public var heading: String
    /// What its texts are.
    public var kind: Kind

    /// Whether texts end at the right edge.
    var isNumber: Bool { kind == .number }

    /// A column of words.
    public static func text(_ heading: String) -> Column { Column(heading: heading, kind: .text) }
    /// A column of numbers.
    public static func number(_ heading: String) -> Column { Column(heading: heading, kind: .number) }
    /// A column of subnets' ids.
    public static func id(_ heading: String) -> Column { Column(heading: heading, kind: .id) }
  }

  /// The columns.
  public var columns: [Column]
  /// The rows; each has a text for every column.
  public var rows: [[String]]
  /// On a page, the drawings of subnets, by id.
  public var drawings: [String: SubnetDrawing] = [:]
  /// On a page, the rows that stand out, by their subnets' ids, each with the word that says why, such as `chosen`.
  public var marks: [String: String] = [:]

  /// A table.
  public init(_ columns: [Column], _ rows: [[String]]) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "Each row has \(columns.count) texts.")
    self.columns = columns
    self.rows = rows
  }

  /// The table as HTML elements for a ``Page``.
  public var html: String {
    let heads = columns.map { "<th\($0.isNumber ? " class=\"number\"" : "")>\(escaped($0.heading))</th>" }
    let body = rows.map { row in
      let isMarked = zip(row, columns).contains { $1.kind == .id && marks[$0] != nil }
      return "<tr\(isMarked ? " class=\"marked\"" : "")>\(zip(row, columns).map(cell).joined())</tr>"
    }
    return """
      \(drawings.first?.value.scale.key ?? "")<div class="table">
      <table>
      <thead><tr>\(heads.joined())</tr></thead>
      <tbody>
      \(body.joined(separator: "\n"))
      </tbody>
      </table>
      </div>

      """
  }

  private func cell(_ text: String, _ column: Column) -> String {
    switch column.kind {
    case .text: "<td>\(escaped(text))</td>"
    case .number: "<td class=\"number\">\(escaped(text))</td>"
    case .id:
      "<td class=\"id\" data-copy=\"\(escaped(text))\">\(drawings[text]?.svg ?? "")\(Self.shortened(text))"
        + "\(marks[text].map { "<mark>\(escaped($0))</mark>" } ?? "")</td>"
    }
  }

  /// An id; of a long one its beginning and end, and the whole on a click.
  private static func shortened(_ id: String) -> String {
    guard id.count > 22 else { return "<code>\(escaped(id))</code>" }
    return "<details><summary><code>\(escaped("\(id.prefix(9))…\(id.suffix(5))"))</code></summary>"
      + "<code>\(escaped(id))</code></details>"
  }
}
