import Dispatch
import Synchronization

/// Work that is cut into tasks, which run at the same time.
package enum Tasks {
  /// Runs some tasks and waits for all.
  package static func run(_ count: Int, _ task: @Sendable (Int) -> Void) {
    count == 1 ? task(0) : DispatchQueue.concurrentPerform(iterations: count, execute: task)
  }

  /// The results of calls for all indices below `count`, in order, made on several threads.
  package static func map<Value: Sendable>(
    _ count: Int, threads: Int, _ body: @Sendable (Int) -> Value
  ) -> [Value] {
    let threads = max(1, min(threads, count))
    let parts = Mutex([[Value]](repeating: [], count: threads))
    run(threads) { thread in
      let part = stride(from: thread, to: count, by: threads).map(body)
      parts.withLock { $0[thread] = part }
    }
    return parts.withLock { parts in (0..<count).map { parts[$0 % threads][$0 / threads] } }
  }

  /// The results for as many things, in order, made on several threads in parts of a size, the last perhaps smaller.
  package static func map<Value: Sendable>(
    _ count: Int, inPartsOf size: Int, threads: Int, _ body: @Sendable (Range<Int>) -> [Value]
  ) -> [Value] {
    map((count + size - 1) / size, threads: threads) { body($0 * size..<min(($0 + 1) * size, count)) }.flatMap(\.self)
  }
}
