import OFAFormats
import OFASupernet
import OFATraining

/// Where models are.
public enum ModelFolder {
  /// The folder of a model: the one that is named, or `model` in it where it is a run's.
  ///
  ///     ModelFolder.named("runs/one")    // runs/one/model
  ///
  /// - Throws: `.missingInput` for a run that has no model yet, with the command that goes on with it.
  public static func named(_ path: String) throws -> String {
    let run = RunFolder(path)
    if Model.isFolder(path) { return path }
    if Model.isFolder(run.modelPath) { return run.modelPath }
    if run.isBegun {
      throw Failure(.missingInput, "the run has no model yet; go on with: \(run.resumeCommand)", at: path)
    }
    return path
  }
}
