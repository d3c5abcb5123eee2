import Foundation
import OFAPipeline
import OFAReport

/// Progress on standard error: one line drawn over and over on a terminal, with one more for each of several devices,
/// none wider than the terminal; else, and on a terminal that does not move its cursor, a plain line every ten seconds.
final class ProgressLine {
  private let isDrawing = isatty(STDERR_FILENO) == 1 && Terminal.movesCursor
  private let clock = ContinuousClock()
  private var isDrawn = false
  private var stage = ""
  private var stageStart: ContinuousClock.Instant
  private var lastDrawing: ContinuousClock.Instant

  init() {
    stageStart = clock.now
    lastDrawing = stageStart
  }

  /// Shows how far the work is and, unless the work knows better, a time left of
  ///
  ///     time since the stage began · (1 − fraction) / fraction
  func show(_ progress: StageProgress) {
    let now = clock.now
    if progress.stage != stage {
      stage = progress.stage
      stageStart = now
    }
    guard now - lastDrawing >= (isDrawing ? .milliseconds(100) : .seconds(10)) else { return }
    lastDrawing = now
    var parts: [TerminalText.Part] = [(progress.stage, 0), ("\(Int(progress.fraction * 100)) %", 0)]
    if !progress.detail.isEmpty { parts.append((progress.detail, 2)) }
    if let left = progress.timeLeft ?? timeLeft(after: now - stageStart, fraction: progress.fraction) {
      parts.append(("\(left.rounded) left", 1))
    }
    guard isDrawing else {
      return write((parts.map(\.text) + progress.devices).joined(separator: " · ") + "\n")
    }
    isDrawn = true
    // A line that fills the last column, or runs on, would take a row more than is gone back.
    let columns = max(1, (Terminal.columns(of: STDERR_FILENO) ?? 80) - 1)
    let lines =
      [TerminalText.line(parts, columns: columns)]
      + progress.devices.map { TerminalText.cut("  " + $0, to: columns) }
    let back = lines.count > 1 ? "\u{1b}[\(lines.count - 1)A\r" : ""
    write("\r\u{1b}[J\(lines.joined(separator: "\n"))\(back)")
  }

  /// Takes the line away, so that something else can be printed.
  func clear() {
    guard isDrawn else { return }
    write("\r\u{1b}[J")
    isDrawn = false
  }

  private func timeLeft(after elapsed: Duration, fraction: Double) -> Duration? {
    fraction > 0.01 && fraction < 1 ? elapsed * ((1 - fraction) / fraction) : nil
  }

  private func write(_ text: String) {
    Streams.remark(text)
  }
}
