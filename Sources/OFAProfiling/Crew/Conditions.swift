import OFAHardware

/// A device before and after a measurement, as it tells itself.
public struct Conditions: Hashable, Sendable {
  /// The device before.
  public let before: MachineState
  /// The device after; nil where it was not there any more.
  public let after: MachineState?
  /// What makes the times doubtful, a sentence each.
  public let doubts: [String]

  /// - Parameter name: of one of several devices.
  init(name: String?, before: Station.Facts, after: Station.Facts?) {
    self.before = before.state
    self.after = after?.state
    let doubts =
      after.map { after in
        before.state.doubts(
          after: after.state, threads: before.measurement.threads ?? 1, processors: before.processors,
          quota: before.quota, others: before.time.flatMap { after.time?.others(since: $0) })
      } ?? []
    self.doubts = doubts.map { doubt in name.map { "\($0): \(doubt)" } ?? doubt }
  }
}
