import Foundation
import OFAFormats
import OFASupernet

/// What a training run leaves on the disk.
///
/// | entry | holds |
/// |---|---|
/// | `config.json` | the resolved configuration; see ``RunConfiguration`` |
/// | `metrics.jsonl` | a line every few steps and for each evaluation |
/// | `commands.jsonl` | a line for each command that trained: what was typed, when, and on what |
/// | `checkpoints/` | the last two checkpoints, `step-<number>.safetensors` |
/// | `model/` | the model, once the run is done |
/// | `samples.jsonl` | the subnets that its predictor was fitted to, with their accuracies |
/// | `report.html` | the page that shows the run, once it is done |
public struct RunFolder: Hashable, Sendable {
  /// The folder's path.
  public let path: String

  /// The folder at a path; nothing is touched.
  public init(_ path: String) { self.path = path }

  /// The folder of the run that left a model folder; nil when none did.
  public init?(ofModel modelFolder: String) {
    self.init(URL(fileURLWithPath: modelFolder).deletingLastPathComponent().relativePath)
    guard isBegun else { return nil }
  }

  /// Whether the folder has a run's configuration.
  public var isBegun: Bool {
    InputFile.isFile(configurationPath) && (try? RunConfiguration.fileKind.owns(configurationPath)) ?? false
  }

  /// The command that goes on with the run.
  public var resumeCommand: String {
    commandLine(["ofa", "train", "--output", path, "--resume"])
  }

  /// The resolved configuration.
  public var configurationPath: String { path + "/config.json" }
  /// The metrics.
  public var metricsPath: String { path + "/metrics.jsonl" }
  /// The commands that trained.
  public var commandsPath: String { path + "/commands.jsonl" }
  /// The subnets that the model's predictor was fitted to.
  public var samplesPath: String { path + "/samples.jsonl" }
  /// The model that the run leaves.
  public var modelPath: String { path + "/model" }

  /// Whether a run was begun here.
  ///
  /// - Throws: `Failure(.usage)` when the folder has something that is in the way of a run and no part of one.
  func holdsRun() throws -> Bool {
    guard !path.isEmpty else { throw Failure(.usage, "\"\" names no folder; add the run's name") }
    let files = FileManager.default
    let isBegun = files.fileExists(atPath: configurationPath)
    if isBegun, try !RunConfiguration.fileKind.owns(configurationPath) {
      throw Failure(.usage, "it is not a run's configuration; choose another folder", at: configurationPath)
    }
    let occupied =
      [metricsPath, commandsPath, samplesPath, reportPath].first { files.fileExists(atPath: $0) }
      ?? checkpointNames.min().map { "\(checkpointsPath)/\($0)" }
    if !isBegun, let occupied {
      throw Failure(
        .usage, "it is in the way of a run's own, and no run was begun here; choose another folder", at: occupied)
    }
    try Model.folderKind.check(modelPath)
    return isBegun
  }

  /// The page that shows the run.
  public var reportPath: String { path + "/report.html" }

  private var checkpointsPath: String { path + "/checkpoints" }

  /// What the folder of checkpoints holds, whoever put it there.
  private var checkpointNames: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: checkpointsPath)) ?? []
  }

  func checkpointPath(step: Int) -> String { "\(checkpointsPath)/step-\(step).safetensors" }

  /// The checkpoints' steps, newest first.
  var checkpointSteps: [Int] {
    checkpointNames.compactMap { name in
      guard name.hasPrefix("step-"), name.hasSuffix(".safetensors") else { return nil }
      return Int(name.dropFirst("step-".count).dropLast(".safetensors".count))
    }.sorted(by: >)
  }

  /// Writes a checkpoint and drops all but the last two; what is no checkpoint of ours is left alone.
  func write(_ state: Checkpoint.State, at position: Position, of configuration: RunConfiguration) throws {
    try Checkpoint.write(state, at: position, of: configuration, to: checkpointPath(step: position.steps))
    for step in checkpointSteps.dropFirst(2) {
      let path = checkpointPath(step: step)
      guard try Checkpoint.fileKind.owns(path) else { continue }
      do {
        try FileManager.default.removeItem(atPath: path)
      } catch {
        throw Failure(.inputOutput, "cannot remove an old checkpoint: \(error.localizedDescription)", at: path)
      }
    }
  }

  /// Fills the arenas from the newest checkpoint that can be read, and returns where it stood; nil where there is none.
  ///
  /// A damaged newest one (a disk's fault: writing replaces whole files) gives way to the one before it.
  ///
  /// - Parameter remark: takes what was passed over, and why.
  /// - Throws: `Failure(.badData)` when there are checkpoints and none can be used.
  func readNewestCheckpoint(
    of configuration: RunConfiguration, into state: Checkpoint.State, remark: (String) -> Void
  ) throws -> Position? {
    var failures: [Failure] = []
    for step in checkpointSteps {
      do {
        let position = try Checkpoint.read(checkpointPath(step: step), of: configuration, into: state)
        for failure in failures { remark("passed over a checkpoint for the one of step \(step): \(failure)") }
        return position
      } catch let failure as Failure {
        failures.append(failure)
      }
    }
    if let failure = failures.first { throw failure }
    return nil
  }
}
