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
    let processors = available()
    // Ranks that are bound to processors of their own share none.
    let all = max(processors, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    return max(1, processors / max(1, Cluster.ranksHere() * processors / all))
  }
}
