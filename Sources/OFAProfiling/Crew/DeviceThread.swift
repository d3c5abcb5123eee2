import Foundation
import OFAFormats

/// A device as who works on an item has it.
package final class Seat {
  let runner: any Runner
  var pace: Pace
  /// Says which part of an item is done; throws when the work is to stop.
  fileprivate(set) var report: (Double) throws -> Void = { _ in }
  private var loadedYardstick: (any LoadedNetwork)?

  init(runner: any Runner, pace: Pace) { (self.runner, self.pace) = (runner, pace) }

  /// The yardstick on this device.
  func yardstick() throws -> any LoadedNetwork {
    if let loadedYardstick { return loadedYardstick }
    let yardstick = try runner.load([Yardstick.graph])[0]
    loadedYardstick = yardstick
    return yardstick
  }
}

/// The one thread that speaks with a device: reaches it, works, and lets it go.
final class DeviceThread: @unchecked Sendable {
  // What the lock holds is common; the seat is the thread's own.
  private struct State {
    var job: (() -> Void)?
    var isIdle = true
    var isClosing = false
    var isClosed = false
    var part = 0.0
    var slowness = 1.0
  }

  private let state = Locked(State())
  private let bell: Bell
  /// Rings when there is a job, or the thread is to end.
  private let call = Bell()
  private let start: (_ isClosing: @escaping () -> Bool) throws -> Seat
  private var seat: Seat?

  /// A thread that reaches its device when it has the first work.
  init(name: String, bell: Bell, start: @escaping (_ isClosing: @escaping () -> Bool) throws -> Seat) {
    self.bell = bell
    self.start = start
    let thread = Thread { [self] in run() }
    thread.name = name
    // As much as the first thread of a program has.
    thread.stackSize = 8 << 20
    thread.start()
  }

  var isIdle: Bool { state.change { $0.isIdle } }
  var isClosed: Bool { state.change { $0.isClosed } }
  /// The part of the work that is done.
  var part: Double { state.change { $0.part } }
  /// How many times its least the reference took at last.
  var slowness: Double { state.change { $0.slowness } }

  /// Has some work done, on a thread that is idle.
  func perform<Value>(
    _ work: @escaping (Seat) throws -> Value, then: @escaping (Result<Value, any Error>) -> Void
  ) {
    state.change {
      precondition($0.isIdle, "A device does one thing at a time.")
      $0.isIdle = false
      $0.part = 0
      $0.job = { [self] in
        let result = Result { try work(try reached()) }
        let slowness = seat?.pace.lastSlowness ?? 1
        state.change { $0.slowness = slowness }
        then(result)
      }
    }
    call.ring()
  }

  /// Ends the thread, and the work that it does.
  func close() {
    state.change { $0.isClosing = true }
    call.ring()
  }

  private func reached() throws -> Seat {
    if let seat { return seat }
    let seat = try start { [state] in state.change { $0.isClosing } }
    seat.report = { [state] part in
      let isClosing = state.change {
        $0.part = part
        return $0.isClosing
      }
      if isClosing { throw Failure(.interrupted, "interrupted while measuring") }
    }
    self.seat = seat
    return seat
  }

  private func run() {
    while true {
      while state.change({ $0.job == nil && !$0.isClosing }) { call.wait(for: .seconds(3600)) }
      guard let job = state.change({ state in state.isClosing ? nil : state.job }) else { break }
      job()
      state.change { ($0.job, $0.isIdle) = (nil, true) }
      bell.ring()
    }
    // The device is let go on the thread that reached it.
    seat = nil
    state.change { ($0.job, $0.isClosed) = (nil, true) }
    bell.ring()
  }
}

/// A value that several threads change.
final class Locked<Value>: @unchecked Sendable {
  private var value: Value
  private let lock = NSLock()

  init(_ value: Value) { self.value = value }

  func change<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value)
  }
}

/// What one thread rings to wake another: a device's that has something to say, or the crew that has work for it.
final class Bell: @unchecked Sendable {
  private let condition = NSCondition()
  private var isRinging = false

  func ring() {
    condition.lock()
    isRinging = true
    condition.broadcast()
    condition.unlock()
  }

  /// Waits until it rings or rang since the last time.
  func wait(for duration: Duration) {
    let end = Date.now + duration / .seconds(1)
    condition.lock()
    while !isRinging, Date.now < end { _ = condition.wait(until: end) }
    isRinging = false
    condition.unlock()
  }
}
