import OFAFormats

/// How far a stage of long work is.
public struct StageProgress: Hashable, Sendable {
  /// What is being done, such as `timing blocks`.
  public var stage: String
  /// The part that is done, 0…1.
  public var fraction: Double
  /// What else is worth a glance, such as images a second.
  public var detail: String
  /// What each of several devices does.
  public var devices: [String]
  /// The time left, where the work knows better than the fraction tells.
  public var timeLeft: Duration?

  /// The state of a stage.
  public init(
    _ stage: String, _ fraction: Double, detail: String = "", devices: [String] = [], timeLeft: Duration? = nil
  ) {
    self.stage = stage
    // What is no number, as nothing of nothing, is no progress.
    self.fraction = fraction > 0 ? min(fraction, 1) : 0
    self.detail = detail
    self.devices = devices
    self.timeLeft = timeLeft
  }
}

/// Who watches long work: it is shown how far the work is, and it says when the work is to stop.
public struct Monitor {
  /// Takes the progress; called often.
  public var show: (StageProgress) -> Void
  /// Whether the work is to stop.
  public var isInterrupted: () -> Bool
  /// Takes what should be known of a result, and does not keep it from being one.
  public var warn: (String) -> Void
  /// Takes what is worth a line that stays, of work that is well.
  public var note: (String) -> Void

  /// A monitor; by default one that sees nothing and never interrupts.
  public init(
    show: @escaping (StageProgress) -> Void = { _ in }, isInterrupted: @escaping () -> Bool = { false },
    warn: @escaping (String) -> Void = { _ in }, note: @escaping (String) -> Void = { _ in }
  ) {
    self.show = show
    self.isInterrupted = isInterrupted
    self.warn = warn
    self.note = note
  }

  /// Shows how far a stage is.
  ///
  /// - Throws: `.interrupted` when the work is to stop.
  func check(_ stage: String, _ fraction: Double, devices: [String] = []) throws {
    if isInterrupted() { throw Failure(.interrupted, "interrupted while \(stage)") }
    show(StageProgress(stage, fraction, devices: devices))
  }
}
