import Foundation
import OFAFormats

/// The processes that work on one thing together, started by `mpirun` or a cluster's scheduler.
///
///     let cluster = try Cluster.joined()
///     if cluster.leads { try cluster.tell(order) } else { let order: Order = try cluster.hear() }
///     try cluster.leave()
///
/// Each has a number, its *rank*. Rank 0 leads: files, the clock and signals are its own, and it tells the others what
/// to do. A process alone is a cluster of one.
///
/// Nobody waits for ever: whoever waits looks for signs of life of all others, which each gives every second, and a
/// rank that gives none, or says that it cannot go on, ends the wait with a failure that names it.
public final class Cluster: @unchecked Sendable {
  /// This process's number, 0 for the leader.
  public let rank: Int
  /// The machines that the ranks run on.
  public private(set) var hosts: [String]
  /// How long a rank may be silent.
  public let patience: Duration
  /// How long one that is alive may keep others waiting in the middle of a step.
  public static let mostWaiting = Duration.seconds(600)

  private let link: (any Link)?
  private let life: Life?
  private let lock = NSLock()

  /// A process alone.
  public static let alone = Cluster()

  private init() {
    (rank, hosts, patience, link, life) = (0, ["this machine"], .zero, nil, nil)
  }

  /// The processes that a link joins. All of them do this at once.
  ///
  /// - Throws: `Failure(.inputOutput)` when one does not answer.
  package init(_ link: any Link, patience: Duration) throws {
    self.link = link
    self.patience = patience
    rank = link.rank
    hosts = Array(repeating: "an unknown host", count: link.ranks)
    life = Life(rank: link.rank, ranks: link.ranks)
    Thread.detachNewThread { [weak self] in
      while let self, self.beatInBackground() { usleep(200_000) }
    }
    hosts = try gather(link.host).map { try tell($0) } ?? hear()
  }

  /// How many processes there are.
  public var ranks: Int { hosts.count }
  /// Whether this is the one that tells the others what to do.
  public var leads: Bool { rank == 0 }
  /// All ranks but this one.
  public var others: [Int] { (0..<ranks).filter { $0 != rank } }
  /// A rank as messages name it.
  public func name(of rank: Int) -> String { "rank \(rank) on \(hosts[rank])" }
}

// MARK: Messages

extension Cluster {
  /// Tells all others something, as the leader; returns it.
  ///
  /// - Throws: `Failure` when a rank is lost.
  @discardableResult
  public func tell<Value: Encodable>(_ value: Value) throws -> Value {
    for rank in others { try say(Envelope(value: value), to: rank, .order) }
    return value
  }

  /// What the leader tells; it may take its time.
  ///
  /// - Throws: `Failure` when a rank is lost.
  public func hear<Value: Decodable>(_: Value.Type = Value.self) throws -> Value {
    try heard(from: 0, .order)
  }

  /// Brings together what all ranks say, by rank; nil for all but the leader.
  ///
  /// - Parameters:
  ///   - value: what this one says.
  ///   - time: how long they wait for each other; nil for as long as all are alive.
  /// - Throws: `Failure` when a rank is lost.
  public func gather<Value: Codable>(_ value: Value, within time: Duration? = mostWaiting) throws -> [Value]? {
    guard leads else {
      try say(Envelope(value: value), to: 0, .answer, within: time)
      return nil
    }
    return try [value] + others.map { try heard(from: $0, .answer, within: time) }
  }

  /// Makes sure that something is the same on all ranks.
  ///
  /// - Parameters:
  ///   - what: what it is, in words.
  ///   - value: what it is here.
  ///   - kind: the kind of failure where it differs.
  ///   - advice: what to do then.
  /// - Throws: `Failure`, at the leader, that names the first rank where it is another.
  public func agree(
    on what: String, _ value: @autoclosure () throws -> String, else kind: Failure.Kind = .usage, _ advice: String
  ) throws {
    guard ranks > 1, let values = try gather(value()),
      let other = values.firstIndex(where: { $0 != values[0] })
    else { return }
    throw Failure(
      kind, "\(what): \(values[0]) on \(name(of: 0)), but \(values[other]) on \(name(of: other)); \(advice)")
  }

  /// Gives all ranks the leader's floats.
  ///
  /// - Throws: `Failure` when a rank is lost.
  public func share(_ values: UnsafeMutableBufferPointer<Float>) throws {
    let bytes = UnsafeMutableRawBufferPointer(values)
    for start in stride(from: 0, to: ranks > 1 ? bytes.count : 0, by: Self.mostBytes) {
      let part = UnsafeMutableRawBufferPointer(rebasing: bytes[start..<min(start + Self.mostBytes, bytes.count)])
      try wait(
        leads ? others.map { try send(UnsafeRawBufferPointer(part), to: $0, .arena) } : [receive(part, from: 0, .arena)]
      )
    }
  }

  /// The bytes of a message at most.
  private static let mostBytes = 1 << 26

  /// Begins to send bytes, which stay as they are until the transfer is done.
  package func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, _ kind: Message) throws -> any Transfer {
    try linked { try $0.send(bytes, to: rank, kind) }
  }

  /// Begins to receive a message of as many bytes.
  package func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int, _ kind: Message) throws -> any Transfer {
    try linked { try $0.receive(bytes, from: rank, kind) }
  }

  /// Says something to a rank, and waits until it is on its way.
  func say(_ value: some Encodable, to rank: Int, _ kind: Message, within time: Duration? = mostWaiting) throws {
    let bytes = Array(try JSON.encode(value, pretty: false).utf8)
    try bytes.withUnsafeBytes { try wait([try send($0, to: rank, kind)], within: time) }
  }

  private func heard<Value: Decodable>(
    from rank: Int, _ kind: Message, within time: Duration? = nil
  ) throws -> Value {
    try wait(forAny: kind, from: [rank], within: time)
    return try JSON.decode(Envelope<Value>.self, from: message(from: rank, kind) ?? "", at: name(of: rank)).value
  }

  /// Waits until there is a message of a kind from one of some ranks, for ever unless told otherwise.
  func wait(forAny kind: Message, from ranks: [Int], within time: Duration? = nil) throws {
    try wait(within: time, resting: 500) { link in
      try ranks.contains { try link.waiting(from: $0, kind) != nil } ? nil : ranks.first
    }
  }

  /// The message of a kind from a rank that is there, whatever its length; nil where none is.
  func message(from rank: Int, _ kind: Message) throws -> String? {
    guard let count = try linked({ try $0.waiting(from: rank, kind) }) else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { try wait([try receive($0, from: rank, kind)]) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Waits until transfers are done.
  ///
  /// - Throws: `Failure` when a rank is lost.
  package func wait(_ transfers: [any Transfer], within time: Duration? = mostWaiting) throws {
    guard !transfers.isEmpty else { return }
    var open = transfers
    try wait(within: time, resting: 50) { link in
      try open.removeAll { try link.isDone($0) }
      return open.first?.rank
    }
  }

  /// Goes on with transfers in the midst of other work.
  ///
  /// - Throws: `Failure` when a rank is lost.
  package func goOn(with transfers: inout [any Transfer]) throws {
    var open = transfers
    try linked { link in try open.removeAll { try link.isDone($0) } }
    transfers = open
  }

  /// Waits as long as there is a rank that is waited for; rests for some microseconds at a time only when it does not
  /// come soon.
  private func wait(within time: Duration?, resting rest: UInt32, for awaited: (any Link) throws -> Int?) throws {
    let start = ContinuousClock.now
    var turns = 0
    while let rank = try linked(awaited) {
      turns += 1
      if turns < 2_000 { sched_yield() } else { usleep(turns < 10_000 ? 50 : rest) }
      guard turns % 250 == 0 else { continue }
      try linked { link in try life?.beat(over: link) }
      try checkLives()
      if let time, ContinuousClock.now - start > time {
        throw loss(of: rank, "has kept others waiting for \(time.seconds)")
      }
    }
  }

  /// - Throws: a link's troubles as failures that name the rank.
  private func linked<Result>(_ body: (any Link) throws -> Result) throws -> Result {
    guard let link else { preconditionFailure("A process alone sends nothing.") }
    do {
      return try lock.withLock { try body(link) }
    } catch let lost as LostRank {
      throw loss(of: lost.rank, "is lost: \(lost.reason)")
    }
  }
}

// MARK: Life and death

extension Cluster {
  /// Gives a sign of life where one is due; false when it was the last.
  private func beatInBackground() -> Bool {
    // Whoever holds the lock is at it.
    guard lock.try() else { return true }
    defer { lock.unlock() }
    guard let link, let life, !life.isOver else { return false }
    // What is wrong is found by who waits.
    try? life.beat(over: link)
    return true
  }

  /// - Throws: `Failure` when a rank has been silent for too long, or says that it cannot go on.
  func checkLives() throws {
    guard let (failure, silent) = lock.withLock({ life.map { ($0.failure, $0.silent(for: patience)) } }) else { return }
    if let failure { throw failure.failure(by: name(of: failure.rank)) }
    if let rank = silent { throw loss(of: rank, "has given no sign of life for \(patience.seconds)") }
  }

  private func loss(of rank: Int, _ what: String) -> Failure {
    lock.withLock { _ = life?.lost.insert(rank) }
    return Failure(.inputOutput, "\(name(of: rank)) \(what)")
  }

  /// Whether it is this rank that says why all end: the first that is not lost. Any other tells that one, and is then
  /// ended by it.
  ///
  /// - Parameter failure: why this rank cannot go on.
  public func speaks(of failure: Failure) -> Bool {
    guard let link else { return true }
    let note = Life.Note(rank: rank, lost: lock.withLock { life?.lost.min() }, failure)
    let bytes = Array(((try? JSON.encode(note, pretty: false)) ?? "{}").utf8)
    let end = ContinuousClock.now + .seconds(60)
    var told: Set<Int> = []
    bytes.withUnsafeBytes { bytes in
      while ContinuousClock.now < end, let first = speaker, first != rank {
        lock.withLock {
          if told.insert(first).inserted { _ = try? link.send(bytes, to: first, .failure) }
          try? life?.beat(over: link)
        }
        usleep(10_000)
      }
    }
    return true
  }

  /// The first rank that is there.
  private var speaker: Int? {
    lock.withLock {
      guard let life else { return nil }
      return (0..<ranks).first { $0 == rank || !life.lost.contains($0) && !life.isSilent($0, for: patience) }
    }
  }

  /// Whether all ranks are there, as far as this one knows, and none said that it cannot go on.
  public var isWhole: Bool { lock.withLock { life.map { $0.lost.isEmpty && $0.failure == nil } ?? true } }

  /// Ends all ranks with a status.
  ///
  /// Where one on another machine is silent, that may be cut off. What started the ranks cannot end that one, and would
  /// wait for it; it is given time to find so by itself.
  public func end(status: Int32) -> Never {
    guard let link else { exit(status) }
    lock.lock()
    if let silent = life?.silent(for: patience), hosts[silent] != hosts[rank] {
      usleep(UInt32(patience / .seconds(1) * 0.8e6))
    }
    link.abort(status: status)
  }

  /// Ends what joins the ranks, once all have come to this; those that serve are dismissed.
  ///
  /// - Throws: `Failure` when a rank is lost.
  public func leave() throws {
    guard let link else { return }
    if leads { try dismiss() }
    if try gather(true, within: .seconds(10)) != nil { try tell(true) } else { _ = try hear(Bool.self) }
    lock.withLock {
      life?.isOver = true
      link.leave()
    }
  }
}

/// A message: JSON wants an object.
private struct Envelope<Value> {
  var value: Value
}

extension Envelope: Encodable where Value: Encodable {}
extension Envelope: Decodable where Value: Decodable {}

extension Duration {
  fileprivate var seconds: String { "\(Int((self / .seconds(1)).rounded())) seconds" }
}
