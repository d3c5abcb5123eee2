import Foundation
import Synchronization

/// What asks the program to stop: Ctrl-C, a scheduler or `docker stop`, a terminal that goes away.
///
/// The program ends at once where nothing is at stake, and after the last checkpoint is whole where something is. The
/// exit status is the shell's: 128 and the signal's number, 129, 130 or 143.
enum Signals {
  private static let first = Atomic<Int32>(0)
  private static let isPostponed = Atomic(false)

  /// Takes over the signals for the whole run of the program, but for those that it was started to ignore: `nohup` and
  /// background jobs of a script are not meant.
  static func install() {
    // A handler must not be the first to use these.
    isPostponed.store(false, ordering: .relaxed)
    first.store(0, ordering: .relaxed)
    // Whoever starts the program from a thread that blocks signals hands that down.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGHUP, SIGINT, SIGTERM] {
      sigaddset(&signals, number)
      let before = signal(number, SIG_IGN)
      if unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { continue }
      signal(number) { number in
        let isFirst = Signals.first.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged
        // Who presses Ctrl-C again means it. The others may well come twice, from the terminal and from the shell.
        if !Signals.isPostponed.load(ordering: .relaxed) || !isFirst && number == SIGINT { _exit(128 + number) }
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    // Where files may not be as large, writing says so.
    signal(SIGXFSZ, SIG_IGN)
  }

  /// From here on the work asks now and then whether to stop, so that a signal only makes a note.
  static func postpone() {
    isPostponed.store(true, ordering: .relaxed)
  }

  /// The exit status that the first signal asks for; nil as long as none came.
  static var status: Int32? {
    let number = first.load(ordering: .relaxed)
    return number == 0 ? nil : 128 + number
  }
}
