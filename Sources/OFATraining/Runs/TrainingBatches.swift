import OFAData
import OFAEngine
import OFANumerics

/// The training images as batches, each a function of the seed and the step, and cut into shards.
final class TrainingBatches {
  let batchSize: Int
  let shards: Int
  /// Whole batches of an epoch; what is left over waits for another order.
  let stepsPerEpoch: Int

  private let loader: BatchLoader
  private let smoothing: Double
  private let seed: UInt64
  private var order: (epoch: Int, indices: [Int])?

  init(_ data: Dataset, recipe: Recipe, shards: Int, seed: UInt64) {
    self.shards = shards
    loader = BatchLoader(
      data.train, data.normalization, augmentation: recipe.augmentation ?? data.augmentation)
    smoothing = recipe.objective.labelSmoothing
    batchSize = recipe.batchSize
    stepsPerEpoch = data.train.count / recipe.batchSize
    self.seed = seed
  }

  /// A shard of the batch of a step of a phase, at a resolution; all have as many images, but for one more in some.
  ///
  /// - Throws: `Failure` where an image can no longer be read.
  func shard(
    _ shard: Int, step: Int, of phase: Recipe.Phase, resolution: Int, team: ThreadTeam
  ) throws -> TaughtBatch {
    var loader = loader
    loader.augmentation = phase.augmentation ?? loader.augmentation
    let (epoch, place) = step.quotientAndRemainder(dividingBy: stepsPerEpoch)
    let indices: [Int]
    if let order, order.epoch == epoch {
      indices = order.indices
    } else {
      var generator = SeededGenerator(seed: seed, stream: "order of an epoch", epoch)
      indices = loader.order(using: &generator)
      order = (epoch, indices)
    }
    let part = shard * batchSize / shards..<(shard + 1) * batchSize / shards
    let filled = loader.batch(
      of: indices[place * batchSize..<(place + 1) * batchSize].dropFirst(part.lowerBound).prefix(part.count),
      resolution: resolution, epoch: epoch, seed: seed
    ).filled(by: team)
    try loader.images.source.check()
    var batch = TaughtBatch(
      images: filled.images,
      targets: Loss.targets(labels: filled.labels, classes: loader.images.classes, smoothing: smoothing),
      share: Float(part.count) / Float(batchSize))
    if let spread = loader.augmentation.mixing {
      var generator = SeededGenerator(seed: seed, stream: "mixing", step)
      batch.mix(share: Float(generator.beta(spread, spread)))
    }
    return batch
  }
}

/// Images as a network reads them, with their labels.
struct FilledBatch {
  /// [images, resolution, resolution, channels], flat.
  var images: [Float]
  var labels: [Int]
}

extension Batch {
  /// Computes all images on a team.
  func filled(by team: ThreadTeam) -> FilledBatch {
    let images = [Float](unsafeUninitializedCapacity: count * valuesPerImage) { buffer, initialized in
      // Eight images a task: enough tasks for any team, each worth handing out.
      let size = 8
      nonisolated(unsafe) let buffer = buffer
      team.forEach((count + size - 1) / size) { task in
        fill(task * size..<min((task + 1) * size, count), into: buffer)
      }
      initialized = buffer.count
    }
    return FilledBatch(images: images, labels: labels)
  }
}
