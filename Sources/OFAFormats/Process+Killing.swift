import Foundation

extension Process {
  /// Ends a process that runs, and what it has started, which would go on without it and keep its streams.
  package func killWithAllOfItsGroup() {
    guard isRunning else { return }
    let leader = processIdentifier
    kill(getpgid(leader) == leader ? -leader : leader, SIGKILL)
  }
}
