import Foundation
import OFAFormats

/// What a training run leaves on the disk.
///
/// | entry | holds |
/// |---|---|
/// | `config.json` | the resolved configuration; see ``RunConfiguration`` |
/// | `metrics.jsonl` | a line every few steps and for each evaluation |
/// | `checkpoints/` | the last two checkpoints, `step-<number>.safetensors` |
/// | `model/` | the model, once the run is done |
public struct RunFolder: Hashable, Sendable {
  /// The folder's path.
  public let path: String

  /// The folder at a path; nothing is touched.
  public init(_ path: String) { self.path = path }

  /// The resolved configuration.
  public var configurationPath: String { path + "/config.json" }
  /// The metrics.
  public var metricsPath: String { path + "/metrics.jsonl" }
  /// The model that the run leaves.
  public var modelPath: String { path + "/model" }

  /// Whether a run was begun here.
  public var holdsRun: Bool { FileManager.default.fileExists(atPath: configurationPath) }

  private var checkpointsPath: String { path + "/checkpoints" }

  func checkpointPath(step: Int) -> String { "\(checkpointsPath)/step-\(step).safetensors" }

  /// The checkpoints' steps, newest first.
  var checkpointSteps: [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpointsPath)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix("step-"), name.hasSuffix(".safetensors") else { return nil }
      return Int(name.dropFirst("step-".count).dropLast(".safetensors".count))
    }.sorted(by: >)
  }

  /// Writes a checkpoint and drops all but the last two.
  func write(_ checkpoint: Checkpoint, configuration: RunConfiguration) throws {
    try checkpoint.write(to: checkpointPath(step: checkpoint.position.steps), configuration: configuration)
    for step in checkpointSteps.dropFirst(2) {
      let path = checkpointPath(step: step)
      do {
        try FileManager.default.removeItem(atPath: path)
      } catch {
        throw Failure(.inputOutput, "cannot remove an old checkpoint: \(error.localizedDescription)", at: path)
      }
    }
  }

  /// The newest checkpoint that can be read, or nil where there is none.
  ///
  /// A damaged newest one (a disk's fault: writing replaces whole files) gives way to the one before it.
  ///
  /// - Throws: `Failure(.badData)` when there are checkpoints and none can be used.
  func newestCheckpoint(configuration: RunConfiguration) throws -> Checkpoint? {
    var failure: (any Error)?
    for step in checkpointSteps {
      do {
        return try Checkpoint(reading: checkpointPath(step: step), configuration: configuration)
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return nil
  }
}
