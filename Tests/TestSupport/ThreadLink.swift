import Foundation
import OFACluster

/// Ranks that are threads of one process.
public final class ThreadNetwork: @unchecked Sendable {
  fileprivate struct Way: Hashable {
    var from, to: Int
    var kind: Message
  }

  fileprivate let lock = NSLock()
  fileprivate var messages: [Way: [[UInt8]]] = [:]
  fileprivate var awaited: [Way: Int] = [:]
  /// The ranks whose messages no longer arrive.
  fileprivate var cutOff: Set<Int> = []

  fileprivate let ranks: Int

  /// A network of so many ranks.
  public init(ranks: Int) { self.ranks = ranks }

  /// From now on nobody hears of a rank.
  public func cutOff(_ rank: Int) { lock.withLock { _ = cutOff.insert(rank) } }

  /// Runs the same on all ranks at once, and returns what each came to.
  public func run<Value>(
    patience: Duration = .seconds(30), _ body: @escaping (Cluster) throws -> Value
  ) -> [Result<Value, any Error>] {
    nonisolated(unsafe) var results: [Result<Value, any Error>?] = Array(repeating: nil, count: ranks)
    nonisolated(unsafe) let body = body
    let group = DispatchGroup()
    for rank in 0..<ranks {
      group.enter()
      let thread = Thread { [self] in
        let result = Result { try body(Cluster(ThreadLink(rank: rank, network: self), patience: patience)) }
        lock.withLock { results[rank] = result }
        group.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    group.wait()
    return results.compactMap(\.self)
  }
}

private final class ThreadLink: Link {
  let rank: Int
  let network: ThreadNetwork
  var ranks: Int { network.ranks }
  var host: String { "host \(rank)" }

  init(rank: Int, network: ThreadNetwork) { (self.rank, self.network) = (rank, network) }

  private final class Sent: Transfer {
    let rank: Int
    init(rank: Int) { self.rank = rank }
  }

  private final class Awaited: Transfer {
    let way: ThreadNetwork.Way
    let number: Int
    let bytes: UnsafeMutableRawBufferPointer
    var rank: Int { way.from }

    init(_ way: ThreadNetwork.Way, number: Int, _ bytes: UnsafeMutableRawBufferPointer) {
      (self.way, self.number, self.bytes) = (way, number, bytes)
    }
  }

  func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, _ kind: Message) -> any Transfer {
    network.lock.withLock {
      let way = ThreadNetwork.Way(from: self.rank, to: rank, kind: kind)
      if !network.cutOff.contains(self.rank) { network.messages[way, default: []].append(Array(bytes)) }
    }
    return Sent(rank: rank)
  }

  func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int, _ kind: Message) -> any Transfer {
    network.lock.withLock {
      let way = ThreadNetwork.Way(from: rank, to: self.rank, kind: kind)
      defer { network.awaited[way, default: 0] += 1 }
      return Awaited(way, number: network.awaited[way] ?? 0, bytes)
    }
  }

  func isDone(_ transfer: any Transfer) -> Bool {
    guard let awaited = transfer as? Awaited else { return true }
    return network.lock.withLock {
      let messages = network.messages[awaited.way] ?? []
      guard messages.indices.contains(awaited.number) else { return false }
      precondition(messages[awaited.number].count == awaited.bytes.count, "A message is longer than its place.")
      awaited.bytes.copyBytes(from: messages[awaited.number])
      return true
    }
  }

  func waiting(from rank: Int, _ kind: Message) -> Int? {
    network.lock.withLock {
      let way = ThreadNetwork.Way(from: rank, to: self.rank, kind: kind)
      let messages = network.messages[way] ?? []
      let next = network.awaited[way] ?? 0
      return messages.indices.contains(next) ? messages[next].count : nil
    }
  }

  func leave() {}
  func abort(status: Int32) -> Never { fatalError("A test does not end the program.") }
}
