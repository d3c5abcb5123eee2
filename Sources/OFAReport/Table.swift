/// Rows of text under headings, for the terminal and for HTML.
///
///     print(Table([.text("subnet"), .number("latency")], [["r32-…", "253 µs"]]).text)
public struct Table: Hashable, Sendable {
  /// A column's heading and the side at which its texts stand.
  public struct Column: Hashable, Sendable {
    /// The heading.
    public var heading: String
    /// Whether texts end at the right edge, as numbers do.
    public var isNumber: Bool

    /// A column of words.
    public static func text(_ heading: String) -> Column { Column(heading: heading, isNumber: false) }
    /// A column of numbers.
    public static func number(_ heading: String) -> Column { Column(heading: heading, isNumber: true) }
  }

  /// The columns.
  public var columns: [Column]
  /// The rows; each has a text for every column.
  public var rows: [[String]]

  /// A table.
  public init(_ columns: [Column], _ rows: [[String]]) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "Each row has \(columns.count) texts.")
    self.columns = columns
    self.rows = rows
  }

  /// The table as an HTML element.
  public var html: String {
    func row(_ tag: String, _ texts: [String]) -> String {
      let cells = zip(texts, columns).map { text, column in
        "<\(tag)\(column.isNumber ? " class=\"number\"" : "")>\(escaped(text))</\(tag)>"
      }
      return "<tr>\(cells.joined())</tr>"
    }
    let body = rows.map { row("td", $0) }.joined(separator: "\n")
    return """
      <table>
      <thead>\(row("th", columns.map(\.heading)))</thead>
      <tbody>
      \(body)
      </tbody>
      </table>

      """
  }
}
