import OFAHardware
import OFAProfiling

/// The moments before and after a measurement, as the device tells them.
struct Conditions {
  let before: MachineState
  let after: MachineState
  /// What makes the times doubtful, a sentence each.
  let doubts: [String]

  /// Measures, and looks at the device before and after.
  static func watching<Value>(
    _ runner: any Runner, _ measure: () throws -> Value
  ) throws -> (value: Value, conditions: Conditions) {
    let before = MachineState(reading: runner.systemText)
    let value = try measure()
    let after = MachineState(reading: runner.systemText)
    let doubts = before.doubts(
      after: after, threads: runner.measurement.threads ?? 1,
      processors: MachineState.processors(reading: runner.systemText),
      quota: Processors.quota(reading: runner.systemText))
    return (value, Conditions(before: before, after: after, doubts: doubts))
  }
}
