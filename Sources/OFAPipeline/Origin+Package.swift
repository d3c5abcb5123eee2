import Foundation
import OFAEngine
import OFAFormats
import OFAProfiling
import OFAReport

extension Origin {
  /// A command of this program, on this machine.
  ///
  /// - Parameters:
  ///   - arguments: what was typed after the program's name.
  ///   - threads: how many it computes on; nil where that does not matter.
  public init(arguments: some Sequence<String>, date: Date, threads: Int? = nil) {
    let form = KernelForm.preferred.map { ", \($0.name) kernels" } ?? ""
    let moment = date.formatted(
      .iso8601.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false))
    self.init(
      command: commandLine(["ofa"] + arguments), date: "\(moment.prefix(16)) UTC", version: Package.version,
      machine: (Processor.current.name ?? "a processor that does not tell its name") + form
        + (threads.map { $0 == 1 ? ", one thread" : ", \($0) threads" } ?? ""))
  }
}
