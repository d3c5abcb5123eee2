import OFASpace
import Synchronization

/// How fast a device is from moment to moment, by the time of one small network, the reference.
///
///     let turn = try pace.around { try time(network) }
///     // … more turns, of this network and of others
///     let milliseconds = pace.quiet(turns, least: 3)
///
/// A machine that is shared or grows warm runs everything slower for seconds on end, which is longer than a turn and
/// may be longer than a whole measurement. A turn is quiet when the reference takes about its least time both before
/// and after it; which turns are, is known in the end only, for a later moment may be faster still. Devices of one kind
/// that share the work are measured by one least time: what the fastest of them takes is what their kind takes.
public struct Pace {
  /// A measurement, and the worse of the reference's times before and after it.
  struct Paced<Value> {
    var value: Value
    var reference: Double
  }

  /// The reference's least time so far, on all devices that share it.
  final class Record: Sendable {
    private let milliseconds = Mutex(Double.infinity)

    /// The least time; infinite before the first.
    var least: Double { milliseconds.withLock { $0 } }

    /// Learns what the reference took once.
    func note(_ time: Double) { milliseconds.withLock { $0 = min($0, time) } }
  }

  /// The reference's turn.
  private static let turn = Turn.Request(runs: 7)

  private let load: () throws -> any LoadedNetwork
  private var reference: (any LoadedNetwork)?
  let record: Record
  /// The reference's last time.
  private var last: Double?

  /// A pace by the smallest subnet of a space.
  public init(of space: SearchSpace, runner: any Runner) {
    self.init(of: space, runner: runner, record: Record())
  }

  /// A pace that shares the least time with other devices of the kind.
  init(of space: SearchSpace, runner: any Runner, record: Record) {
    load = { try runner.load([space.graph(of: space.smallest)])[0] }
    self.record = record
  }

  /// Measures, and times the reference before and after.
  mutating func around<Value>(_ measurement: () throws -> Value) throws -> Paced<Value> {
    let before = try last ?? probe()
    let value = try measurement()
    return Paced(value: value, reference: max(before, try probe()))
  }

  /// How many times its least the reference took at last.
  var lastSlowness: Double { last.map { $0 / record.least } ?? 1 }

  @discardableResult mutating func probe() throws -> Double {
    let reference = try reference ?? load()
    self.reference = reference
    let time = try reference.take(Self.turn).medianMilliseconds
    record.note(time)
    last = time
    return time
  }
}

extension Pace.Record {
  /// How much longer than at its best the reference may take in a quiet moment.
  private static let tolerance = 1.06

  /// Whether a measurement was made in a quiet moment, as far as is known by now.
  func isQuiet(_ measurement: Pace.Paced<some Any>) -> Bool { measurement.reference <= Self.tolerance * least }

  /// The measurements of quiet moments, or, where there are fewer than `count`, that many of the quietest.
  func quiet<Value>(_ measurements: [Pace.Paced<Value>], least count: Int) -> [Value] {
    let quiet = measurements.filter(isQuiet)
    if quiet.count >= count { return quiet.map(\.value) }
    return measurements.sorted { $0.reference < $1.reference }.prefix(count).map(\.value)
  }
}
