import Foundation
import OFAEngine
import OFAFormats
import OFASpace

/// The runners by name.
public enum Runners {
  /// How each runner is written.
  public static let names = ["host", "onnxruntime", "probe", "ssh:USER@HOST[:PORT][,…]", "exec:COMMAND"]
  /// The version of the package, and so of the engine that the host runner measures.
  public static let version = InferencePlan.engineVersion

  /// The day of a measurement.
  static var today: String { Date.now.formatted(.iso8601.year().month().day()) }

  /// The devices of a runner's name, one or, for `ssh`, several.
  ///
  /// - Parameters:
  ///   - name: the kind of runner, with what it needs after a colon, such as `host` or `ssh:pi1,pi2`.
  ///   - engine: what runs networks on a board that is reached by `ssh`: `probe`, unless given, or `onnxruntime`.
  ///   - space: the space whose networks they will run.
  ///   - threads: how many threads run one network.
  ///   - cores: the processors that these threads run on, such as `0,2-3`. Without it nothing is pinned, but where a
  ///     processor has kinds of cores: to the fastest kind that has one for each thread.
  ///   - isInterrupted: asked while a runner that is another program is waited for; `.interrupted` is thrown when it
  ///     says so.
  ///   - remark: takes what became of a device of several.
  /// - Throws: `Failure(.usage)` with the names there are, for any other, and for cores that there are not, or too few
  ///   of; what keeps the last device from being reached, when none is.
  public static func crew(
    _ name: String, engine: String? = nil, space: SearchSpace, threads: Int, cores: String? = nil,
    isInterrupted: @escaping () -> Bool = { false }, remark: @escaping (String) -> Void = { _ in }
  ) throws -> Crew {
    let members = try starts(name, engine: engine, space: space, threads: threads, cores: cores).map { name, start in
      Crew.Member(name: name) { isClosing in try start { isClosing() || isInterrupted() } }
    }
    return try Crew(space: space, members, remark: remark) {
      if isInterrupted() { throw Failure(.interrupted, "interrupted before measuring") }
    }
  }

  /// The one runner of a name; see ``crew(_:engine:space:threads:cores:isInterrupted:remark:)``.
  public static func named(
    _ name: String, engine: String? = nil, space: SearchSpace, threads: Int, cores: String? = nil,
    isInterrupted: @escaping () -> Bool = { false }
  ) throws -> any Runner {
    try starts(name, engine: engine, space: space, threads: threads, cores: cores)[0].start(isInterrupted)
  }

  private typealias Start = (_ isInterrupted: @escaping () -> Bool) throws -> any Runner

  private static func starts(
    _ name: String, engine: String?, space: SearchSpace, threads: Int, cores: String?
  ) throws -> [(name: String, start: Start)] {
    let kind = name.prefix { $0 != ":" }
    let rest = name == kind ? nil : String(name.dropFirst(kind.count + 1))
    if kind != "ssh", engine != nil { throw Failure(.usage, "it is for `runner` ssh:USER@HOST", at: "`engine`") }
    let cores = try cores.map { try Cores(asked: $0, threads: threads) }
    let commands: [LineRunner.Command]
    switch (kind, rest) {
    case ("host", nil): return [("host", { _ in try HostRunner(space: space, threads: threads, cores: cores) })]
    case ("onnxruntime", nil): commands = [try .onnxRuntime(threads: threads)]
    case ("probe", nil): commands = [try .probe(threads: threads)]
    case ("ssh", let addresses?) where !addresses.isEmpty:
      let engine = try remoteEngine(engine)
      commands = try addresses.split(separator: ",", omittingEmptySubsequences: false)
        .map { try .ssh(String($0), engine: engine, threads: threads) }
    case ("exec", let line?) where !line.isEmpty: commands = [.shell(line, threads: threads, cores: cores)]
    default:
      throw Failure(
        .usage, "unknown runner \"\(name)\"; there is: \(names.joined(separator: ", "))", at: "`runner`")
    }
    guard Set(commands.map(\.name)).count == commands.count else {
      throw Failure(.usage, "a host is named twice: it would disturb its own measurements", at: "`runner`")
    }
    // One of several is not waited for: another takes its work.
    let attempts = commands.count == 1 ? 4 : 1
    return commands.map { command in
      (
        command.name,
        {
          try LineRunner(command, space: space, threads: threads, cores: cores, attempts: attempts, isInterrupted: $0)
        }
      )
    }
  }

  private static func remoteEngine(_ name: String?) throws -> LineRunner.Command.Engine {
    guard let name else { return .probe }
    guard let engine = LineRunner.Command.Engine(rawValue: name) else {
      let names = LineRunner.Command.Engine.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure(.usage, "unknown engine \"\(name)\"; there is: \(names)", at: "`engine`")
    }
    return engine
  }
}
