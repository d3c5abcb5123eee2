import Dispatch

/// Work that is cut into tasks, which run at the same time.
package enum Tasks {
  /// Runs some tasks and waits for all.
  package static func run(_ count: Int, _ task: @Sendable (Int) -> Void) {
    count == 1 ? task(0) : DispatchQueue.concurrentPerform(iterations: count, execute: task)
  }

  /// What a function makes of each number below a count, in order, whatever the number of threads.
  package static func map<Result: Sendable>(
    _ count: Int, threads: Int, _ transform: @Sendable (Int) -> Result
  ) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { results, initialized in
      // Each task writes places of its own.
      nonisolated(unsafe) let places = results
      let tasks = min(threads, count)
      if tasks > 0 {
        run(tasks) { task in
          for place in stride(from: task, to: count, by: tasks) {
            places.baseAddress.map { ($0 + place).initialize(to: transform(place)) }
          }
        }
      }
      initialized = count
    }
  }
}
