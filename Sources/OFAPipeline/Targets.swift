import OFAFormats
import OFAHardware
import OFASpace

/// One of many devices and budgets, a line of a file.
///
///     {"name": "camera", "profile": "pi4.json", "maxLatency": "40ms", "output": "camera.onnx", "runner": "ssh:pi@pi4"}
public struct Target: Hashable, Sendable {
  /// What it is called; the number of its line unless it has a name.
  public var name: String
  /// The devices' profiles.
  public var profiles: [String]
  /// The bounds.
  public var budgets: Budgets
  /// The accuracy that is wanted at least, 0…1.
  public var leastAccuracy: Double?
  /// The file to export the subnet to, by whose ending its form is chosen.
  public var output: String?
  /// What measures this target's subnets on its device; nil where it is as for all targets.
  public var verification: Specialization.Verification?

  /// What a line may say: the flags' names, and amounts as flags have them.
  private struct Line: Decodable {
    var name, profile, output, runner, engine, cores: String?
    var profiles: [String]?
    var maxLatency, maxMacs, maxFlops, maxParameters, maxMemory, maxStorage: String?
    var minAccuracy: Double?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case name, profile, profiles, output, maxLatency, maxMacs, maxFlops, maxParameters, maxMemory, maxStorage
      case minAccuracy, runner, engine, cores
    }
  }

  /// The keys that a line has.
  private struct Keys: Decodable {
    let names: [String]

    init(from decoder: any Decoder) throws {
      names = try decoder.container(keyedBy: ColumnKey.self).allKeys.map(\.stringValue)
    }
  }

  /// The targets of a file's lines.
  ///
  /// - Throws: `.badData` with the line for what is none, or has a key that is not known; `.usage` for an amount that
  ///   is none.
  public static func read(_ path: String) throws -> [Target] {
    let lines = try PlainText.utf8(InputFile.read(path), at: path)
      .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let targets = try lines.enumerated().filter { !$1.allSatisfy { $0 <= 0x20 } }.map { index, bytes in
      let place = "\(path) line \(index + 1)"
      let known = Line.CodingKeys.allCases.map(\.rawValue)
      if let key = try JSON.decode(Keys.self, from: bytes, at: place).names.first(where: { !known.contains($0) }) {
        throw Failure(
          .badData, "unknown key \"\(key)\"; there is: \(known.joined(separator: ", "))", at: place)
      }
      let line = try JSON.decode(Line.self, from: bytes, at: place)
      if let accuracy = line.minAccuracy, !(accuracy > 0 && accuracy <= 1) {
        throw Failure(.badData, "minAccuracy is \(accuracy), a share from 0 to 1 is expected", at: place)
      }
      if line.runner == nil, line.engine != nil || line.cores != nil {
        throw Failure(.badData, "\"engine\" and \"cores\" go with a \"runner\", which it does not have", at: place)
      }
      do {
        return Target(
          name: line.name ?? "\(index + 1)", profiles: [line.profile].compactMap(\.self) + (line.profiles ?? []),
          budgets: try Budgets(
            latency: line.maxLatency, multiplyAccumulates: line.maxMacs, flops: line.maxFlops,
            parameters: line.maxParameters, peakActivationBytes: line.maxMemory, weightBytes: line.maxStorage),
          leastAccuracy: line.minAccuracy, output: line.output,
          verification: line.runner.map {
            Specialization.Verification(runner: $0, engine: line.engine, cores: line.cores)
          })
      } catch let failure as Failure {
        throw Failure(failure.kind, failure.message, at: place)
      }
    }
    guard !targets.isEmpty else { throw Failure(.badData, "it has no targets", at: path) }
    let outputs = targets.compactMap { $0.output.map { Output($0).location } }
    guard Set(outputs).count == outputs.count else {
      throw Failure(.badData, "two targets have one output", at: path)
    }
    return targets
  }

  /// What came of a target.
  public struct Answer: Sendable, Encodable {
    /// The target's name.
    public var target: String
    /// The subnet, or why there is none.
    public var result: Swift.Result<Specialization.Result, InfeasibleBudget>
    /// The bytes that were exported; nil where nothing was.
    public var exportedBytes: Int?

    /// Writes the result's or the refusal's object with `target` in it.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: ColumnKey.self)
      try container.encode(target, forKey: ColumnKey(stringValue: "target"))
      switch result {
      case .success(let found): try found.encode(to: encoder)
      case .failure(let refusal): try refusal.encode(to: encoder)
      }
      try container.encodeIfPresent(exportedBytes, forKey: ColumnKey(stringValue: "exportedBytes"))
    }
  }
}

extension Specialization {
  /// Searches for each of many targets, and exports what was found where a target says so.
  ///
  /// - Parameters:
  ///   - targets: the devices and budgets, which take the place of this search's own.
  ///   - force: whether files that something else wrote are written over.
  ///   - monitor: who is told how far it is.
  ///   - take: takes each answer as soon as it is there.
  /// - Throws: as ``run(monitor:)``, but no ``InfeasibleBudget``; `.usage` for an output where there is no model.
  public func run(
    for targets: [Target], force: Bool, monitor: Monitor = Monitor(), take: (Target.Answer) throws -> Void
  ) throws {
    if let target = targets.first(where: { $0.output != nil }), modelFolder == nil {
      throw Failure(.usage, "a space has no weights to export; name a `model`", at: "target \(target.name)")
    }
    if let target = targets.first(where: { $0.budgets.limit(on: .latency) != nil && $0.profiles.isEmpty }) {
      throw Failure(
        .usage, "a limit on latency needs a device: name its \"profile\" in the line", at: "target \(target.name)")
    }
    // What can be known to fail does so before the first search.
    let space = try space.space()
    for target in targets {
      if let output = target.output { try SubnetExport.check(Output(output, force: force), in: space) }
      for profile in target.profiles { _ = try DeviceProfile(reading: profile) }
    }
    for target in targets {
      var search = self
      (search.profiles, search.budgets) = (target.profiles, target.budgets)
      search.leastAccuracy = target.leastAccuracy ?? leastAccuracy
      search.verification = target.verification ?? verification
      var answer: Target.Answer
      do {
        let found = try search.run(monitor: monitor)
        answer = Target.Answer(target: target.name, result: .success(found))
        if let output = target.output, let modelFolder {
          answer.exportedBytes = try SubnetExport(model: modelFolder, subnet: found.best.id, threads: threads)
            .run(output: Output(output, force: force), verifies: false, monitor: monitor).bytes
        }
      } catch let refusal as InfeasibleBudget {
        answer = Target.Answer(target: target.name, result: .failure(refusal))
      }
      try take(answer)
    }
  }
}
