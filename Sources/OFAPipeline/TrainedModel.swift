import OFAData
import OFAEngine
import OFAFormats
import OFASpace
import OFASupernet
import OFATraining

/// A model folder that is ready to answer for any of its subnets.
struct TrainedModel {
  /// The folder.
  let folder: String
  /// What it holds.
  let model: Model
  /// What makes statistics and measures accuracy.
  let evaluator: Evaluator
  /// The threads that compute.
  let team: ThreadTeam

  /// Reads a model folder.
  ///
  /// - Throws: `.missingInput` and `.badData`.
  init(reading folder: String, threads: Int) throws {
    self.folder = folder
    model = try Model(reading: folder)
    team = ThreadTeam(threads: threads)
    evaluator = Evaluator(of: model, team: team)
  }

  var space: SearchSpace { model.supernet.space }

  /// A subnet's statistics, made of the model's own images.
  func statistics(of subnet: Subnet) -> NormalizationStatistics {
    evaluator.statistics(of: subnet, in: model.supernet)
  }

  /// Images that the model can classify.
  ///
  /// - Throws: what loading throws, and `.badData` when the images are of another kind.
  func dataset(_ nameOrFolder: String) throws -> Dataset {
    let data = try Dataset.load(nameOrFolder)
    guard data.channels == space.channels, data.classes <= space.classes else {
      throw Failure(
        .badData,
        "the images have \(data.channels) channels and \(data.classes) classes, but the model \(folder) has "
          + "\(space.channels) and \(space.classes)", at: nameOrFolder)
    }
    return data
  }
}
