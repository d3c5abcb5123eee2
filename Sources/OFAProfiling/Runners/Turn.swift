import OFAHardware
import OFANumerics

/// Runs of one network in a row, and how long each took.
///
/// A turn is asked for and answered whole, so that a board far away costs one message a turn, and that what is timed is
/// the network and never the way to it.
public struct Turn: Hashable, Sendable {
  /// The milliseconds of each whole run, in order.
  public var milliseconds: [Double]
  /// The milliseconds of each block, by run: of runs timed block by block, which are others than the whole ones, since
  /// reading the clock costs something too. Empty where blocks were not timed.
  public var blockMilliseconds: [[Double]]

  /// What runs took.
  public init(milliseconds: [Double], blockMilliseconds: [[Double]] = []) {
    self.milliseconds = milliseconds
    self.blockMilliseconds = blockMilliseconds
  }

  /// What whole runs can take: a nanosecond at the least.
  static let possibleMilliseconds = 1e-6...LatencyTable.longestMilliseconds
  /// What blocks can take: none by a coarse clock.
  static let possibleBlockMilliseconds = 0...LatencyTable.longestMilliseconds

  /// The median of the whole runs.
  var medianMilliseconds: Double { Statistics.median(milliseconds) }

  /// Each block's median.
  var blockMedians: [Double] {
    (blockMilliseconds.first ?? []).indices.map { block in Statistics.median(blockMilliseconds.map { $0[block] }) }
  }

  /// What a turn is to be: warm-ups, then runs timed block by block, then whole runs.
  public struct Request: Hashable, Sendable {
    /// The runs before the first timing: they bring the network back into the caches.
    public var warmUps = 3
    /// The least runs timed block by block.
    public var blockRuns = 0
    /// The least whole runs, at least one.
    public var runs: Int
    /// The least time of the whole runs.
    public var time: Duration = .zero
    /// The execution after which a turn ends with what it has: no second run of a kind begins. It counts what the
    /// network takes, not what a message does.
    public var limit: Duration = .seconds(20)

    /// A turn of `runs` whole runs.
    public init(runs: Int) { self.runs = runs }

    /// Whether a run of one kind begins after `done` of them, `least` of which were asked for, that took `seconds`.
    ///
    /// - Parameter executed: the seconds of all runs of the turn so far.
    func continues(done: Int, least: Int, seconds: Double = 0, time: Duration = .zero, executed: Double) -> Bool {
      guard done < least || seconds < time.seconds else { return false }
      return done == 0 || executed < limit.seconds
    }
  }

  /// A turn of what runs a network once and tells the seconds that it took.
  ///
  /// - Parameter runBlocks: the same, with the seconds of each block.
  package init(_ request: Request, run: () -> Double, runBlocks: () -> [Double]) {
    self.init(milliseconds: [])
    var executed = 0.0
    var warmUps = 0
    while request.continues(done: warmUps, least: request.warmUps, executed: executed) {
      executed += run()
      warmUps += 1
    }
    while request.continues(done: blockMilliseconds.count, least: request.blockRuns, executed: executed) {
      let seconds = runBlocks()
      executed += seconds.reduce(0, +)
      blockMilliseconds.append(seconds.map { 1e3 * $0 })
    }
    var whole = 0.0
    while request.continues(
      done: milliseconds.count, least: max(1, request.runs), seconds: whole, time: request.time, executed: executed)
    {
      let seconds = run()
      whole += seconds
      executed += seconds
      milliseconds.append(1e3 * seconds)
    }
  }
}

extension Duration {
  /// The span in seconds.
  var seconds: Double { self / .seconds(1) }
}
