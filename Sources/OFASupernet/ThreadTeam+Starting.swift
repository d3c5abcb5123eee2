import Foundation
import OFAEngine
import OFAFormats

extension ThreadTeam {
  /// A team of as many threads as were asked for, of the kernels' form that the environment asks for.
  ///
  /// - Throws: `Failure(.inputOutput)` when the system does not start them, `Failure(.usage)` when this processor does
  ///   not run that form.
  public static func started(threads: Int) throws -> ThreadTeam {
    guard let form = KernelForm.preferred else {
      let name = ProcessInfo.processInfo.environment[KernelForm.variable] ?? ""
      let names = KernelForm.available.map(\.name).joined(separator: ", ")
      throw Failure(.usage, "\(KernelForm.variable)=\(name): this processor runs \(names)")
    }
    guard let team = ThreadTeam(starting: threads, form: form) else {
      throw Failure(.inputOutput, "the system does not start \(threads) threads; ask for fewer with `threads`")
    }
    return team
  }
}
