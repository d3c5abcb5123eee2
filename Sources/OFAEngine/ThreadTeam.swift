import CRuntime

/// A fixed team of threads that runs plans; made once and passed in.
///
/// One caller at a time. What is computed does not depend on the number of threads.
public final class ThreadTeam: @unchecked Sendable {
  let team: OpaquePointer

  /// The number of threads, the caller's included.
  public var threads: Int { Int(ofa_team_threads(team)) }

  /// A team of `threads`, at least one; nil where the system does not start them.
  public convenience init?(starting threads: Int) {
    guard let team = ofa_team_create(Int32(max(1, threads))) else { return nil }
    self.init(team)
  }

  /// A team of `threads`, at least one.
  ///
  /// - Precondition: the system starts the threads; see ``init(starting:)``.
  public convenience init(threads: Int) {
    guard let team = ofa_team_create(Int32(max(1, threads))) else {
      preconditionFailure("The system cannot start \(threads) threads.")
    }
    self.init(team)
  }

  private init(_ team: OpaquePointer) { self.team = team }

  deinit { ofa_team_destroy(team) }

  /// Calls `body` once for each index below `count`, on any thread of the team, and returns when all calls have.
  public func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      var body = body
      withUnsafeMutablePointer(to: &body) { pointer in
        ofa_team_run(
          team, Int32(count), 0,
          { context, index, _ in
            guard let context else { return }
            context.assumingMemoryBound(to: (@Sendable (Int) -> Void).self).pointee(Int(index))
          }, pointer)
      }
    }
  }
}

/// The form of the kernels that runs on this processor: `avx512`, `avx2` or `portable`.
public enum KernelForm {
  /// The form in use: the best that the processor has, unless the variable `OFA_KERNEL_FORM` names another.
  public static var name: String { String(cString: ofa_form_name()) }

  /// The forms that this processor can run, best first.
  public static var available: [String] {
    guard let names = ofa_form_names() else { return [] }
    return sequence(first: 0) { $0 + 1 }.lazy.map { names[$0] }.prefix { $0 != nil }.compactMap {
      $0.map { String(cString: $0) }
    }
  }

  /// Makes a form run from here on; for tests, and not while a plan runs.
  ///
  /// - Returns: whether the processor can run it.
  public static func choose(_ name: String) -> Bool { ofa_form_choose(name) == 0 }
}
