import OFAEngine
import OFAFormats

extension ThreadTeam {
  /// A team of as many threads as were asked for.
  ///
  /// - Throws: `Failure(.inputOutput)` when the system does not start them.
  public static func started(threads: Int) throws -> ThreadTeam {
    guard let team = ThreadTeam(starting: threads) else {
      throw Failure(.inputOutput, "the system does not start \(threads) threads; ask for fewer with --threads")
    }
    return team
  }
}
