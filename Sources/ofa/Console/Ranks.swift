import Foundation
import OFACluster
import OFAFormats
import OFAPipeline

/// The ranks that a command works with, where it was started on several.
enum Ranks {
  nonisolated(unsafe) private static var cluster = Cluster.alone

  /// Joins the others.
  static func join() throws -> Cluster {
    cluster = try Cluster.joinedAlike(arguments: Array(CommandLine.arguments.dropFirst()))
    return cluster
  }

  /// Whether a failure is said by this process. Where it is another's to say, that one ends this.
  static func speaks(of failure: Failure) -> Bool { cluster.speaks(of: failure) }

  /// Ends this process: with the others, where all come to their ends, or else and with it all others.
  static func end(status: Int32, isOrderly: Bool) -> Never {
    if isOrderly, (try? cluster.leave()) != nil { exit(status) }
    cluster.end(status: status)
  }
}
