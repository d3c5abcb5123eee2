import OFAData
import OFAEngine
import OFAFormats
import OFASpace
import OFASupernet
import OFATraining

/// Says what photographs show, by a model's subnet.
public struct Classification {
  /// The model's folder.
  public var model: String
  /// What names the subnet, see `SearchSpace.subnet(named:at:)`; by default it is the model's largest.
  public var subnet: String?
  /// How many threads to use.
  public var threads: Int

  /// What a photograph shows.
  public struct Result: Hashable, Sendable, Encodable {
    /// The photograph's path.
    public var file: String
    /// The class of the greatest probability.
    public var `class`: String
    /// Its probability, 0…1.
    public var probability: Double
  }

  /// A classification by a model.
  public init(model: String, subnet: String? = nil, threads: Int) {
    (self.model, self.subnet, self.threads) = (model, subnet, threads)
  }

  /// Classifies photographs one after another.
  ///
  /// The square in the middle of a photograph is what counts, or as much of it as the model says, as in training. One
  /// that cannot be read does not keep the others from their turn.
  ///
  /// - Parameters:
  ///   - photographs: paths of JPEG or PNG files.
  ///   - monitor: who watches.
  ///   - body: takes each result, and the others of the three likeliest classes.
  /// - Throws: the first photograph's failure, once all had their turn.
  public func classify(
    _ photographs: [String], monitor: Monitor = Monitor(), result body: (Result, [Result]) throws -> Void
  ) throws {
    let model = try TrainedModel(reading: model, threads: threads)
    let subnet = try subnet.map({ try model.space.subnet(named: $0) }) ?? model.space.largest
    try model.checkMemory(of: subnet, images: 1)
    if let doubt = model.doubt(of: subnet) { monitor.warn(doubt) }
    let classifier = Classifier(
      subnet, of: model.model.supernet, statistics: model.statistics(of: subnet), team: model.team)
    let names = model.model.input.classNames
    var options = PictureOptions(resolution: model.pictureResolution(of: subnet), channels: model.space.channels)
    options.halving = false
    var failures: [Failure] = []
    for (index, path) in photographs.enumerated() {
      try monitor.check("classifying", Double(index) / Double(photographs.count))
      do {
        let picture = try Picture(reading: path, options)
        let shares = try model.probabilities(of: picture, resolution: subnet.resolution, by: classifier)
        let results = shares.indices.sorted { (shares[$1], $0) < (shares[$0], $1) }.prefix(3).map {
          Result(file: path, class: names[$0], probability: Double(shares[$0]))
        }
        try body(results[0], Array(results.dropFirst()))
      } catch let failure as Failure where failure.place == path {
        failures.append(failure)
      }
    }
    for failure in failures.dropFirst() { monitor.warn(failure.description) }
    if let failure = failures.first { throw failure }
  }
}

extension TrainedModel {
  /// The probability of each class of a picture, which was read for a resolution: no side is much longer.
  ///
  /// - Throws: `.badData` when a logit is no number.
  func probabilities(of picture: Picture, resolution: Int, by classifier: Classifier) throws -> [Float] {
    let square = picture.square
    let set = ImageSet(
      name: "", height: square.height, width: square.width, channels: square.channels, classes: 1,
      pixels: square.pixels, labels: [0])
    let batch = BatchLoader(set, model.input.normalization, centerFraction: model.input.centerFraction)
      .batch(of: [0], resolution: resolution)
    let logits = classifier.logits(of: batch.values())
    guard logits.allSatisfy(\.isFinite) else { throw failure(ofLogits: nil) }
    return Loss.softmax(Rows(width: space.classes, values: logits)).values
  }
}
