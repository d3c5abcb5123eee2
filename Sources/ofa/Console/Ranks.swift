import Foundation
import OFACluster
import OFAFormats
import OFAPipeline

/// The ranks that a command works with, where it was started on several.
enum Ranks {
  nonisolated(unsafe) private static var cluster = Cluster.alone

  /// Does a command's work with all ranks: one leads, the others help.
  static func together(lead: (Cluster) throws -> Void, help: (Cluster) throws -> Void) throws {
    cluster = try Cluster.joinedAlike(arguments: Array(CommandLine.arguments.dropFirst()))
    if cluster.leads {
      try lead(cluster)
    } else {
      // The leader hears of a signal too, and decides.
      Signals.postpone()
      try help(cluster)
    }
    try cluster.leave()
  }

  /// Whether a failure is said by this process. Where it is another's to say, that one ends this.
  static func speaks(of failure: Failure) -> Bool { cluster.speaks(of: failure) }

  /// Ends this process: with the others, where all come to their ends, or else and with it all others.
  static func end(status: Int32, isOrderly: Bool) -> Never {
    if isOrderly, (try? cluster.leave()) != nil { exit(status) }
    cluster.end(status: status)
  }
}
