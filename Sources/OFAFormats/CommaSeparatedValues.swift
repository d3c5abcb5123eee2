import SwiftCSV

/// Reads tables of comma-separated values.
public enum CommaSeparatedValues {
  /// The most bytes of a table that are read.
  private static let longest = 1 << 28

  /// The rows of a table with their fields, spaces around these left out; each has one field or more. Empty lines are
  /// no rows. A file that is compressed by gzip is read too.
  ///
  /// - Throws: what reading a file throws; `Failure(.badData)` where quotation marks do not pair.
  /// - Complexity: linear in the file's length; rows are as long as they are, and need not be alike.
  /// - Note: RFC 4180.
  public static func rows(_ path: String) throws -> [[String]] {
    try rows(of: InputFile.readDecompressed(path, limit: longest), at: path)
  }

  /// The rows of a table's bytes; see ``rows(_:)``.
  public static func rows(of bytes: [UInt8], at path: String) throws -> [[String]] {
    let bytes = try PlainText.utf8(bytes, at: path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(.badData, "its bytes are no text in UTF-8", at: path)
    }
    let unpaired = Failure(
      .badData, "no table of comma-separated values: its quotation marks do not pair", at: path)
    // The parser takes all that follows an open mark for its field.
    guard text.count(where: { $0 == "\"" }).isMultiple(of: 2) else { throw unpaired }
    var rows: [[String]] = []
    do {
      // The view's own rows are all made as long as the longest, so none are asked of it. Without a newline at its end,
      // a row would lose an empty last field.
      let table = try CSV<Enumerated>(string: text + "\n", delimiter: .comma, loadColumns: false, rowLimit: 0)
      try table.enumerateAsArray(rowLimit: nil) { row in
        let row = row.map(\.trimmingSpaces)
        if row != [""] { rows.append(row) }
      }
    } catch {
      throw unpaired
    }
    return rows
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
