import Foundation
import Synchronization

/// What Ctrl-C does: status 130, at once where nothing is at stake, and after the last checkpoint is whole where something is.
enum Interruption {
  private static let isRequested = Atomic(false)
  private static let isPostponed = Atomic(false)

  /// Takes over the signal, for the whole run of the program.
  static func install() {
    // Whoever starts the program from a thread that blocks signals hands that down.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    signal(SIGINT) { _ in
      let isFirst = !Interruption.isRequested.exchange(true, ordering: .relaxed)
      if !isFirst || !Interruption.isPostponed.load(ordering: .relaxed) { _exit(130) }
    }
  }

  /// From here on the work asks now and then whether to stop, so the first signal only makes a note. The second still ends the
  /// program at once.
  static func postpone() {
    isPostponed.store(true, ordering: .relaxed)
  }

  /// Whether the user wants the work to stop.
  static var wasRequested: Bool { isRequested.load(ordering: .relaxed) }
}
