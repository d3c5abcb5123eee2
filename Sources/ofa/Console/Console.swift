import Foundation
import OFAFormats
import OFAPipeline
import OFAReport

/// Where a command speaks: results on standard output, progress and remarks on standard error.
final class Console {
  /// Whether results are written as JSON, and nothing else beside them on standard output.
  fileprivate let json: Bool
  private let showsProgress: Bool
  private let progress = ProgressLine()

  init(json: Bool, showsProgress: Bool = true) {
    self.json = json
    self.showsProgress = showsProgress
  }

  /// Writes one result: its JSON on one line, or for people what `text` says.
  func write(_ result: some Encodable, text: () -> String) throws {
    progress.clear()
    try Streams.write((json ? JSON.encode(result, pretty: false) : text()) + "\n")
  }

  /// Writes a result that only programs want.
  func writeJSON(_ result: some Encodable) throws {
    guard json else { return }
    try write(result) { "" }
  }

  /// Writes a table of the results that `body` hands over: a JSON line each as soon as it is there, or for people a
  /// table at the end.
  ///
  /// What was measured before the work failed or was stopped is not lost.
  func table(_ columns: [Table.Column], _ body: (ResultTable) throws -> Void) throws {
    let results = ResultTable(console: self, table: Table(columns, []))
    do {
      try body(results)
    } catch {
      if !json, !results.table.rows.isEmpty { try? write(text: text(of: results.table)) }
      throw error
    }
    if !json { try write(text: text(of: results.table)) }
  }

  /// A table as text, no wider than the terminal that it is written on.
  func text(of table: Table) -> String { table.text(columns: Terminal.columns(of: STDOUT_FILENO) ?? .max) }

  /// Writes a text for people.
  private func write(text: String) throws {
    progress.clear()
    try Streams.write(text)
  }

  /// Says what should be known of a result, and does not keep it from being one.
  func warn(_ message: String) {
    progress.clear()
    Streams.remark("warning: \(Flags.spoken(message.onOneLine))\n")
  }

  /// Says what is worth a line that stays, unless progress is not to be shown.
  private func note(_ message: String) {
    guard showsProgress else { return }
    progress.clear()
    Streams.remark(Flags.spoken(message.onOneLine) + "\n")
  }

  /// Shows how far work is that has nothing to lose: a signal ends it at once.
  var watcher: Monitor {
    Monitor(show: { [progress, showsProgress] in if showsProgress { progress.show($0) } }, warn: warn, note: note)
  }

  /// Shows how far long work is, and tells it to stop once a signal asked for that.
  var monitor: Monitor {
    Signals.postpone()
    var monitor = watcher
    monitor.isInterrupted = { Signals.status != nil }
    return monitor
  }

  /// Takes the progress line away before the program ends.
  deinit { progress.clear() }
}

/// Results of one kind, on their way out.
final class ResultTable {
  private let console: Console
  fileprivate var table: Table

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
}
