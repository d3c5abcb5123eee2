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
      #expect(state.doubts(after: state, threads: 1, processors: 4, quota: nil, others: nil).isEmpty)
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
    let slow = MachineState { board(kilohertz: [600_000], throttled: "4")[$0] }
    #expect(fast.doubts(after: fast, threads: 4, processors: 4, quota: nil, others: 0.09).isEmpty)
    #expect(
      fast.doubts(after: slow, threads: 4, processors: 4, quota: 1.5, others: 0.11) == [
        "the clock went from 1500 to 600 MHz meanwhile", "the clock is held down by heat or too little power",
        "the machine was busy: others had 0.4 of its 4 processors meanwhile",
        "a quota of 1.5 processors is below the 4 threads that were asked for",
      ])
    #expect(MachineState().doubts(after: MachineState(), threads: 1, processors: nil, quota: nil, others: 1).isEmpty)
    #expect(
      fast.doubts(after: fast, threads: 64, processors: 4, quota: nil, others: 0)
        == ["64 threads share 4 processors, and wait for each other"])
  }

  /// A system of two processors that have each worked for so many ticks, `own` of them for a program.
  private func system(
    all: Double, idle: Double, own: Double, program: Int = 7, start: Int = 900
  ) -> [String: String] {
    let (user, waiting) = (all - idle - 30, idle / 4)
    return [
      "/sys/devices/system/cpu/online": "0-1\n", "/proc/loadavg": "2.00 2.00 2.00 3/123 4567\n",
      "/proc/stat": "cpu  \(Int(user)) 5 10 \(idle - waiting) \(waiting) 5 5 5 99 99\ncpu0 1 2 3 4\nintr 5 6\n",
      "/proc/self/stat":
        "\(program) (a ) b (c) R 1 7 7 0 -1 4194304 0 0 0 0 \(Int(own - 3)) 1 1 1 20 0 3 0 \(start) 1 2 3\n",
    ]
  }

  @Test("What others had of the processors' time is all that was busy, but for the program and its children")
  func others() throws {
    func time(_ files: [String: String]) -> ProcessorTime? { ProcessorTime { files[$0] } }
    let then = try #require(time(system(all: 1000, idle: 600, own: 100)))
    func others(_ files: [String: String]) -> Double? { time(files)?.others(since: then) }
    // A hundred ticks of each of the two; the program had one of them whole.
    #expect(others(system(all: 1200, idle: 700, own: 200)) == 0)
    #expect(others(system(all: 1200, idle: 640, own: 200)) == 0.3)
    #expect(others(system(all: 1200, idle: 600, own: 101)) == 0.995)
    // Clocks that are read one after the other.
    #expect(others(system(all: 1200, idle: 701, own: 203)) == 0)
    // No time went by, or none for an emulator's program; the machine, or the program, was started again.
    #expect(others(system(all: 1000, idle: 600, own: 100)) == nil)
    #expect(others(system(all: 1200, idle: 600, own: 100)) == nil)
    #expect(others(system(all: 300, idle: 100, own: 190)) == nil)
    #expect(others(system(all: 1200, idle: 700, own: 20, program: 8)) == nil)
    #expect(others(system(all: 1200, idle: 700, own: 20, start: 1100)) == nil)
  }

  @Test("A system that tells nothing of that, or nonsense, is not guessed at")
  func unknownTime() {
    let sound = system(all: 1000, idle: 600, own: 100)
    let nonsense = [
      nil, "", "cpu", "cpu 1 2 3", "cpu 1 2 3 -4", "cpu 1e300 1 1 1", "cpu nan 1 1 1", "7 (x) R 1 2 3", ")",
      "7 (x) S 1 7 7 0 -1 0 0 0 0 0 5 nan 2 0 20 0 1 0 900",
    ]
    for path in ["/proc/stat", "/proc/self/stat"] {
      for text in nonsense {
        #expect(ProcessorTime { $0 == path ? text : sound[$0] } == nil, "\(path): \(text ?? "nothing")")
      }
    }
  }

  @Test("Measuring does not call a machine busy for its own work, whatever the load; others' work it does")
  func busy() throws {
    let space = try tinySpace()
    let cases: [(Double, [String])] = [
      (700, []), (610, ["the machine was busy: others had 0.9 of its 2 processors meanwhile"]), (690, []),
    ]
    for (idle, doubts) in cases {
      let runner = PretendRunner()
      runner.measurement.threads = 2
      runner.state.files = system(all: 1000, idle: 600, own: 100)
      let crew = try Crew(space: space, runner: runner)
      runner.state.files = system(all: 1200, idle: idle, own: 200)
      #expect(crew.conditions().flatMap(\.doubts) == doubts)
    }
  }
}
