import OFAData
import OFAEngine
import OFANumerics
import OFASpace
import OFASupernet

/// Measures subnets: statistics from a fixed handful of training images, then a pass over the images in question.
///
///     let evaluator = Evaluator(training: data.train, normalization: normalization, team: team)
///     let evaluation = evaluator.evaluate(subnet, of: supernet, on: data.heldOut)
///     print(evaluation.topOneAccuracy)
///
/// Images are resized to the subnet's resolution and not augmented, for the statistics too: they are to be those of the images
/// that the subnet will see. (The reference augments them.)
public final class Evaluator {
  private let recalibration: BatchLoader
  private let normalization: Normalization
  private let team: ThreadTeam

  /// The images of one pass. The statistics depend on it, as every batch has its own mean.
  private static let batchSize = 100

  /// An evaluator.
  ///
  /// - Parameters:
  ///   - training: the images of which some make the statistics.
  ///   - normalization: how pixels become inputs; a model's own.
  ///   - recalibrationImages: how many of them, drawn with `seed`; at least one.
  ///   - team: the threads to work on.
  public init(
    training: ImageSet, normalization: Normalization, recalibrationImages: Int = 1_000, seed: UInt64 = 0,
    team: ThreadTeam
  ) {
    precondition(training.count > 0 && recalibrationImages > 0, "Statistics need an image.")
    var generator = SeededGenerator(seed: seed, stream: "recalibration")
    let drawn = (0..<training.count).shuffled(using: &generator).prefix(recalibrationImages)
    recalibration = BatchLoader(training.subset(drawn, name: training.name), normalization)
    self.normalization = normalization
    self.team = team
  }

  /// A subnet's statistics; see `Supernet.statistics(of:batches:team:)`.
  public func statistics(of subnet: Subnet, in supernet: Supernet) -> NormalizationStatistics {
    let batches = recalibration.batches(of: Self.batchSize, resolution: subnet.resolution)
    return supernet.statistics(of: subnet, batches: batches.map { $0.filled(by: team).images }, team: team)
  }

  /// A subnet's accuracy and loss.
  ///
  /// - Parameters:
  ///   - subnet: a canonical subnet of the supernet's space.
  ///   - supernet: the weights.
  ///   - images: what is classified; at least one.
  ///   - limit: the number of leading images to use; all unless given.
  ///   - statistics: the subnet's statistics; made anew unless given.
  public func evaluate(
    _ subnet: Subnet, of supernet: Supernet, on images: ImageSet, limit: Int? = nil,
    statistics: NormalizationStatistics? = nil
  ) -> Evaluation {
    precondition(images.count > 0, "There are no images to evaluate on.")
    let classifier = Classifier(
      subnet, of: supernet, statistics: statistics ?? self.statistics(of: subnet, in: supernet), team: team)
    let batches = BatchLoader(images, normalization)
      .batches(of: Self.batchSize, resolution: subnet.resolution, limit: limit ?? .max)
    var correct = 0
    var loss = 0.0
    var count = 0
    for batch in batches {
      let filled = batch.filled(by: team)
      let logits = Rows(width: supernet.space.classes, values: classifier.logits(of: filled.images))
      let targets = Loss.targets(labels: filled.labels, classes: logits.width)
      loss += Loss.crossEntropy(logits, targets: targets).loss * Double(logits.count)
      correct += zip(logits.indicesOfLargest, filled.labels).count { $0 == $1 }
      count += logits.count
    }
    return Evaluation(
      id: supernet.space.id(of: subnet), subnet: subnet, topOneAccuracy: Double(correct) / Double(count),
      loss: loss / Double(count))
  }
}
