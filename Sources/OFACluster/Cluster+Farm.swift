import Foundation
import OFAFormats

// A farm: work in parts that have nothing to do with each other, which ranks take as they come to them.

/// A part of a farm's work.
private struct Task<Item: Codable>: Codable {
  var number: Int
  var item: Item
}

/// What a part came to.
private struct Yield<Value: Codable>: Codable {
  var number: Int
  var value: Value
}

extension Cluster {
  /// Has the parts of some work done by all ranks, and hands over what they come to in the parts' order, each as soon
  /// as those before it are there. What comes out does not depend on the number of ranks.
  ///
  /// The leader takes parts too. The others have one in hand and, while there are enough for all, one in wait, so that
  /// they are not kept waiting by it.
  ///
  /// - Parameters:
  ///   - items: what tells a part.
  ///   - goesOn: asked before a part is handed out, with how many were before it; when false, no more are.
  ///   - compute: does a part that falls to the leader; the others' is what they ``serve(_:)``.
  ///   - body: takes a part's number and what it came to.
  /// - Throws: what `compute` and `body` throw; `Failure` when a rank is lost or cannot do its part.
  public func farm<Item: Codable, Value: Codable>(
    _ items: [Item], while goesOn: (Int) -> Bool = { _ in true }, _ compute: (Item) throws -> Value,
    each body: (Int, Value) throws -> Void
  ) throws {
    var values: [Int: Value] = [:]
    var (next, handedOver, count) = (0, 0, items.count)
    var inHand = Array(repeating: 0, count: ranks)
    func take(_ number: Int, _ value: Value) throws {
      values[number] = value
      while let value = values.removeValue(forKey: handedOver) {
        try body(handedOver, value)
        handedOver += 1
      }
    }
    func hasMore() -> Bool {
      if next < count, !goesOn(next) { count = next }
      return next < count
    }
    while handedOver < count {
      try checkLives()
      for rank in others {
        while let yield = try message(from: rank, .yield) {
          let done = try JSON.decode(Yield<Value>.self, from: yield, at: name(of: rank))
          inHand[rank] -= 1
          try take(done.number, done.value)
        }
        while inHand[rank] < (count - next > ranks ? 2 : 1), hasMore() {
          try say(Task(number: next, item: items[next]), to: rank, .task)
          (next, inHand[rank]) = (next + 1, inHand[rank] + 1)
        }
      }
      if hasMore() {
        next += 1
        try take(next - 1, compute(items[next - 1]))
      } else if handedOver < count {
        try wait(forAny: .yield, from: others.filter { inHand[$0] > 0 })
      }
    }
  }

  /// Does the parts that the leader's farms give this rank, until it is dismissed.
  ///
  /// - Throws: what `compute` throws; `Failure` when a rank is lost.
  public func serve<Item: Codable, Value: Codable>(_ compute: (Item) throws -> Value) throws {
    while true {
      try wait(forAny: .task, from: [0])
      guard let text = try message(from: 0, .task), !text.isEmpty else { return }
      let task = try JSON.decode(Task<Item>.self, from: text, at: name(of: 0))
      try say(Yield(number: task.number, value: compute(task.item)), to: 0, .yield)
    }
  }

  /// Tells all ranks that serve that there is no more to do.
  ///
  /// - Throws: `Failure` when a rank is lost.
  public func dismiss() throws {
    for rank in others { try wait([try send(UnsafeRawBufferPointer(start: nil, count: 0), to: rank, .task)]) }
  }
}
