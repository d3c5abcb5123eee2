import OFACluster
import OFAData
import OFAFormats
import OFASpace
import OFASupernet

extension RunConfiguration {
  /// Refuses data that the configuration cannot be trained on, and what memory cannot hold.
  ///
  /// - Throws: `Failure(.badData)`; `Failure(.usage)` for shards that cannot be, or are too few for the ranks.
  func check(_ data: Dataset, ranks: Int, at place: String) throws {
    try recipe.check(at: place + ": recipe")
    guard 1...recipe.batchSize ~= shardCount else {
      throw Failure(
        .usage, "1 to \(recipe.batchSize) are possible in batches of \(recipe.batchSize), not \(shardCount)",
        at: "`shards`")
    }
    guard ranks <= shardCount else {
      throw Failure(
        .usage, "there are \(shardCount), but \(ranks) ranks were started; start no more than there are shards",
        at: "`shards`")
    }
    guard data.channels == space.channels, data.classes == space.classes else {
      throw Failure(
        .badData,
        "the images have \(data.channels) channels and \(data.classes) classes, but the space \(space.name) has "
          + "\(space.channels) and \(space.classes); adapt it with `channels` and `classes`", at: data.name)
    }
    guard data.train.count == trainingImages, data.heldOut.count == heldOutImages else {
      throw Failure(
        .badData,
        "\(data.train.count) training and \(data.heldOut.count) held-out images, expected \(trainingImages) and "
          + "\(heldOutImages); the run was begun on other data", at: data.name)
    }
    guard data.train.count >= recipe.batchSize, data.heldOut.count > 0 else {
      throw Failure(
        .badData,
        "\(data.train.count) training and \(data.heldOut.count) held-out images are too few for batches of "
          + "\(recipe.batchSize)", at: data.name)
    }
    let shard = (recipe.batchSize - 1) / shardCount + 1
    // Each shard that a rank has leaves gradients of its own, which are then added in order.
    let own = (shardCount + ranks - 1) / ranks
    try MachineMemory.check(
      space.graph(of: space.largest), weights: space.supernetValues, batch: shard, for: .training, gradients: own,
      evaluated: min(
        Evaluator.batchSize, max(data.heldOut.count, min(recipe.evaluation.calibrationImages, data.train.count))),
      memory: MachineMemory.bytes / Cluster.ranksHere())
  }

  /// The passes over the training images; nil where a time is given.
  var epochs: Int? {
    guard case .epochs(let epochs) = budget else { return nil }
    return epochs
  }

  /// The steps of all phases where epochs are counted; where a time is given, a number that only the phases'
  /// proportions follow from.
  var totalSteps: Int {
    epochs.map { $0 * (trainingImages / recipe.batchSize) } ?? 1_000_000
  }
}

extension RunFolder {
  /// Makes sure, without a trace, that a run can begin here or go on, and returns whether one was begun.
  ///
  /// - Throws: `Failure(.usage)` when the folder holds a run and is not to be resumed, or something that is no part of
  ///   one; `Failure(.inputOutput)` when nothing can be written.
  @discardableResult
  package func check(resuming: Bool) throws -> Bool {
    let isBegun = try holdsRun()
    if isBegun, !resuming {
      throw Failure(.usage, "the folder holds a run; go on with it by `resumes`, or choose another folder", at: path)
    }
    return isBegun
  }

  /// Begins the run of a configuration, or finds the one that was begun as ``check(resuming:)`` told.
  ///
  /// - Throws: `Failure(.badData)` when the folder holds the run of another configuration or nothing readable.
  func open(_ configuration: RunConfiguration, isBegun: Bool) throws {
    guard isBegun else { return try Documents.write(configuration, to: configurationPath) }
    let begun = try Documents.read(RunConfiguration.self, configurationPath)
    if let part = configuration.firstDifference(from: begun) {
      throw Failure(
        .badData, "the run was begun with another \(part); resume it with the same, or choose another folder",
        at: configurationPath)
    }
  }
}
