import OFANumerics
import OFASpace
import Synchronization

/// How fast a device is from moment to moment, by the time of one small network, the reference.
///
///     let turn = try pace.around { try time(network) }
///     // … more turns, of this network and of others
///     let milliseconds = pace.record.quiet(turns, least: 3)
///
/// A machine that is shared or grows warm runs everything slower for seconds on end, which is longer than a turn and
/// may be longer than a whole measurement. A turn is quiet when the reference takes about its least time both before
/// and after it; which turns are, is known in the end only, for a later moment may be faster still. Devices of one kind
/// that share the work are measured by one least time: what the fastest of them takes is what their kind takes.
struct Pace {
  /// A measurement, and the worse of the reference's times before and after it.
  struct Paced<Value> {
    var value: Value
    var reference: Double
  }

  /// What the reference took so far, on all devices that share it.
  final class Record: Sendable {
    private let times = Mutex((least: Double.infinity, latest: [Double]()))
    /// How many of the latest times are kept.
    private static let most = 1 << 14

    /// The least time; infinite before the first.
    var least: Double { times.withLock { $0.least } }
    /// The latest times in order.
    fileprivate var latest: [Double] { times.withLock { $0.latest } }

    /// Learns what the reference took once.
    func note(_ time: Double) {
      times.withLock {
        $0.least = min($0.least, time)
        $0.latest.append(time)
        if $0.latest.count > 2 * Self.most { $0.latest.removeFirst(Self.most) }
      }
    }
  }

  /// The reference's turn.
  private static let turn = Turn.Request(runs: 7)

  let record: Record
  private let load: () throws -> any LoadedNetwork
  /// The network, once it was needed.
  private var reference: (any LoadedNetwork)?
  /// The reference's last time.
  private var last: Double?

  /// A pace by the smallest subnet of a space.
  ///
  /// - Parameter record: what devices of one kind share.
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

  /// Times the reference.
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

  /// How many times make a moment, whose median is of the machine and not of a turn.
  private static let moment = 24

  /// How far quiet moments of about a second are apart, as a part of the time: half of what nine in ten are within. By
  /// so much one session's times differ from another's, whatever is done within each.
  ///
  ///     1.6449 / 1.2816 · (p90 − p10) / 2 / median    of the moments' medians
  var drift: Double {
    let (latest, most) = (latest, mostQuiet)
    let quiet = latest.filter { $0 <= most }
    let medians = stride(from: 0, to: quiet.count - Self.moment + 1, by: Self.moment).map {
      Statistics.median(Array(quiet[$0..<$0 + Self.moment]))
    }
    guard medians.count > 1 else { return 0 }
    let spread = Statistics.quantile(medians, 0.9) - Statistics.quantile(medians, 0.1)
    return 1.6449 / 1.2816 * spread / 2 / Statistics.median(medians)
  }

  /// What the reference takes at the most in a quiet moment, as far as is known by now.
  var mostQuiet: Double { Self.tolerance * least }

  /// How many measurements were made in quiet moments.
  func quietCount(_ measurements: [Pace.Paced<some Any>]) -> Int {
    let most = mostQuiet
    return measurements.count { $0.reference <= most }
  }

  /// The measurements of quiet moments, or, where there are fewer than `count`, that many of the quietest; in order.
  func quiet<Value>(_ measurements: [Pace.Paced<Value>], least count: Int) -> [Value] {
    let most = mostQuiet
    let quiet = measurements.filter { $0.reference <= most }
    if quiet.count >= count { return quiet.map(\.value) }
    let quietest = measurements.indices.sorted { measurements[$0].reference < measurements[$1].reference }
    return quietest.prefix(count).sorted().map { measurements[$0].value }
  }
}
