import OFAEngine
import OFAFormats
import OFASupernet

/// Where a run stands.
struct Position: Hashable, Codable {
  /// The index of the phase; the number of phases when all are done.
  var phase = 0
  /// The steps done in it; 0 when it has not begun.
  var stepInPhase = 0
  /// The steps done in all phases.
  var steps = 0
  /// The time spent so far in seconds, interruptions left out.
  var seconds = 0.0
  /// The part of it that steps took.
  var stepSeconds = 0.0
  /// The processor time of all threads in seconds.
  var processorSeconds = 0.0

  /// What no run of so many phases can have come to, if anything.
  func problem(phases: Int) -> String? {
    let longest = Duration.longestSpan / .seconds(1)
    if !(0...phases).contains(phase) { return "the phase is \(phase), 0 to \(phases) is expected" }
    // Far more than any run has, and so few that they can be multiplied by the images of a batch.
    guard 0...1 << 40 ~= steps, 0...steps ~= stepInPhase else {
      return "\(stepInPhase) steps of the phase are done and \(steps) of all, which cannot be"
    }
    guard 0...longest ~= seconds, 0...longest ~= stepSeconds, 0...longest ~= processorSeconds,
      steps == 0 || stepSeconds > 0
    else {
      return "\(steps) steps took \(stepSeconds) s and all \(seconds) s, which cannot be"
    }
    return nil
  }
}

/// All that a run needs to go on as if it had never stopped: one file.
///
/// Random draws are functions of the seed and the step, so that no generator's state is kept. The file holds the
/// tensors of each of the trainer's arenas under its name, such as `weights/` and `velocity/`; its metadata holds the
/// position and the whole configuration.
enum Checkpoint {
  /// The arenas that a run goes on with, by name.
  typealias State = [(name: String, arena: TensorArena)]

  private static let format = "ofa-checkpoint 2"
  /// The kind of checkpoints' files.
  static let fileKind = FileKind("a checkpoint", mark: "\"format\":\"ofa-checkpoint ".utf8)

  /// Writes a file.
  static func write(_ state: State, at position: Position, of configuration: RunConfiguration, to path: String) throws {
    let metadata = [
      "format": format, "position": try JSON.encode(position, pretty: false),
      "configuration": try Documents.encode(configuration),
    ]
    let tensors = state.flatMap { name, arena in arena.tensors(prefix: name + "/") }
    try Safetensors(metadata: metadata, tensors: tensors).write(to: path)
  }

  /// Fills the arenas from a file of a run with this configuration, and returns where it stood.
  ///
  /// - Throws: `Failure(.badData)` when the file is corrupt, of another format, or of another configuration; the arenas
  ///   may then be filled in part.
  static func read(_ path: String, of configuration: RunConfiguration, into state: State) throws -> Position {
    let file = try Safetensors(reading: path)
    guard file.metadata["format"] == format, let text = file.metadata["position"],
      let written = file.metadata["configuration"]
    else {
      throw Failure(.badData, "not a checkpoint of this version (\(format))", at: path)
    }
    let other = try Documents.decode(RunConfiguration.self, from: written, at: path + ": configuration")
    if let part = configuration.firstDifference(from: other) {
      throw Failure(
        .badData, "the checkpoint is of a run with another \(part); resume with the same, or start a new folder",
        at: path)
    }
    let position = try JSON.decode(Position.self, from: text, at: path + ": position")
    if let problem = position.problem(phases: configuration.recipe.phases.count) {
      throw Failure(.badData, problem, at: path + ": position")
    }
    for (name, arena) in state { try arena.fill(from: file, prefix: name + "/", at: path) }
    return position
  }
}
