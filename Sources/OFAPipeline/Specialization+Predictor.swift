import Foundation
import OFAFormats
import OFARegression
import OFASearch
import OFASpace
import OFASupernet
import OFATraining

// The predictor's document, and what is said where there is none.

extension Specialization {
  /// Reads a predictor's document. The published predictors are tensors, which have to be imported first: the error
  /// says how, or why that will not do.
  func readPredictor(_ path: String, for space: SearchSpace) throws -> AccuracyPredictor {
    if let kind = FileFormat(start: try InputFile.start(of: path, count: 9)), kind != .gzip {
      do {
        _ = try AccuracyPredictor(published: Checkpoint.tensors(reading: path), space: space, at: path)
      } catch let failure as Failure {
        throw Failure(
          failure.kind,
          "\(kind), no predictor's document, nor can ofa import make one of it: \(failure.message)",
          at: failure.place)
      }
      let document = ((path as NSString).lastPathComponent as NSString).deletingPathExtension + ".json"
      let line = commandLine(
        ["ofa", "import", "--predictor", path] + self.space.arguments + ["--output", document])
      let what = kind.isPyTorch ? "a PyTorch file" : "\(kind)"
      throw Failure(
        .badData, "\(what), no predictor's document; make one by \(line) and give that with `predictor`", at: path)
    }
    return try Documents.read(AccuracyPredictor.self, path)
  }

  func predictorPath() throws -> String {
    if let predictor { return predictor }
    guard let folder = modelFolder else {
      throw Failure(.usage, "a space has no accuracy predictor of its own; add `predictor`, or name a `model`")
    }
    let path = Model.predictorPath(in: folder)
    guard FileManager.default.fileExists(atPath: path) else {
      let fitting = commandLine(["ofa", "predictor", "train", "--model", folder, "--output", path, "--data", "FOLDER"])
      let remedy =
        RunFolder(ofModel: folder).map { "end its training with: \($0.resumeCommand)" } ?? "fit one with: \(fitting)"
      throw Failure(.missingInput, "the model has no accuracy predictor yet; \(remedy)", at: path)
    }
    return path
  }
}
