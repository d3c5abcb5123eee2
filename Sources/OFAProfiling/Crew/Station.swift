import Foundation
import OFAFormats
import OFAHardware
import OFASpace

/// A device of a crew, and the thread that speaks with it.
///
/// All but the thread's own work is called by the crew.
final class Station {
  /// What a device is, and how it was when it came.
  struct Facts {
    var device: DeviceProfile.Device
    var measurement: DeviceProfile.Measurement
    var timesBlocks: Bool
    var state: MachineState
    /// The processors of the device, and those that a container's quota pays for, where it tells.
    var processors: Int?
    var quota: Double?
    /// For whom its processors have worked, where it tells.
    var time: ProcessorTime?

    /// - Throws: `.inputOutput` when the device was lost while it was asked.
    init(of runner: any Runner) throws {
      (device, measurement, timesBlocks) = (runner.device, runner.measurement, runner.timesBlocks)
      var loss: (any Error)?
      func read(_ path: String) -> String? {
        guard loss == nil else { return nil }
        do { return try runner.systemText(of: path) } catch { loss = error }
        return nil
      }
      state = MachineState(reading: read)
      processors = MachineState.processors(reading: read)
      quota = MachineState.quota(reading: read)
      time = ProcessorTime(reading: read)
      if let loss { throw loss }
    }

    /// In what way a device is of another kind, for people; nil where it is of the same.
    func differs(from other: Facts) -> String? {
      func way(_ name: String, _ own: String?, _ others: String?) -> String? {
        own == others ? nil : "its \(name) is \(own ?? "not known"), the others' \(others ?? "not known")"
      }
      return way("runner", measurement.runner, other.measurement.runner)
        ?? way("runner's version", measurement.runnerVersion, other.measurement.runnerVersion)
        ?? way("kernel form", measurement.kernelForm, other.measurement.kernelForm)
        ?? way("number of threads", measurement.threads.map(String.init), other.measurement.threads.map(String.init))
    }
  }

  private enum Presence {
    /// Not reached yet, or lost: when it is tried again, and why it is away.
    case away(until: ContinuousClock.Instant, Failure?)
    case ready
    /// Much slower than others.
    case slow(until: ContinuousClock.Instant)
    case expelled(Failure)
  }

  let name: String
  /// Items of its that counted.
  var done = 0
  private(set) var facts: Facts?
  private var presence: Presence
  private var pause = firstPause
  private let thread: DeviceThread
  private let events = Locked<Result<Facts, any Error>?>(nil)

  private static let firstPause: Duration = .milliseconds(500)
  private static let longestPause: Duration = .seconds(15)
  /// How many times the least time of all the reference may take on a device that gets work.
  private static let mostSlowness = 1.5

  init(_ member: Crew.Member, space: SearchSpace, record: Pace.Record, bell: Bell) {
    name = member.name
    presence = .away(until: ContinuousClock().now, nil)
    thread = DeviceThread(name: member.name, bell: bell) { isClosing in
      let runner = try member.start(isClosing)
      return Seat(runner: runner, pace: Pace(of: space, runner: runner, record: record))
    }
  }

  /// Whether its thread has nothing to do.
  var isIdle: Bool { thread.isIdle }
  /// Whether it may get an item.
  var isReady: Bool { if case .ready = presence { true } else { false } }
  /// Whether it is time to knock.
  var isDue: Bool {
    switch presence {
    case .away(let until, _), .slow(let until): ContinuousClock().now >= until
    case .ready, .expelled: false
    }
  }
  /// Whether it was much slower at last than the fastest.
  var isSlow: Bool { if case .slow = presence { true } else { false } }
  var isExpelled: Bool { if case .expelled = presence { true } else { false } }
  /// Why it is not there, once that is known.
  var absence: Failure? {
    switch presence {
    case .away(_, let failure): failure
    case .expelled(let failure): failure
    case .ready, .slow: nil
    }
  }
  /// The part of its item that is done.
  var part: Double { thread.part }
  /// What it does, in a few words.
  var news: String {
    switch presence {
    case .ready: "\(name): \(done) done"
    case .away(_, let failure): failure == nil ? "\(name): starting" : "\(name): away, \(done) done"
    case .slow: "\(name): slow, \(done) done"
    case .expelled: "\(name): left out"
    }
  }

  /// Looks whether it is there, and how fast; the answer is an event.
  ///
  /// The first time what it is, and no more: the times of a device of another kind would be taken for the fastest.
  func knock() {
    let (events, isKnown) = (events, facts != nil)
    thread.perform { seat in
      let facts = try Facts(of: seat.runner)
      if isKnown { try seat.pace.probe() }
      return facts
    } then: { result in
      events.change { $0 = result }
    }
  }

  /// What came of a knock, once.
  func takeEvent() -> Result<Facts, any Error>? {
    events.change { event in
      defer { event = nil }
      return event
    }
  }

  /// Has the thread do some of a shift's work.
  func perform(_ work: @escaping (Seat) -> Void) {
    thread.perform(work) { _ in }
  }

  /// It is there. Returns whether it was away before.
  func welcome(_ facts: Facts, alone: Bool) -> Bool {
    // The state before anything was measured is the first.
    let wasAway = self.facts != nil && absence != nil
    self.facts = self.facts ?? facts
    pause = Self.firstPause
    presence = .ready
    noteSlowness(alone: alone)
    return wasAway && isReady && !alone
  }

  /// Gives it no work for a while if it was much slower at last than the fastest.
  func noteSlowness(alone: Bool) {
    guard !alone, thread.slowness > Self.mostSlowness else { return }
    presence = .slow(until: ContinuousClock().now + .seconds(1))
  }

  /// It was lost. Returns whether that is news.
  func leave(_ failure: Failure) -> Bool {
    let isNews = absence == nil
    presence = .away(until: ContinuousClock().now + pause, failure)
    pause = min(pause * 2, Self.longestPause)
    return isNews
  }

  /// It takes no part any more.
  func expel(_ failure: Failure) {
    presence = .expelled(failure)
    close()
  }

  /// Lets the device go as soon as its thread is idle.
  func close() { thread.close() }
  var isClosed: Bool { thread.isClosed }
}
