import Foundation
import OFAFormats
import OFAPipeline
import OFAReport

/// Where a command speaks: results on standard output, progress and remarks on standard error.
final class Console {
  /// Whether results are written as JSON, and nothing else beside them on standard output.
  fileprivate let json: Bool
  private let progress = ProgressLine()

  init(json: Bool) {
    self.json = json
  }

  /// Writes one result: its JSON on one line, or for people what `text` says.
  func write(_ result: some Encodable, text: () -> String) throws {
    progress.clear()
    try Self.write((json ? JSON.encode(result, pretty: false) : text()) + "\n")
  }

  /// Writes a result that only programs want.
  func writeJSON(_ result: some Encodable) throws {
    guard json else { return }
    try write(result) { "" }
  }

  /// A table of results, which are written as they come or, for people, at the end.
  func table(_ columns: [Table.Column]) -> ResultTable {
    ResultTable(console: self, table: Table(columns, []))
  }

  /// Writes a text for people.
  fileprivate func write(text: String) throws {
    progress.clear()
    try Self.write(text)
  }

  /// Shows how far long work is, and tells it to stop once Ctrl-C was pressed.
  var monitor: Monitor {
    Interruption.postpone()
    return Monitor(show: { [progress] in progress.show($0) }, isInterrupted: { Interruption.wasRequested })
  }

  /// Takes the progress line away before the program ends.
  deinit { progress.clear() }

  /// Writes all bytes; a full disk is a failure like any other.
  private static func write(_ text: String) throws {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        throw Failure(.inputOutput, "cannot write: \(String(cString: strerror(errno)))", at: "standard output")
      }
      bytes = bytes.dropFirst(count)
    }
  }
}

/// Results of one kind: a JSON line each as soon as it is there, or for people a table at the end.
final class ResultTable {
  private let console: Console
  private var table: Table

  fileprivate init(console: Console, table: Table) {
    self.console = console
    self.table = table
  }

  /// Takes the next result; `row` has a text for each column.
  func write(_ result: some Encodable, row: () -> [String]) throws {
    if console.json {
      try console.write(result) { "" }
    } else {
      table.rows.append(row())
    }
  }

  /// Prints the table for people.
  func end() throws {
    if !console.json { try console.write(text: table.text) }
  }
}
