import OFAHardware

extension MachineState {
  /// The state that Linux tells by its files.
  ///
  /// - Parameter read: the text of a file, by its path; nil where there is none.
  package init(reading read: @escaping (String) -> String?) {
    self.init()
    func text(_ path: String) -> String? {
      read(path).map { $0.prefix { !$0.isNewline } }.map(String.init).flatMap { $0.isEmpty ? nil : $0 }
    }
    // What no machine can be is not told.
    func number(_ text: String) -> Double? { Double(text).flatMap { abs($0) < 1e12 ? $0 : nil } }
    let processors = (0..<Self.mostFiles).lazy.map { "/sys/devices/system/cpu/cpu\($0)/cpufreq/" }
      .prefix { read($0 + "scaling_governor") != nil }
    megahertz =
      processors.compactMap { text($0 + "scaling_cur_freq").flatMap(number) }.min().map { $0 / 1e3 }
      ?? read("/proc/cpuinfo").flatMap { Processor.field("cpu MHz", of: $0) }.flatMap(number)
    governor = text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    celsius = (0..<Self.mostFiles).lazy.map { "/sys/class/thermal/thermal_zone\($0)/temp" }
      .prefix { read($0) != nil }.compactMap { text($0).flatMap(number) }.max().map { $0 / 1e3 }
    load = text("/proc/loadavg").flatMap { $0.split(separator: " ").first }.map(String.init).flatMap(number)
    // A Raspberry Pi's firmware: the lowest four bits say what holds now (power, clock, heat), in hexadecimal.
    isThrottled = text("/sys/devices/platform/soc/soc:firmware/get_throttled")
      .flatMap { Int($0.hasPrefix("0x") ? String($0.dropFirst(2)) : $0, radix: 16) }.map { $0 & 0xF != 0 }
  }

  /// Processors and sensors that are asked.
  private static let mostFiles = 64

  /// What makes a measurement doubtful that was begun in this state, for people: a sentence each.
  ///
  /// - Parameters:
  ///   - after: the state at the end.
  ///   - threads: how many ran a network.
  ///   - processors: how many the machine has, where it is known.
  ///   - quota: the processors that a container's quota pays for, where there is one.
  ///   - others: the part of all processors' time that other programs had meanwhile, where it is known.
  package func doubts(
    after: MachineState, threads: Int, processors: Int?, quota: Double?, others: Double?
  ) -> [String] {
    var doubts: [String] = []
    if let first = megahertz, let last = after.megahertz, abs(last - first) > 0.1 * max(first, last) {
      doubts.append("the clock went from \(Int(first)) to \(Int(last)) MHz meanwhile")
    }
    if after.isThrottled == true {
      doubts.append("the clock is held down by heat or too little power")
    }
    if let others, let processors {
      let taken = others * Double(processors)
      // What they cannot have had of idle processors, the threads lacked: here more than a tenth of their own.
      if taken > Double(processors) - 0.9 * Double(min(threads, processors)) {
        let rounded = (10 * taken).rounded() / 10
        doubts.append("the machine was busy: others had \(rounded) of its \(processors) processors meanwhile")
      }
    }
    if let processors, let doubt = Self.doubt(threads: threads, processors: processors) { doubts.append(doubt) }
    if let quota, quota < Double(threads) {
      let rounded = (100 * quota).rounded() / 100
      doubts.append("a quota of \(rounded) processors is below the \(threads) threads that were asked for")
    }
    return doubts
  }

  /// That threads run a network for which there are no processors; nil where there are.
  package static func doubt(threads: Int, processors: Int) -> String? {
    processors < threads ? "\(threads) threads share \(processors) processors, and wait for each other" : nil
  }

  /// How many processors a machine has that are at work; nil where it does not tell.
  package static func processors(reading read: (String) -> String?) -> Int? {
    Cores.online(reading: read)?.numbers.count
  }
}
