import Foundation

/// What this process has used so far, as the system counts it.
public enum ProcessUsage {
  /// The processor time of all threads, in seconds.
  public static var processorSeconds: Double {
    let usage = usage
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// The most memory that it held at one moment, in bytes.
  public static var peakBytes: Int {
    #if os(Linux)
      Int(usage.ru_maxrss) * 1_024
    #else
      Int(usage.ru_maxrss)
    #endif
  }

  private static var usage: rusage {
    var usage = rusage()
    #if os(Linux)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #else
      getrusage(RUSAGE_SELF, &usage)
    #endif
    return usage
  }
}
