import OFAFormats
import OFAHardware

extension MachineState {
  /// The time of processors that the control groups of a device's program grant it, in processors; nil where none
  /// bounds it.
  ///
  /// - Parameter read: the text of a file, by its path; nil where there is none.
  package static func quota(reading read: (String) -> String?) -> Double? {
    ControlGroups.folders(of: "cpu", reading: read).compactMap { quota(ofFolder: $0, reading: read) }.min()
  }

  /// A group's quota over its period, both in microseconds, from the one file of version 2 or the two of version 1. No
  /// bound is `max` or −1.
  private static func quota(ofFolder folder: String, reading read: (String) -> String?) -> Double? {
    let files = ["cpu.max", "cpu.cfs_quota_us", "cpu.cfs_period_us"]
    let text = files.compactMap { read("\(folder)/\($0)") }.joined(separator: " ")
    let numbers = text.split(whereSeparator: \.isWhitespace).map { Double($0) }
    guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0, period > 0 else { return nil }
    return quota / period
  }
}
