import OFAHardware
import OFAProfiling

/// The moments before and after a measurement, as the device tells them.
struct Conditions {
  var before: MachineState
  var after: MachineState

  /// Measures, and warns of what makes the times doubtful.
  static func watch<Value>(
    _ runner: any Runner, monitor: Monitor, _ measure: () throws -> Value
  ) throws -> (value: Value, conditions: Conditions) {
    let before = MachineState(reading: runner.systemText)
    let value = try measure()
    let after = MachineState(reading: runner.systemText)
    before.doubts(
      after: after, threads: runner.measurement.threads ?? 1,
      processors: MachineState.processors(reading: runner.systemText),
      quota: Processors.quota(reading: runner.systemText)
    ).forEach(monitor.warn)
    return (value, Conditions(before: before, after: after))
  }
}
