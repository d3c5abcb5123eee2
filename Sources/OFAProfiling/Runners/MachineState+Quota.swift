import OFAHardware

extension MachineState {
  /// The time of processors that the control groups of a device's program grant it, in processors; nil where none
  /// bounds it.
  ///
  /// Every group from the program's own up to the root counts. Within a container the path that the system tells may be
  /// the host's: what is not there is passed over, and the root is the container's.
  ///
  /// - Parameter read: the text of a file, by its path; nil where there is none.
  package static func quota(reading read: (String) -> String?) -> Double? {
    (read("/proc/self/cgroup") ?? "").split(separator: "\n").flatMap { line in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      return fields.count == 3 ? quotas(of: fields[2], controllers: fields[1], reading: read) : []
    }.min()
  }

  /// The quotas of a group and those above it. Version 2 of control groups names no controllers and has one tree;
  /// version 1 has a tree a set of controllers.
  private static func quotas(
    of group: Substring, controllers: Substring, reading read: (String) -> String?
  ) -> [Double] {
    let mount = "/sys/fs/cgroup"
    if !controllers.isEmpty, !controllers.split(separator: ",").contains("cpu") { return [] }
    let trees = controllers.isEmpty ? [mount] : ["\(mount)/cpu", "\(mount)/\(controllers)"]
    let parts = group.split(separator: "/")
    return trees.flatMap { tree in
      (0...parts.count).compactMap { depth in
        quota(ofFolder: ([tree] + parts.prefix(depth).map(String.init)).joined(separator: "/"), reading: read)
      }
    }
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
