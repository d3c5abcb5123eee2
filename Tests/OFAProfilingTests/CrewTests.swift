import Foundation
import OFAFormats
import OFAGraph
import OFAHardware
import OFANumerics
import OFAProfiling
import OFASpace
import Synchronization
import Testing

/// Devices that share the work: runners of known speed with faults stand in for them.
@Suite struct CrewTests {
  /// What befalls a device.
  private enum Fault {
    case none
    /// It is lost in its n-th turn, and back after so many failed calls.
    case lost(turn: Int, calls: Int)
    /// It says nothing from its n-th turn on, until it is given up.
    case frozen(turn: Int)
    /// All takes ten times as long from its n-th turn on.
    case slow(turn: Int)
    /// It measures wrongly from its n-th turn on.
    case wrong(turn: Int)
    /// It cannot be reached.
    case unreachable
  }

  /// A device with a fault, and the networks that it timed.
  private final class FaultyRunner: Runner, @unchecked Sendable {
    let device = DeviceProfile.Device(name: "board")
    let measurement = DeviceProfile.Measurement(runner: "pretend", threads: 1)
    let timesBlocks = true
    private let pretend = PretendRunner()
    private let fault: Fault
    private let isClosing: () -> Bool
    private var turns = 0
    private var missed = 0

    init(_ fault: Fault, isClosing: @escaping () -> Bool) { (self.fault, self.isClosing) = (fault, isClosing) }

    func load(_ graphs: [Graph]) throws -> [any LoadedNetwork] {
      try meet()
      return pretend.load(graphs).map { Network(network: $0, runner: self) }
    }

    func systemText(of path: String) -> String? { nil }

    /// Lets happen what happens now.
    private func meet() throws {
      switch fault {
      case .lost(let turn, let calls) where turns >= turn && missed < calls:
        missed += 1
        throw Failure(.inputOutput, "it ended", at: "board")
      case .frozen(let turn) where turns >= turn:
        let end = ContinuousClock().now + .seconds(20)
        while !isClosing(), ContinuousClock().now < end { usleep(10_000) }
        throw Failure(.inputOutput, "it says nothing", at: "board")
      case .wrong(let turn) where turns >= turn: throw Failure(.badData, "its clock is wrong", at: "board")
      default: break
      }
    }

    private struct Network: LoadedNetwork {
      let network: any LoadedNetwork
      let runner: FaultyRunner

      func take(_ request: Turn.Request) throws -> Turn {
        runner.turns += 1
        try runner.meet()
        // Long enough that others get some of the work.
        usleep(200)
        var turn = try network.take(request)
        if case .slow(let first) = runner.fault, runner.turns >= first {
          turn.milliseconds = turn.milliseconds.map { $0 * 10 }
          turn.blockMilliseconds = turn.blockMilliseconds.map { $0.map { $0 * 10 } }
        }
        return turn
      }
    }
  }

  private func crew(
    _ faults: [Fault], of space: SearchSpace, remarks: @escaping (String) -> Void = { _ in }
  ) throws -> Crew {
    try Crew(
      space: space,
      faults.enumerated().map { index, fault in
        Crew.Member(name: "board\(index)") { isClosing in
          if case .unreachable = fault { throw Failure(.inputOutput, "no route to host", at: "board\(index)") }
          return FaultyRunner(fault, isClosing: isClosing)
        }
      }, remark: remarks)
  }

  @Test("Items are worked on once each, on several devices at a time, and all results arrive")
  func shares() throws {
    let space = try tinySpace()
    let crew = try crew([.none, .none, .none], of: space)
    var items = Array(0..<60)
    var results: [Int] = []
    let workers = Mutex(Set<ObjectIdentifier>())
    try crew.work(
      next: { items.popLast() },
      on: { item, seat in
        _ = workers.withLock { $0.insert(ObjectIdentifier(seat)) }
        usleep(1_000)
        return item * item
      },
      take: { item, result in
        #expect(result == item * item)
        results.append(item)
        return true
      })
    #expect(results.sorted() == Array(0..<60))
    #expect(workers.withLock { $0.count } == 3)
  }

  @Test(
    "A board that is lost, frozen, slow, wrong or never there costs no result, and the profile is that of all in order",
    arguments: 0..<6)
  func faults(index: Int) throws {
    let fault: Fault =
      [.none, .lost(turn: 20, calls: 3), .frozen(turn: 30), .slow(turn: 15), .wrong(turn: 25), .unreachable][index]
    let space = try SearchSpace.named("mini-32")
    var remarks: [String] = []
    let crew = try crew([.none, fault, .none], of: space) { remarks.append($0) }
    let (profile, error) = try Profiler(space: space, crew: crew, budget: .milliseconds(500)).profile()
    #expect(Set(profile.table.entries.keys) == allBlocks(of: space))
    for (signature, entry) in profile.table.entries {
      #expect(abs(entry.milliseconds / (1e3 * PretendRunner.seconds(of: signature)) - 1) < 1e-9, "\(signature)")
    }
    #expect(error.networks >= 10 && error.relativeErrorP90 < 1e-6)
    switch fault {
    case .lost: #expect(remarks.first == "board: it ended; it is tried again")
    case .wrong: #expect(remarks == ["board: its clock is wrong; it is left out"])
    case .unreachable: #expect(remarks == ["board1: no route to host; it is tried again"])
    default: #expect(remarks.isEmpty)
    }
  }

  @Test("Boards that are all lost for a while, or slow, are waited for or used", arguments: 0..<3)
  func few(index: Int) throws {
    let faults: [Fault] = [
      [.lost(turn: 5, calls: 2)], [.lost(turn: 5, calls: 2), .lost(turn: 9, calls: 1)], [.slow(turn: 0)],
    ][index]
    let space = try tinySpace()
    var remarks: [String] = []
    let crew = try crew(faults, of: space) { remarks.append($0) }
    let (profile, _) = try Profiler(space: space, crew: crew, budget: .milliseconds(100)).profile()
    #expect(profile.table.covers(space.graph(of: space.largest)))
    #expect(remarks.contains("board1 is back") == (faults.count == 2))
  }

  @Test("Where no board can be reached, or all are wrong, the last one's reason is the failure")
  func none() throws {
    let space = try tinySpace()
    let unreachable = #expect(throws: Failure.self) { try crew([.unreachable, .unreachable], of: space) }
    #expect(unreachable?.kind == .inputOutput && unreachable?.message == "no route to host")
    let both = try crew([.wrong(turn: 0), .wrong(turn: 0)], of: space)
    let wrong = #expect(throws: Failure.self) { try both.memory(of: [space.graph(of: space.smallest)]) }
    #expect(wrong?.kind == .badData && wrong?.message == "its clock is wrong")
  }

  @Test("An item that fails wherever it goes ends the work with its failure")
  func hopelessItem() throws {
    let space = try tinySpace()
    let crew = try crew([.none, .none], of: space)
    var items = [1, 2]
    #expect(throws: Failure(.inputOutput, "it ended", at: "item 1")) {
      try crew.work(
        next: { items.popLast() },
        on: { item, _ in if item == 1 { throw Failure(.inputOutput, "it ended", at: "item 1") } },
        take: { _, _ in true })
    }
  }

  /// Counts its calls.
  private func counter() -> @Sendable () -> Int {
    let count = Atomic(0)
    return { count.add(1, ordering: .relaxed).newValue }
  }

  @Test("A board that is lost late in its item is waited for as long as one that is lost at once")
  func lostLate() throws {
    let space = try tinySpace()
    let crew = try crew([.none], of: space)
    crew.patience = .seconds(2)
    var (items, done) = ([1], 0)
    let call = counter()
    try crew.work(
      next: { items.popLast() },
      on: { _, _ in
        if call() > 1 { return }
        usleep(2_500_000)
        throw Failure(.inputOutput, "it ended", at: "board0")
      },
      take: { _, _ in
        done += 1
        return true
      })
    #expect(done == 1)
  }

  @Test("An item that is handed out again for its noise has not failed")
  func noise() throws {
    let space = try tinySpace()
    let crew = try crew([.none], of: space)
    var (items, refusals) = ([1], 0)
    let call = counter()
    try crew.work(
      next: { items.popLast() },
      on: { _, _ in if call() == 9 { throw Failure(.inputOutput, "it ended", at: "board0") } },
      take: { _, _ in
        refusals += 1
        return refusals > 8
      })
    #expect(refusals == 9)
  }

  @Test("A board of another kind is left out, with what is different")
  func otherKind() throws {
    let space = try tinySpace()
    var remarks: [String] = []
    let crew = try Crew(
      space: space,
      [
        Crew.Member(name: "one") { FaultyRunner(.none, isClosing: $0) },
        Crew.Member(name: "two") { _ in
          // It is there later than the first.
          usleep(100_000)
          return try HostRunner(space: space, threads: 1)
        },
      ], remark: { remarks.append($0) })
    var items = Array(0..<400)
    try crew.work(next: { items.popLast() }, on: { _, _ in usleep(1_000) }, take: { _, _ in true })
    #expect(remarks == ["two: its runner is host, the others' pretend; it is left out"])
    // What the other kind takes is not what this one should.
    #expect(crew.news.first?.hasPrefix("one: 4") == true && crew.news.last == "two: left out")
  }

  @Test("What the progress throws ends the work at once, though a board is frozen")
  func interrupted() throws {
    let space = try tinySpace()
    let crew = try crew([.frozen(turn: 3)], of: space)
    let start = ContinuousClock().now
    #expect(throws: Failure(.interrupted, "enough")) {
      _ = try Profiler(space: space, crew: crew, budget: .seconds(60)).profile { _, _ in
        if ContinuousClock().now - start > .milliseconds(300) { throw Failure(.interrupted, "enough") }
      }
    }
  }
}
