import Foundation
import OFAFormats
import OFAHardware
import OFASpace

/// Devices of one kind that share the work of measuring; often one alone.
///
///     let crew = try Crew(space: space, [Crew.Member(name: "pi1") { _ in try … }, …])
///     try crew.work(next: { batches.popFirst() }, on: { batch, seat in … }, take: { batch, times in … })
///
/// Work comes in items. A device that hangs, restarts or drops its line costs the item that it has, which another
/// takes, or the same when it is back. Where nothing is left to hand out, an idle device takes what another has still
/// not done; who is done first counts, and what the other brings is dropped, so that no result is counted twice. A
/// device that measures wrongly is named and left out. One that is much slower than the others is asked again from time
/// to time and gets no item meanwhile.
public final class Crew {
  /// A device that may take part.
  public struct Member {
    /// What it is called in messages.
    public var name: String
    /// Reaches it, on the thread that it is spoken with; what it is given tells when to give up.
    public var start: (_ isClosing: @escaping () -> Bool) throws -> any Runner

    /// A device by its name.
    public init(name: String, start: @escaping (_ isClosing: @escaping () -> Bool) throws -> any Runner) {
      (self.name, self.start) = (name, start)
    }
  }

  private let stations: [Station]
  private let bell: Bell
  /// What the reference took on the devices.
  let record = Pace.Record()
  /// Takes what became of a device, a sentence.
  private let remark: (String) -> Void
  /// When a device last did something that is not much slower than the others, or was lost at it.
  private var lastSign = ContinuousClock().now

  /// How long all devices may be away that once were there: a board takes a minute or two to start.
  package var patience: Duration = .seconds(180)
  /// After how many failed attempts, each with a device that was there, an item is what is wrong.
  private static let attempts = 6
  /// How often it is looked whether to go on waiting.
  private static let glance: Duration = .milliseconds(50)

  /// A crew of a space's networks; it waits for the first device.
  ///
  /// - Parameters:
  ///   - space: the space whose networks they run.
  ///   - members: the devices, at least one.
  ///   - remark: takes what became of a device.
  ///   - check: called while devices are waited for; what it throws ends the waiting.
  /// - Throws: what the last of the devices failed with when there is none.
  public init(
    space: SearchSpace, _ members: [Member], remark: @escaping (String) -> Void = { _ in },
    check: () throws -> Void = {}
  ) throws {
    precondition(!members.isEmpty, "A crew has at least one device.")
    let (bell, record) = (Bell(), record)
    self.bell = bell
    self.remark = remark
    stations = members.map { Station($0, space: space, record: record, bell: bell) }
    // An item of no work: whoever is there does it.
    var items = [0]
    try work(next: { items.popLast() }, on: { _, _ in }, take: { _, _ in true }) { _ in try check() }
  }

  /// A crew of one device.
  public convenience init(space: SearchSpace, runner: any Runner) throws {
    try self.init(space: space, [Member(name: runner.device.name) { _ in runner }])
  }

  deinit {
    stations.forEach { $0.close() }
    // What is left on a board goes when its program ends. Whatever does not end is left behind.
    let end = ContinuousClock().now + .seconds(5)
    while ContinuousClock().now < end, stations.contains(where: { !$0.isClosed }) { bell.wait(for: Self.glance) }
  }

  /// How many devices there are, those that are away with them.
  public var count: Int { stations.count }
  /// The first device that is there.
  var first: Station.Facts {
    guard let facts = stations.lazy.compactMap(\.facts).first else { preconditionFailure("No device was there yet.") }
    return facts
  }

  /// How the devices are now that were there at some time and are there still; waits for a few seconds at the most.
  public func conditions() -> [Conditions] {
    let asked = stations.filter { $0.isReady && $0.isIdle }
    for station in asked { station.knock() }
    var found: [ObjectIdentifier: Station.Facts] = [:]
    let end = ContinuousClock().now + .seconds(5)
    while found.count < asked.count, ContinuousClock().now < end {
      bell.wait(for: Self.glance)
      for station in asked {
        guard let event = station.takeEvent() else { continue }
        if case .success(let facts) = event { found[ObjectIdentifier(station)] = facts }
      }
      if !asked.contains(where: { !$0.isIdle }) { break }
    }
    return stations.compactMap { station in
      station.facts.map {
        Conditions(name: stations.count == 1 ? nil : station.name, before: $0, after: found[ObjectIdentifier(station)])
      }
    }
  }

  /// What each device of several does, in a few words; nothing of one alone.
  public var news: [String] { stations.count == 1 ? [] : stations.map(\.news) }

  /// Has items worked on until there are no more.
  ///
  /// - Parameters:
  ///   - next: the next item; nil when there is none. Called again later, when there may be one.
  ///   - work: works on an item with the device of a seat; called on other threads, one for each device.
  ///   - take: takes an item's result and says whether it will do; the item is handed out again where it will not.
  ///   - progress: called often with how many items are done, counted in parts too, of those handed out; what it throws
  ///     ends the work.
  /// - Throws: what `progress` or `next` throws; what kept an item from being done.
  package func work<Item, Value>(
    next: () throws -> Item?, on work: @escaping (Item, Seat) throws -> Value, take: (Item, Value) throws -> Bool,
    progress: (Double) throws -> Void = { _ in }
  ) throws {
    let shift = Shift<Item, Value>(work: work)
    while true {
      try progress(Double(shift.done) + stations.reduce(0) { $0 + shift.part(at: $1) })
      var isAnyoneIdle = false
      let isAnyoneReady = stations.contains { $0.isReady }
      for station in stations where station.isIdle && !shift.hasResult(of: station) {
        guard station.isReady || (station.isSlow && !isAnyoneReady && isOutOfPatience) else {
          if station.isDue { station.knock() }
          continue
        }
        if let id = try shift.item(for: station, next: next) {
          shift.start(id, at: station)
        } else {
          isAnyoneIdle = true
        }
      }
      if isAnyoneIdle, shift.open.isEmpty { return }
      bell.wait(for: Self.glance)
      for station in stations {
        if let event = station.takeEvent() { try note(event, of: station) }
        if let (id, result) = shift.takeResult(of: station) { try note(result, item: id, of: station, in: shift, take) }
      }
      try checkPresence()
    }
  }

  /// A knock was answered, or not.
  private func note(_ event: Result<Station.Facts, any Error>, of station: Station) throws {
    switch event {
    case .success(let facts):
      if let other = stations.lazy.filter({ $0 !== station }).compactMap(\.facts).first,
        let way = facts.differs(from: other)
      {
        return leaveOut(station, Failure(.badData, way, at: station.name))
      }
      if station.welcome(facts, alone: stations.count == 1) { remark("\(station.name) is back") }
      if station.isReady { lastSign = ContinuousClock().now }
    case .failure(let error): try miss(station, error)
    }
  }

  private func note<Item, Value>(
    _ result: Result<Value, any Error>, item id: Int, of station: Station, in shift: Shift<Item, Value>,
    _ take: (Item, Value) throws -> Bool
  ) throws {
    switch result {
    case .success(let value):
      station.noteSlowness(alone: stations.count == 1)
      if station.isReady { lastSign = ContinuousClock().now }
      guard let item = shift.open[id] else { return }
      if try take(item, value) {
        station.done += 1
        shift.finish(id)
      } else {
        shift.again(id)
      }
    case .failure(let error):
      try miss(station, error)
      guard shift.open[id] != nil, shift.again(afterFailureOf: id) >= Self.attempts else { return }
      throw error
    }
  }

  /// A device failed: it is away, or wrong, or the work is what fails.
  private func miss(_ station: Station, _ error: any Error) throws {
    guard let failure = error as? Failure else { throw error }
    switch failure.kind {
    case .inputOutput:
      guard station.leave(failure) else { return }
      // What it was at may have taken longer than anyone is waited for.
      lastSign = ContinuousClock().now
      if stations.count > 1 { remark("\(failure); it is tried again") }
    case .badData where stations.count > 1: leaveOut(station, failure)
    default: throw failure
    }
  }

  private var isOutOfPatience: Bool { ContinuousClock().now > lastSign + patience }

  private func leaveOut(_ station: Station, _ failure: Failure) {
    station.expel(failure)
    remark("\(failure); it is left out")
  }

  /// - Throws: why nobody is there, once that is for good.
  private func checkPresence() throws {
    guard let failure = stations.lazy.compactMap(\.absence).last, stations.allSatisfy({ $0.absence != nil }) else {
      return
    }
    let hope = stations.contains { !$0.isExpelled && $0.facts != nil }
    if !hope || isOutOfPatience { throw failure }
  }
}

/// The items of one call of ``Crew/work(next:on:take:progress:)``, and who has them.
private final class Shift<Item, Value> {
  /// What is not done, by number.
  private(set) var open: [Int: Item] = [:]
  private(set) var done = 0
  private let work: (Item, Seat) throws -> Value
  private var waiting: [Int] = []
  private var failures: [Int: Int] = [:]
  private var holders: [Int: [Station]] = [:]
  private var count = 0
  private let results = Locked<[ObjectIdentifier: (Int, Result<Value, any Error>)]>([:])

  init(work: @escaping (Item, Seat) throws -> Value) { self.work = work }

  /// What a station is to do: what was given back, or what is new, or what another has not done yet.
  func item(for station: Station, next: () throws -> Item?) rethrows -> Int? {
    if !waiting.isEmpty { return waiting.removeFirst() }
    if let item = try next() {
      count += 1
      open[count] = item
      return count
    }
    return open.keys.filter { holders[$0]?.contains { $0 === station } != true }
      .min { (holders[$0]?.count ?? 0, $0) < (holders[$1]?.count ?? 0, $1) }
  }

  func start(_ id: Int, at station: Station) {
    guard let item = open[id] else { preconditionFailure("An item that is done is not begun.") }
    holders[id, default: []].append(station)
    let (work, results, key) = (work, results, ObjectIdentifier(station))
    station.perform { seat in
      let result = Result { try work(item, seat) }
      results.change { $0[key] = (id, result) }
    }
  }

  func takeResult(of station: Station) -> (Int, Result<Value, any Error>)? {
    guard let result = results.change({ $0.removeValue(forKey: ObjectIdentifier(station)) }) else { return nil }
    holders[result.0]?.removeAll { $0 === station }
    return result
  }

  /// Whether a station has done what it had, and it was not taken yet.
  func hasResult(of station: Station) -> Bool { results.change { $0[ObjectIdentifier(station)] != nil } }

  func finish(_ id: Int) {
    open[id] = nil
    waiting.removeAll { $0 == id }
    done += 1
  }

  /// Hands an item out again, unless somebody else has it.
  func again(_ id: Int) {
    if holders[id]?.isEmpty != false, !waiting.contains(id) { waiting.append(id) }
  }

  /// The same after a failure; returns how many there were.
  func again(afterFailureOf id: Int) -> Int {
    again(id)
    failures[id, default: 0] += 1
    return failures[id] ?? 0
  }

  /// The part of an item that a station has done; of several that have one, the first counts.
  func part(at station: Station) -> Double {
    open.keys.contains { holders[$0]?.first === station } ? station.part : 0
  }
}
