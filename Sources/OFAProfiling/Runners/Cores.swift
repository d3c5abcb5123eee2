import Foundation
import OFAFormats

/// Processors of a machine by their numbers, written as Linux writes them: `0,2-3`.
package struct Cores: Hashable, Sendable {
  /// The numbers, ascending.
  let numbers: [Int]

  /// The processors of a list such as `0,2-3`; nil for a text that is none.
  package init?(_ text: String) {
    let list = text.trimmingCharacters(in: .whitespacesAndNewlines)
    var numbers = Set<Int>()
    for range in list.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = range.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], 0...last ~= first, last < 1 << 16
      else { return nil }
      numbers.formUnion(first...last)
    }
    self.init(numbers)
  }

  private init(_ numbers: some Sequence<Int>) { self.numbers = numbers.sorted() }

  /// The processors that a person asked for, for so many threads.
  ///
  /// - Throws: `Failure(.usage)` for what is no list, or one of fewer processors than threads.
  init(asked text: String, threads: Int) throws {
    guard let cores = Cores(text) else {
      throw Failure(.usage, "\"\(text)\" is no list of processors; write for example 0,2-3", at: "`cores`")
    }
    guard cores.numbers.count >= threads else {
      throw Failure(.usage, "\(cores) is too few for \(threads) threads; name one for each at least", at: "`cores`")
    }
    self = cores
  }
}

extension Cores: CustomStringConvertible {
  /// The list, such as `0,2-3`.
  package var description: String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = ranges.last, last.upperBound == number - 1 {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}

extension Cores {
  /// The processors that are at work; nil where the system does not tell.
  ///
  /// - Parameter read: the text of a file of the system, by its path; nil where there is none.
  package static func online(reading read: (String) -> String?) -> Cores? {
    read("/sys/devices/system/cpu/online").flatMap { Cores($0) }
  }

  /// The processors of the fastest kind that has one for each thread; nil where all are of one kind, where no kind has
  /// as many, or where the system does not tell.
  ///
  /// What a processor can do is its capacity, or where capacities are unknown or all alike its highest clock: x86 has
  /// told both kinds of cores the same capacity.
  package static func fastestKind(threads: Int, reading read: (String) -> String?) -> Cores? {
    guard let online = online(reading: read), 2...mostAsked ~= online.numbers.count else { return nil }
    for file in ["cpu_capacity", "cpufreq/cpuinfo_max_freq"] {
      var speeds: [Int: Double] = [:]
      for number in online.numbers {
        let text = read("/sys/devices/system/cpu/cpu\(number)/\(file)")
        guard let speed = text.flatMap({ Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }),
          speed > 0, speed < .infinity
        else { break }
        speeds[number] = speed
      }
      let kinds = kinds(of: speeds)
      if speeds.count == online.numbers.count, kinds.count > 1 { return kinds.first { $0.numbers.count >= threads } }
    }
    return nil
  }

  /// The most processors that are asked what they can do.
  private static let mostAsked = 1 << 10

  /// Processors by what they can do, the fastest first. What is within a tenth of a kind's fastest is of that kind, for
  /// cores of one make may have clocks of their own.
  private static func kinds(of speeds: [Int: Double]) -> [Cores] {
    var kinds: [(fastest: Double, numbers: [Int])] = []
    for (number, speed) in speeds.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      if let kind = kinds.last, speed > 0.9 * kind.fastest {
        kinds[kinds.count - 1].numbers.append(number)
      } else {
        kinds.append((speed, [number]))
      }
    }
    return kinds.map { Cores($0.numbers) }
  }

  /// Pins threads: to the processors that were asked for, or, where none were and there are kinds of them, to the
  /// fastest kind if that can be done.
  ///
  /// - Parameter pin: pins them, or throws.
  /// - Returns: the processors that they are pinned to; nil where they are not.
  static func choose(
    asked: Cores?, threads: Int, reading read: (String) -> String?, pin: (Cores) throws -> Void
  ) throws -> Cores? {
    if let asked {
      try pin(asked)
      return asked
    }
    guard let fastest = fastestKind(threads: threads, reading: read) else { return nil }
    return (try? pin(fastest)).map { fastest }
  }
}

extension Cores {
  /// Runs a body on these processors alone, and so the threads that it starts.
  ///
  /// - Throws: `Failure(.usage)` where the system does not have them all, not for this program, or pins no threads;
  ///   what the body throws.
  package func run<Value>(_ body: () throws -> Value) throws -> Value {
    guard let thread = ThreadAffinity() else { throw Failure(.usage, "this system pins no threads", at: "`cores`") }
    var wanted = ThreadAffinity.Mask(repeating: 0, count: thread.before.count)
    let mostNumbers = UInt.bitWidth * wanted.count
    for number in numbers where number < mostNumbers { wanted[number / UInt.bitWidth] |= 1 << (number % UInt.bitWidth) }
    defer { thread.set(thread.before) }
    thread.set(wanted)
    // The system passes over processors that it does not have.
    guard thread.current == wanted, numbers.allSatisfy({ $0 < mostNumbers }) else {
      throw Failure(.usage, "this machine does not have all of \(self), or not for this program", at: "`cores`")
    }
    return try body()
  }
}

/// The processors that this thread may run on, by the calls that Linux has for it. Its module for Swift does not have
/// them, so they are looked up.
private struct ThreadAffinity {
  /// A bit for each processor.
  typealias Mask = [UInt]
  private typealias Call = @convention(c) (pid_t, Int, UnsafeMutableRawPointer?) -> CInt

  /// Those at the start.
  private(set) var before = Mask()
  private let tell: Call
  private let take: Call

  /// Nil where the system does not tell.
  init?() {
    guard let tell = dlsym(nil, "sched_getaffinity"), let take = dlsym(nil, "sched_setaffinity") else { return nil }
    (self.tell, self.take) = (unsafeBitCast(tell, to: Call.self), unsafeBitCast(take, to: Call.self))
    guard let current else { return nil }
    before = current
  }

  /// Those of the moment.
  var current: Mask? {
    // As many processors as the C library's own sets have.
    var mask = Mask(repeating: 0, count: 1024 / UInt.bitWidth)
    return tell(0, mask.count * MemoryLayout<UInt>.size, &mask) == 0 ? mask : nil
  }

  /// Moves the thread, where the system can.
  func set(_ mask: Mask) {
    var mask = mask
    _ = take(0, mask.count * MemoryLayout<UInt>.size, &mask)
  }
}
