import OFACluster
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
  /// The ranks that measure together, of which this is the leader or a helper.
  public var cluster = Cluster.alone
  /// Where to write a page with the classes of the most accurate subnet.
  public var report: Output?
  /// The command that measures, for the page.
  public var origin: Origin?

  /// One subnet's accuracy.
  public struct Result: Hashable, Sendable, Codable {
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
    let trained = try TrainedModel(reading: model, threads: threads)
    let subnets = try trained.space.subnets(named: named)
    let resolutions = Set(subnets.map(trained.pictureResolution)).sorted()
    let bench = try Bench(self, trained, resolutions: resolutions, monitor: monitor)
    var results: [Result] = []
    // Of the best that was measured here.
    var seen: (result: Result, verdicts: [Verdict])?
    try cluster.farm(subnets.map(trained.space.id)) { id in
      try monitor.check("evaluating", Double(results.count) / Double(subnets.count))
      guard report != nil else { return try bench.result(of: id) }
      let found = try bench.verdicts(on: id)
      if found.result.topOneAccuracy > seen?.result.topOneAccuracy ?? -1 { seen = found }
      return found.result
    } each: { _, result in
      results.append(result)
      try body(result)
    }
    guard let report, let best = results.max(by: { $0.topOneAccuracy < $1.topOneAccuracy }) else { return }
    // Another rank may have measured it.
    let verdicts = try (seen?.result == best ? seen : nil)?.verdicts ?? bench.verdicts(on: best.id).verdicts
    var page = try Page.evaluation(
      results, verdicts, on: bench.images(of: trained.space.subnet(id: best.id)), of: bench.name, space: trained.space)
    page.conditions = [
      Page.Fact("model", model), Page.Fact("images", "\(data), \(split == .test ? "test" : "held out")"),
      Page.Fact("statistics", recalibrates ? "each subnet's own" : "the full network's"),
    ]
    page.origins = [origin].compactMap(\.self)
    try report.write(page.html, as: Page.fileKind)
  }

  /// Measures those subnets that the leader's measurement of the same kind gives to this rank.
  ///
  /// - Throws: as ``measure(subnets:monitor:result:)``.
  public func help() throws {
    let trained = try TrainedModel(reading: model, threads: threads)
    let bench = try Bench(self, trained, resolutions: [], monitor: Monitor())
    try cluster.serve(bench.result(of:))
  }

  /// All that a subnet is measured with, the same on every rank.
  private struct Bench {
    let name: String
    /// The images, by the resolution that they are read for.
    private let images: [Int: ImageSet]
    private let trained: TrainedModel
    private let evaluator: Evaluator
    private let recalibrates: Bool

    init(_ measurement: AccuracyMeasurement, _ trained: TrainedModel, resolutions: [Int], monitor: Monitor) throws {
      let cluster = measurement.cluster
      // Only the leader knows what is asked for.
      var resolutions = cluster.leads ? try cluster.tell(resolutions) : try cluster.hear()
      if resolutions.isEmpty { resolutions = [trained.space.largest.resolution] }
      let sets = try resolutions.map { resolution in
        try trained.dataset(
          measurement.data, resolution: resolution, sharing: cluster.pictureSharing(of: measurement.data),
          monitor: monitor)
      }
      let images = try sets.map { try trained.images(measurement.split, of: $0, at: measurement.data) }
      (self.trained, recalibrates, name) = (trained, measurement.recalibrates, sets[0].name)
      self.images = Dictionary(uniqueKeysWithValues: zip(resolutions, images))
      evaluator = trained.evaluator(on: sets[0])
      for images in images { try cluster.agree(on: trained, images, at: measurement.data) }
    }

    func images(of subnet: Subnet) -> ImageSet {
      guard let images = images[trained.pictureResolution(of: subnet)] else {
        preconditionFailure("Images are read for all that is asked.")
      }
      return images
    }

    func result(of id: String) throws -> Result { try result(of: id) { _ in } }

    func verdicts(on id: String) throws -> (result: Result, verdicts: [Verdict]) {
      var verdicts: [Verdict] = []
      let result = try result(of: id) { verdicts += Verdict.verdicts($0) }
      return (result, verdicts)
    }

    private func result(of id: String, logits body: (Rows) -> Void) throws -> Result {
      let subnet = try trained.space.subnet(id: id)
      let images = images(of: subnet)
      try trained.checkMemory(of: subnet, images: images.count)
      let statistics =
        recalibrates
        ? evaluator.statistics(of: subnet, in: trained.model.supernet)
        : trained.model.statistics.prefix(for: trained.space.graph(of: subnet))
      let evaluation = try evaluator.evaluate(
        subnet, of: trained.model.supernet, on: images, statistics: statistics, logits: body)
      guard evaluation.loss.isFinite else {
        throw trained.failure(ofLogits: evaluation.id)
      }
      return Result(id: evaluation.id, topOneAccuracy: evaluation.topOneAccuracy, loss: evaluation.loss)
    }
  }
}
