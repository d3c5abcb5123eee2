import OFAHardware

extension DeviceProfile {
  /// Reads a profile, and warns where another version of the engine was measured than this one.
  ///
  /// - Throws: as ``init(reading:)``.
  public init(reading path: String, monitor: Monitor) throws {
    try self.init(reading: path)
    guard measurement.isOfEngine, let version = measurement.runnerVersion, version != Package.version else { return }
    monitor.warn(
      "\(path): version \(version) of the engine was measured, this is \(Package.version) and may be faster or slower; "
        + "measure again to know")
  }
}
