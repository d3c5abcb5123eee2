import Foundation
import OFAPipeline

/// Progress on standard error: one line drawn over and over on a terminal, with one more for each of several devices;
/// else a plain line every ten seconds.
final class ProgressLine {
  private let isTerminal = isatty(STDERR_FILENO) == 1
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
    guard now - lastDrawing >= (isTerminal ? .milliseconds(100) : .seconds(10)) else { return }
    lastDrawing = now
    var parts = [progress.stage, "\(Int(progress.fraction * 100)) %"]
    if !progress.detail.isEmpty { parts.append(progress.detail) }
    if let left = progress.timeLeft ?? timeLeft(after: now - stageStart, fraction: progress.fraction) {
      parts.append("\(left.rounded) left")
    }
    guard isTerminal else { return write((parts + progress.devices).joined(separator: " · ") + "\n") }
    isDrawn = true
    let line = parts.joined(separator: " · ")
    guard !progress.devices.isEmpty else { return write("\r\u{1b}[J\(line)") }
    // Lines that are cut, as going back up counts the terminal's rows.
    let lines = ([line] + progress.devices.map { "  " + $0 }).map { String($0.prefix(Self.columns - 1)) }
    write("\r\u{1b}[J\(lines.joined(separator: "\n"))\u{1b}[\(lines.count - 1)A\r")
  }

  /// The terminal's width.
  private static var columns: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1 ? Int(size.ws_col) : 80
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
