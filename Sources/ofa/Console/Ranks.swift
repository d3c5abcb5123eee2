import ArgumentParser
import Foundation
import OFACluster
import OFAFormats
import OFAPipeline

/// A command whose work several processes share; any other is refused where it is started on several, which would all
/// do the same.
protocol SharedCommand: ParsableCommand {}

/// The ranks that a command works with, where it was started on several.
enum Ranks {
  nonisolated(unsafe) private static var cluster = Cluster.alone

  /// Refuses a command that several processes cannot share, where several were started.
  static func check(_ command: any ParsableCommand) throws {
    guard Cluster.isOneOfSeveral(), !(command is any SharedCommand) else { return }
    throw Failure(.usage, "several processes cannot share what this command does; start it once")
  }

  /// Does a command's work with all ranks: one leads, the others help, unless there is nothing to help with.
  ///
  /// - Parameter signalsAreLeaders: whether the leader decides what a signal is to do, of which all hear.
  static func together(
    signalsAreLeaders: Bool = true, lead: (Cluster) throws -> Void, help: (Cluster) throws -> Void = { _ in }
  ) throws {
    cluster = try Cluster.joined()
    // What ends one from here on ends all.
    try cluster.agreeOnProgram(arguments: Array(CommandLine.arguments.dropFirst()))
    if cluster.leads {
      try lead(cluster)
    } else {
      if signalsAreLeaders { Signals.postpone() }
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
