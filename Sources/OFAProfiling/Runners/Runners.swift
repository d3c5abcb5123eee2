import Foundation
import OFAEngine
import OFAFormats
import OFASpace

/// The runners by name.
public enum Runners {
  /// How each runner is written.
  public static let names = ["host", "onnxruntime", "probe", "ssh:USER@HOST[:PORT]", "exec:COMMAND"]
  /// The version of the package, and so of the engine that the host runner measures.
  public static let version = InferencePlan.engineVersion

  /// The day of a measurement.
  static var today: String { Date.now.formatted(.iso8601.year().month().day()) }

  /// The runner of a name.
  ///
  /// - Parameters:
  ///   - engine: what runs networks on a board that is reached by `ssh`: `probe`, unless given, or `onnxruntime`.
  ///   - space: the space whose networks it will run.
  ///   - threads: how many threads run one network.
  ///   - isInterrupted: asked while a runner that is another program is waited for; `.interrupted` is thrown when it
  ///     says so.
  /// - Throws: `Failure(.usage)` with the names there are, for any other; what its start throws.
  public static func named(
    _ name: String, engine: String? = nil, space: SearchSpace, threads: Int,
    isInterrupted: @escaping () -> Bool = { false }
  ) throws -> any Runner {
    let kind = name.prefix { $0 != ":" }
    let rest = name == kind ? nil : String(name.dropFirst(kind.count + 1))
    if kind != "ssh", engine != nil { throw Failure(.usage, "it is for --runner ssh:USER@HOST", at: "--engine") }
    let command: LineRunner.Command
    switch (kind, rest) {
    case ("host", nil): return try HostRunner(space: space, threads: threads)
    case ("onnxruntime", nil): command = try .onnxRuntime(threads: threads)
    case ("probe", nil): command = try .probe(threads: threads)
    case ("ssh", let address?) where !address.isEmpty:
      command = try .ssh(address, engine: try remoteEngine(engine), threads: threads)
    case ("exec", let line?) where !line.isEmpty: command = .shell(line, threads: threads)
    default:
      throw Failure(
        .usage, "unknown runner \"\(name)\"; there is: \(names.joined(separator: ", "))", at: "--runner")
    }
    return try LineRunner(command, space: space, threads: threads, isInterrupted: isInterrupted)
  }

  private static func remoteEngine(_ name: String?) throws -> LineRunner.Command.Engine {
    guard let name else { return .probe }
    guard let engine = LineRunner.Command.Engine(rawValue: name) else {
      let names = LineRunner.Command.Engine.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure(.usage, "unknown engine \"\(name)\"; there is: \(names)", at: "--engine")
    }
    return engine
  }
}
