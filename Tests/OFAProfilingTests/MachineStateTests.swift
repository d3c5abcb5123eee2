import OFAHardware
import OFAProfiling
import Testing

/// What a machine tells, by made-up systems.
@Suite struct MachineStateTests {
  private static let clock = "/sys/devices/system/cpu/cpu"

  /// A board of four processors at the given clocks and heat.
  private func board(kilohertz: [Int], millicelsius: [Int] = [], throttled: String? = nil) -> [String: String] {
    var files = ["/proc/loadavg": "0.31 0.20 0.18 1/123 4567\n", "/sys/devices/system/cpu/online": "0-3\n"]
    for (index, kilohertz) in kilohertz.enumerated() {
      files["\(Self.clock)\(index)/cpufreq/scaling_governor"] = "ondemand\n"
      files["\(Self.clock)\(index)/cpufreq/scaling_cur_freq"] = "\(kilohertz)\n"
    }
    for (index, heat) in millicelsius.enumerated() {
      files["/sys/class/thermal/thermal_zone\(index)/temp"] = "\(heat)\n"
    }
    files["/sys/devices/platform/soc/soc:firmware/get_throttled"] = throttled
    return files
  }

  @Test("A board tells its slowest clock, its governor, its warmest sensor, its load, and whether it is held down")
  func reads() {
    let files = board(
      kilohertz: [1_500_000, 600_000, 1_500_000, 1_500_000], millicelsius: [48_312, 51_000], throttled: "50005\n")
    var expected = MachineState()
    expected.megahertz = 600
    expected.governor = "ondemand"
    expected.celsius = 51
    expected.load = 0.31
    expected.isThrottled = true
    #expect(MachineState { files[$0] } == expected)
    // What was, and is no more.
    #expect(MachineState { $0.hasSuffix("get_throttled") ? "0x50000\n" : nil }.isThrottled == false)
  }

  @Test("A machine that tells nothing, or nonsense, is in no known state")
  func unknown() {
    #expect(MachineState { _ in nil } == MachineState())
    #expect(MachineState { _ in "" } == MachineState())
    var nonsense = MachineState()
    nonsense.governor = "\u{1}?"
    #expect(MachineState { _ in "\u{1}?" } == nonsense)
    for number in ["1e308", "-1e308", "inf", "nan"] {
      let state = MachineState { $0.hasSuffix("get_throttled") ? nil : "\(number)\n" }
      #expect(state.megahertz == nil && state.celsius == nil && state.load == nil, "\(number)")
      #expect(MachineState { $0 == "/proc/cpuinfo" ? "cpu MHz : \(number)\n" : nil } == MachineState())
      #expect(state.doubts(after: state, threads: 1, processors: 4, quota: nil).isEmpty)
    }
    #expect(MachineState { $0 == "/proc/cpuinfo" ? "cpu MHz\t\t: 2450.5\n" : nil }.megahertz == 2450.5)
  }

  @Test(
    "The processors at work are counted in ranges",
    arguments: [("0-3", 4), ("0-3,6,8-9\n", 7), ("0", 1), ("", nil), ("a-b", nil), ("3-0", nil), ("0-99999999", nil)])
  func processors(text: String, count: Int?) {
    #expect(MachineState.processors { $0 == "/sys/devices/system/cpu/online" ? text : nil } == count)
  }

  @Test("What makes times doubtful is said, and nothing of a quiet machine")
  func doubts() {
    let fast = MachineState { board(kilohertz: [1_500_000])[$0] }
    var slow = MachineState { board(kilohertz: [600_000], throttled: "4")[$0] }
    #expect(fast.doubts(after: fast, threads: 4, processors: 4, quota: nil).isEmpty)
    #expect(
      fast.doubts(after: slow, threads: 4, processors: 4, quota: 1.5) == [
        "the clock went from 1500 to 600 MHz meanwhile", "the clock is held down by heat or too little power",
        "a quota of 1.5 processors is below the 4 threads that were asked for",
      ])
    slow.load = 2
    #expect(
      slow.doubts(after: MachineState(), threads: 3, processors: 4, quota: nil) == [
        "the machine was busy: 2.0 programs ran on its 4 processors before"
      ])
    #expect(MachineState().doubts(after: MachineState(), threads: 1, processors: nil, quota: nil).isEmpty)
  }
}
