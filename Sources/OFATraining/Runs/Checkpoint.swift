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

  /// What no run of so many phases can have come to, if anything.
  func problem(phases: Int) -> String? {
    let longest = Duration.longestSpan / .seconds(1)
    if !(0...phases).contains(phase) { return "the phase is \(phase), 0 to \(phases) is expected" }
    // Far more than any run has, and so few that they can be multiplied by the images of a batch.
    guard 0...1 << 40 ~= steps, 0...steps ~= stepInPhase else {
      return "\(stepInPhase) steps of the phase are done and \(steps) of all, which cannot be"
    }
    guard 0...longest ~= seconds, 0...longest ~= stepSeconds, steps == 0 || stepSeconds > 0 else {
      return "\(steps) steps took \(stepSeconds) s and all \(seconds) s, which cannot be"
    }
    return nil
  }
}

/// All that a run needs to go on as if it had never stopped: one file.
///
/// Random draws are functions of the seed and the step, so that no generator's state is kept. The file holds the
/// tensors under `weights/` and `velocity/`; its metadata holds the position and the whole configuration.
struct Checkpoint {
  var position: Position
  var weights: TensorArena
  var velocity: TensorArena

  private static let format = "ofa-checkpoint 1"
  /// The kind of checkpoints' files.
  static let fileKind = FileKind("a checkpoint", mark: "\"format\":\"ofa-checkpoint ".utf8)

  /// Writes the file.
  func write(to path: String, configuration: RunConfiguration) throws {
    let tensors = weights.tensors(prefix: "weights/") + velocity.tensors(prefix: "velocity/")
    let metadata = [
      "format": Self.format, "position": try JSON.encode(position, pretty: false),
      "configuration": try Documents.encode(configuration),
    ]
    try Safetensors(metadata: metadata, tensors: tensors).write(to: path)
  }

  /// Reads a file of a run with this configuration.
  ///
  /// - Throws: `Failure(.badData)` when the file is corrupt, of a newer format, or of another configuration.
  init(reading path: String, configuration: RunConfiguration) throws {
    let file = try Safetensors(reading: path)
    guard file.metadata["format"] == Self.format, let position = file.metadata["position"],
      let written = file.metadata["configuration"]
    else {
      throw Failure(.badData, "not a checkpoint of this version (\(Self.format))", at: path)
    }
    let other = try Documents.decode(RunConfiguration.self, from: written, at: path + ": configuration")
    if let part = configuration.firstDifference(from: other) {
      throw Failure(
        .badData, "the checkpoint is of a run with another \(part); resume with the same, or start a new folder",
        at: path)
    }
    self.position = try JSON.decode(Position.self, from: position, at: path + ": position")
    if let problem = self.position.problem(phases: configuration.recipe.phases.count) {
      throw Failure(.badData, problem, at: path + ": position")
    }
    let layout = configuration.space.tensorLayout
    func arena(_ prefix: String) throws -> TensorArena {
      let arena = TensorArena(layout)
      try arena.fill(from: file, prefix: prefix, at: path)
      return arena
    }
    weights = try arena("weights/")
    velocity = try arena("velocity/")
  }

  init(position: Position, weights: TensorArena, velocity: TensorArena) {
    self.position = position
    self.weights = weights
    self.velocity = velocity
  }
}
