import Foundation
import OFAPipeline
import OFAReport

extension Origin {
  /// The command that runs, as it was typed, now.
  static func ofThisCommand(threads: Int? = nil) -> Origin {
    Origin(arguments: CommandLine.arguments.dropFirst(), date: Date(), threads: threads)
  }
}
