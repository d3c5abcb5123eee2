/// How long a machine's processors have worked since it started, and how much of that for one program, as Linux counts
/// it.
package struct ProcessorTime {
  /// The time of all processors together, in ticks.
  private let all: Double
  /// The part of it in which they did something.
  private let busy: Double
  /// The part of that for the program that tells, and for the children that it has waited for.
  private let own: Double
  /// Which program that is: its number and when it was started.
  private let program: [Substring]

  /// The time that a device's program tells; nil where it does not.
  ///
  /// - Parameter read: the text of a file of the system, by its path; nil where there is none.
  package init?(reading read: (String) -> String?) {
    func ticks(_ words: ArraySlice<Substring>) -> [Double]? {
      let numbers = words.map { Double($0) ?? -1 }
      return numbers.allSatisfy { 0..<1e18 ~= $0 } ? numbers : nil
    }
    // user nice system idle iowait irq softirq steal; what guests have is in the first two.
    let total = read("/proc/stat")?.split(separator: "\n").first.map { $0.split(separator: " ") } ?? []
    guard total.count > 4, total[0] == "cpu", let times = ticks(total[1...].prefix(8)) else { return nil }
    // A program may have any name: what follows the last bracket is its state, and then numbers.
    guard let text = read("/proc/self/stat"), let bracket = text.lastIndex(of: ")") else { return nil }
    let fields = text[bracket...].split(separator: " ").dropFirst()
    guard fields.count > 19, let had = ticks(fields.dropFirst(11).prefix(4)) else { return nil }
    all = times.reduce(0, +)
    busy = all - times[3...].prefix(2).reduce(0, +)
    own = had.reduce(0, +)
    program = [text.prefix { $0 != " " }, fields[fields.startIndex + 19]]
  }

  /// The part, 0…1, of the processors' time since then that others than this program had; nil where nothing tells, as
  /// of a program that was started again meanwhile, or of one in an emulator, which seems to have no time at all.
  package func others(since then: ProcessorTime) -> Double? {
    let (all, own) = (all - then.all, own - then.own)
    guard program == then.program, all > 0, own > 0 else { return nil }
    return min(max(0, (busy - then.busy - own) / all), 1)
  }
}
