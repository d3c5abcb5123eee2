import CRuntime

/// A fixed team of threads that runs plans; made once and passed in.
///
/// One caller at a time. What is computed does not depend on the number of threads.
public final class ThreadTeam: @unchecked Sendable {
  let team: OpaquePointer

  /// The form of the kernels that the team runs.
  public let form: KernelForm

  /// The number of threads, the caller's included.
  public var threads: Int { Int(ofa_team_threads(team)) }

  /// A team of `threads`, at least one; nil where the system does not start them.
  public convenience init?(starting threads: Int, form: KernelForm) {
    guard let team = ofa_team_create(Int32(max(1, threads))) else { return nil }
    self.init(team, form)
  }

  /// A team of `threads`, at least one.
  ///
  /// - Precondition: the system starts the threads; see ``init(starting:form:)``.
  public convenience init(threads: Int, form: KernelForm = .preferred ?? .best) {
    guard let team = ofa_team_create(Int32(max(1, threads))) else {
      preconditionFailure("The system cannot start \(threads) threads.")
    }
    self.init(team, form)
  }

  private init(_ team: OpaquePointer, _ form: KernelForm) { (self.team, self.form) = (team, form) }

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
