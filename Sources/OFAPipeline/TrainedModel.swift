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
  /// What makes statistics of the model's own images; nil for a model that came without.
  let evaluator: Evaluator?
  /// The threads that compute.
  let team: ThreadTeam

  /// Reads a model folder.
  ///
  /// - Throws: `.missingInput` and `.badData`.
  init(reading folder: String, threads: Int) throws {
    self.folder = folder
    model = try Model(reading: folder)
    team = try ThreadTeam.started(threads: threads)
    evaluator = Evaluator(of: model, team: team)
  }

  var space: SearchSpace { model.supernet.space }

  /// A subnet's statistics, made of the model's own images; without such, prefixes of the full network's.
  func statistics(of subnet: Subnet) -> NormalizationStatistics {
    evaluator?.statistics(of: subnet, in: model.supernet) ?? model.statistics.prefix(for: space.graph(of: subnet))
  }

  /// The resolution that pictures are read for when a subnet is to see them: that of training, or its own where that is
  /// greater. So what it makes of a picture does not depend on which others are asked.
  func pictureResolution(of subnet: Subnet) -> Int { max(space.largest.resolution, subnet.resolution) }

  /// What is to be said of a subnet whose statistics are not its own; nil where they are.
  func doubt(of subnet: Subnet) -> String? {
    guard evaluator == nil, subnet.options != space.largest.options else { return nil }
    return "its normalization statistics are parts of the full network's, which rarely fit it: import the model with "
      + "`data`, images to make each subnet's own of"
  }

  /// Refuses a subnet of which this machine cannot hold a pass over so many images, or over those that make statistics.
  func checkMemory(of subnet: Subnet, images: Int) throws {
    try MachineMemory.check(
      space.graph(of: subnet), weights: model.supernet.weights.layout.count,
      batch: min(max(images, evaluator?.calibration.count ?? 0), Evaluator.batchSize), for: .inference)
  }

  /// What the model fails with where a logit, of the subnet of an id, is no number.
  func failure(ofLogits id: String?) -> Failure {
    let subnet = id.map { " of \($0)" } ?? ""
    return Failure(
      .badData, "a logit\(subnet) is no number; the model's weights or statistics are too large", at: folder)
  }

  /// What measures accuracy on a data set: by statistics of the model's own images, or else of some of the set's
  /// training images.
  func evaluator(on data: Dataset) -> Evaluator {
    evaluator
      ?? Evaluator(
        calibration: CalibrationImages(of: data, for: space),
        normalization: model.input.normalization, centerFraction: model.input.centerFraction, team: team)
  }

  /// Images that the model can classify, labelled by the model's classes: those of the same names.
  ///
  /// Pictures are kept for the resolution, by default the space's greatest, after a first look that processes may
  /// share. An imported model came without names; where the set's classes have others than numbers, they are the
  /// model's in order.
  ///
  /// - Throws: what loading throws, and `.badData` when the images are of another kind or of a class that the model
  ///   does not know.
  func dataset(
    _ nameOrFolder: String, resolution: Int? = nil, sharing: PictureSharing = .none, monitor: Monitor
  ) throws -> Dataset {
    let data = try Dataset.load(
      nameOrFolder, for: space, resolution: resolution, reader: "the model \(folder)", threads: team.threads,
      sharing: sharing, monitor: monitor)
    let known = model.input.classNames
    guard let stranger = data.classNames.first(where: { !known.contains($0) }) else {
      return data.relabelled(classNames: known)
    }
    if model.results.recipe == TrainingResults.imported, data.classes <= space.classes,
      !data.classNames.contains(where: known.contains)
    {
      // The model's further classes stay numbers.
      return data.relabelled(classNames: data.classNames + known.dropFirst(data.classes))
    }
    throw Failure(
      .badData, "the images have a class \"\(stranger)\", but the model \(folder) knows \(known.listed)",
      at: nameOrFolder)
  }

  /// The images of a split.
  ///
  /// - Throws: `.badData` when a set is so small that it has none.
  func images(_ split: ImageSplit, of data: Dataset, at place: String) throws -> ImageSet {
    let images = split == .test ? data.test : data.heldOut
    guard images.count > 0 else {
      throw Failure(
        .badData, "no image is held out of so few (\(data.train.count)); give more, or choose another split", at: place)
    }
    return images
  }
}
