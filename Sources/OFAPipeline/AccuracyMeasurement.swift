import OFAData
import OFAFormats
import OFAReport
import OFASpace
import OFASupernet
import OFATraining

/// Which images a subnet is judged on.
public enum ImageSplit: String, Hashable, Sendable, CaseIterable {
  /// The images for reporting.
  case test
  /// The training images that were held out for choosing.
  case heldOut = "heldout"
}

/// Measures subnets' accuracy on images.
public struct AccuracyMeasurement {
  /// The model's folder.
  public var model: String
  /// A folder with images, or the name of a built-in set.
  public var data: String
  /// Which of the images.
  public var split: ImageSplit
  /// Whether each subnet gets statistics of its own; else each takes the full network's.
  public var recalibrates: Bool
  /// How many threads to use.
  public var threads: Int
  /// Where to write a page with the classes of the most accurate subnet.
  public var report: Output?
  /// The command that measures, for the page.
  public var origin: Origin?

  /// One subnet's accuracy.
  public struct Result: Hashable, Sendable, Encodable {
    /// The subnet's id.
    public var id: String
    /// The share of images that it classifies right, 0…1.
    public var topOneAccuracy: Double
    /// The mean cross-entropy in nats.
    public var loss: Double

    package init(id: String, topOneAccuracy: Double, loss: Double) {
      (self.id, self.topOneAccuracy, self.loss) = (id, topOneAccuracy, loss)
    }
  }

  /// A measurement of a model's subnets on images.
  public init(model: String, data: String, split: ImageSplit = .test, recalibrates: Bool = true, threads: Int) {
    self.model = model
    self.data = data
    self.split = split
    self.recalibrates = recalibrates
    self.threads = threads
  }

  /// Measures subnets, and hands over each result as it comes.
  ///
  /// - Parameters:
  ///   - named: what names the subnets; see `SearchSpace.subnets(named:at:)`.
  ///   - monitor: who watches.
  ///   - body: takes each result.
  /// - Throws: `.badData` when the images do not fit the model or there are none, and when a logit is no number.
  public func measure(
    subnets named: String, monitor: Monitor = Monitor(), result body: (Result) throws -> Void
  ) throws {
    try report?.check(for: Page.fileKind)
    let folder = model
    let model = try TrainedModel(reading: folder, threads: threads)
    let subnets = try model.space.subnets(named: named)
    let data = try model.dataset(data, resolution: subnets.map(\.resolution).max(), monitor: monitor)
    let images = try model.images(split, of: data, at: self.data)
    let evaluator = model.evaluator(on: data)
    var results: [Result] = []
    var verdicts: (best: Double, verdicts: [Verdict]) = (-1, [])
    for (index, subnet) in subnets.enumerated() {
      try monitor.check("evaluating", Double(index) / Double(subnets.count))
      try model.checkMemory(of: subnet, batch: min(images.count, 100))
      let statistics =
        recalibrates
        ? evaluator.statistics(of: subnet, in: model.model.supernet)
        : model.model.statistics.prefix(for: model.space.graph(of: subnet))
      var found: [Verdict] = []
      let evaluation = evaluator.evaluate(subnet, of: model.model.supernet, on: images, statistics: statistics) {
        if report != nil { found += Verdict.verdicts($0) }
      }
      guard evaluation.loss.isFinite else {
        throw Failure(
          .badData, "a logit of \(evaluation.id) is no number; the model's weights or statistics are too large",
          at: folder)
      }
      let result = Result(id: evaluation.id, topOneAccuracy: evaluation.topOneAccuracy, loss: evaluation.loss)
      results.append(result)
      if result.topOneAccuracy > verdicts.best { verdicts = (result.topOneAccuracy, found) }
      try body(result)
    }
    guard let report else { return }
    var page = try Page.evaluation(results, verdicts.verdicts, on: images, of: data.name, space: model.space)
    page.conditions = [
      Page.Fact("model", folder), Page.Fact("images", "\(self.data), \(split == .test ? "test" : "held out")"),
      Page.Fact("statistics", recalibrates ? "each subnet's own" : "the full network's"),
    ]
    page.origins = [origin].compactMap(\.self)
    try report.write(page.html, as: Page.fileKind)
  }
}
