import Foundation
import OFAPipeline

/// Progress on standard error: one line drawn over and over on a terminal, else a plain line every ten seconds.
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
    let line = parts.joined(separator: " · ")
    write(isTerminal ? "\r\u{1b}[K\(line)" : "\(line)\n")
    isDrawn = isTerminal
  }

  /// Takes the line away, so that something else can be printed.
  func clear() {
    guard isDrawn else { return }
    write("\r\u{1b}[K")
    isDrawn = false
  }

  private func timeLeft(after elapsed: Duration, fraction: Double) -> Duration? {
    fraction > 0.01 && fraction < 1 ? elapsed * ((1 - fraction) / fraction) : nil
  }

  private func write(_ text: String) {
    Streams.remark(text)
  }
}
