import Foundation
import OFACluster
import OFAFormats
import OFAHardware
import OFAProfiling

/// The processors that this program may use.
public enum Processors {
  /// How many there are: those that it may run on, but no more than a container's quota pays for, rounded up.
  ///
  /// - Parameter root: the folder that stands for the system's root.
  public static func available(in root: String = "") -> Int {
    let processors = ProcessInfo.processInfo.activeProcessorCount
    guard let quota = MachineState.quota(reading: { InputFile.systemText(root + $0) }) else { return processors }
    return max(1, min(processors, Int(min(quota, Double(processors)).rounded(.up))))
  }

  /// How many there are for this process: its part, where ranks of one start share them.
  public static var own: Int {
    share(
      of: ProcessInfo.processInfo.activeProcessorCount, all: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
      paid: available(), ranks: Cluster.ranksHere())
  }

  /// A rank's part of the processors that it may run on, of all that there are, and of those that a quota pays for.
  package static func share(of allowed: Int, all: Int, paid: Int, ranks: Int) -> Int {
    // Ranks that are bound to processors of their own share none; a quota they share in any case.
    let part = allowed / max(1, ranks * allowed / max(allowed, all))
    return max(1, paid < allowed ? min(part, paid / ranks) : part)
  }
}
