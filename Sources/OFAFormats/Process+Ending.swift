import Foundation

extension Process {
  /// Waits for a process to end; where it does not in time, ends it, and what it has started, which would go on without
  /// it and keep its streams. Returns whether it ended by itself.
  @discardableResult package func end(within patience: Duration) -> Bool {
    let end = ContinuousClock().now + patience
    while isRunning, ContinuousClock().now < end { usleep(5_000) }
    guard isRunning else { return true }
    let leader = processIdentifier
    kill(getpgid(leader) == leader ? -leader : leader, SIGKILL)
    return false
  }
}
