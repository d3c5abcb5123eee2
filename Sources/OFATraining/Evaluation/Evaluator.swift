import OFAData
import OFAEngine
import OFANumerics
import OFASpace
import OFASupernet

/// Measures subnets: statistics from a fixed handful of training images, then a pass over the images in question.
///
///     guard let evaluator = Evaluator(of: model, team: team) else { … }  // a model without images
///     let evaluation = try evaluator.evaluate(subnet, of: supernet, on: data.heldOut)
///     print(evaluation.topOneAccuracy)
///
/// Images are resized to the subnet's resolution and not augmented, for the statistics too: they are to be those of the
/// images that the subnet will see. (The reference augments them.)
public final class Evaluator {
  /// The images that statistics are made from.
  public let calibration: CalibrationImages
  /// Loads these images, as the images in question are loaded.
  private let calibrationLoader: BatchLoader
  private let workspace = Workspace()
  private let team: ThreadTeam

  /// The images of one pass. The statistics depend on it, as every batch has its own mean.
  public static let batchSize = 100

  /// An evaluator.
  ///
  /// - Parameters:
  ///   - calibration: training images that make the statistics.
  ///   - normalization: how pixels become inputs.
  ///   - centerFraction: how much of an image is seen; see `BatchLoader`.
  ///   - team: the threads to work on.
  public init(
    calibration: CalibrationImages, normalization: Normalization, centerFraction: Double? = nil, team: ThreadTeam
  ) {
    self.calibration = calibration
    // Statistics need no labels.
    let images = ImageSet(
      name: "calibration images", height: calibration.height, width: calibration.width, channels: calibration.channels,
      classes: 1, pixels: calibration.pixels, labels: Array(repeating: 0, count: calibration.count))
    calibrationLoader = BatchLoader(images, normalization, centerFraction: centerFraction)
    self.team = team
  }

  /// An evaluator of a model's subnets, by its own images and normalization; nil for a model that came without images.
  public convenience init?(of model: Model, team: ThreadTeam) {
    guard let calibration = model.calibration else { return nil }
    self.init(
      calibration: calibration, normalization: model.input.normalization,
      centerFraction: model.input.centerFraction, team: team)
  }

  /// A subnet's statistics, by the leading `limit` of the calibration images or all; see
  /// `Supernet.statistics(of:batches:team:)`.
  public func statistics(
    of subnet: Subnet, in supernet: Supernet, limit: Int? = nil
  ) -> NormalizationStatistics {
    let batches = calibrationLoader.batches(of: Self.batchSize, resolution: subnet.resolution, limit: limit ?? .max)
    return supernet.statistics(
      of: subnet, batches: batches.lazy.map { [team] in $0.filled(by: team).images }, workspace: workspace, team: team)
  }

  /// A subnet's accuracy and loss.
  ///
  /// - Parameters:
  ///   - subnet: a canonical subnet of the supernet's space.
  ///   - supernet: the weights.
  ///   - images: what is classified; at least one.
  ///   - extent: how many of the images to use; all unless given.
  ///   - statistics: the subnet's statistics; made anew unless given.
  ///   - body: called with the logits of each batch, in the images' order.
  /// - Throws: `Failure` where an image can no longer be read.
  public func evaluate(
    _ subnet: Subnet, of supernet: Supernet, on images: ImageSet, extent: EvaluationExtent = EvaluationExtent(),
    statistics: NormalizationStatistics? = nil, logits body: (Rows) -> Void = { _ in }
  ) throws -> Evaluation {
    precondition(images.count > 0, "There are no images to evaluate on.")
    let classifier = Classifier(
      subnet, of: supernet,
      statistics: statistics ?? self.statistics(of: subnet, in: supernet, limit: extent.calibrationImages),
      workspace: workspace, team: team)
    let batches = BatchLoader(
      images, calibrationLoader.normalization, centerFraction: calibrationLoader.centerFraction
    )
    .batches(of: Self.batchSize, resolution: subnet.resolution, limit: extent.images ?? .max)
    var correct = 0
    var loss = 0.0
    var count = 0
    for batch in batches {
      let filled = batch.filled(by: team)
      try images.source.check()
      let logits = Rows(width: supernet.space.classes, values: classifier.logits(of: filled.images))
      let targets = Loss.targets(labels: filled.labels, classes: logits.width)
      loss += Loss.crossEntropy(logits, targets: targets).loss * Double(logits.count)
      correct += zip(logits.indicesOfLargest, filled.labels).count { $0 == $1 }
      count += logits.count
      body(logits)
    }
    return Evaluation(
      id: supernet.space.id(of: subnet), subnet: supernet.space.document(of: subnet),
      topOneAccuracy: Double(correct) / Double(count), loss: loss / Double(count))
  }
}

extension CalibrationImages {
  /// Some of a set's images, drawn with a seed.
  ///
  /// Images of one size of which all is seen are kept as they are; of others what is seen of them, resized to squares.
  /// Of large images fewer are taken, as they travel with the model: no more than have 8 MB of pixels, but 100.
  ///
  /// - Parameter side: rows and columns of such a square; the greatest resolution that is asked for.
  /// - Precondition: there is an image, and one is wanted.
  public init(drawing count: Int, from images: ImageSet, side: Int, seed: UInt64) {
    var generator = SeededGenerator(seed: seed, stream: "calibration images")
    let size = images.commonSize.map { $0.height * $0.width } ?? side * side
    let count = min(count, max(Self.mostBytes / (size * images.channels), Self.fewest))
    let drawn = images.subset((0..<images.count).shuffled(using: &generator).prefix(count), name: images.name)
    if let size = drawn.commonSize,
      images.source.frame(of: drawn.places[0]) == Window(height: size.height, width: size.width)
    {
      self.init(height: size.height, width: size.width, channels: drawn.channels, pixels: drawn.pixels)
      return
    }
    self.init(
      height: side, width: side, channels: drawn.channels, pixels: drawn.squares(0..<drawn.count, side: side))
  }

  private static let mostBytes = 8_000_000
  private static let fewest = 100
}
