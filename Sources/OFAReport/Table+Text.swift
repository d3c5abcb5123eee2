extension Table {
  /// The table as text: columns padded with spaces and two spaces apart, a rule under the headings, no space at the end
  /// of a line, a line break after every row. A line break within a text becomes a space.
  public var text: String { text(columns: .max) }

  /// The table for a terminal of so many columns.
  ///
  /// Where it is wider, words in the last column that would have little room stand below their row, words are broken
  /// into lines within their column, the widest first, and what is still too wide is cut.
  public func text(columns most: Int) -> String {
    let cells = ([columns.map(\.heading)] + rows).map {
      $0.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
    }
    let layout = TextLayout(columns, cells, most: most)
    return (layout.lines(of: cells[0]) + [layout.rule] + cells.dropFirst().flatMap(layout.lines)).map { line in
      var line = Substring(TerminalText.cut(line, to: most))
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}

/// How a table's columns share the width of a terminal.
private struct TextLayout {
  private let columns: [Table.Column]
  /// The width of each column that stands beside others.
  private var widths: [Int]
  /// The width of the last column where it stands below its row.
  private var hanging: Int?

  /// What a column of words keeps at least beside others.
  private static let leastWidth = 8
  /// What a last column that needs more, as ids and paths do, has to have so that it is not put below.
  private static let leastLastWidth = 16

  init(_ columns: [Table.Column], _ cells: [[String]], most: Int) {
    self.columns = columns
    widths = columns.indices.map { column in cells.map { TerminalText.columns(of: $0[column]) }.max() ?? 0 }
    var excess: Int { widths.reduce(2 * (widths.count - 1), +) - most }
    if excess > 0, widths.count > 1, let last = columns.last, !last.isNumber {
      let width = widths[widths.count - 1]
      if width - excess < min(width, Self.leastLastWidth) {
        widths.removeLast()
        // Indented by two.
        hanging = max(most - 2, 2)
      }
    }
    let words = widths.indices.filter { !columns[$0].isNumber }
    while excess > 0, let widest = words.max(by: { widths[$0] < widths[$1] }), widths[widest] > Self.leastWidth {
      widths[widest] -= 1
    }
  }

  var rule: String { widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ") }

  func lines(of row: [String]) -> [String] {
    let parts = zip(row, zip(columns, widths)).map { text, layout in
      layout.0.isNumber ? [text[...]] : TerminalText.wrapped(text, to: max(layout.1, 2))
    }
    let beside = (0..<(parts.map(\.count).max() ?? 0)).map { line in
      parts.indices.map { column in
        let part = line < parts[column].count ? parts[column][line] : ""
        let padding = String(repeating: " ", count: max(0, widths[column] - TerminalText.columns(of: part)))
        return columns[column].isNumber ? padding + part : part + padding
      }.joined(separator: "  ")
    }
    guard let hanging, let last = row.last, !last.isEmpty else { return beside }
    return beside + TerminalText.wrapped(last, to: hanging).map { "  " + $0 }
  }
}
