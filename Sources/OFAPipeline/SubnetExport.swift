import OFAExport
import OFAFormats
import OFANumerics
import OFASpace

/// Writes one subnet as an ONNX file.
public struct SubnetExport {
  /// The model's folder.
  public var model: String
  /// The subnet, in one of the forms that ``SearchSpace/subnet(parsing:at:)`` reads.
  public var subnet: String
  /// How many threads to use; nothing but speed depends on it.
  public var threads: Int

  /// What an export came to.
  public struct Result: Hashable, Sendable, Encodable {
    /// The file's size.
    public var bytes: Int
    /// The most by which a logit differs from ONNX Runtime's; nil, and null in JSON, when it was not verified.
    public var maxAbsoluteDifference: Double?

    private enum CodingKeys: String, CodingKey { case bytes, maxAbsoluteDifference }

    /// Writes both keys, whatever is known.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(bytes, forKey: .bytes)
      try container.encode(maxAbsoluteDifference, forKey: .maxAbsoluteDifference)
    }
  }

  /// An export of a model's subnet.
  public init(model: String, subnet: String, threads: Int) {
    self.model = model
    self.subnet = subnet
    self.threads = threads
  }

  /// Writes the file, and with `verifies` compares it with the engine in ONNX Runtime.
  ///
  /// - Throws: `.missingInput` when ONNX Runtime is wanted and not there; `.internalError` when the logits differ by more than
  ///   the tolerance.
  public func run(output: String, verifies: Bool) throws -> Result {
    let model = try TrainedModel(reading: model, threads: threads)
    let subnet = try model.space.subnet(parsing: subnet, at: "--subnet")
    let statistics = model.statistics(of: subnet)
    let graph = model.space.graph(of: subnet)
    let weights = model.model.supernet.weights
    let input = model.model.input
    let bytes = try ONNX.model(
      graph: graph, weights: weights, statistics: statistics,
      metadata: ONNX.Metadata(
        subnet: model.space.id(of: subnet), means: input.means.map(Double.init),
        standardDeviations: input.standardDeviations.map(Double.init), classNames: input.classNames))
    try AtomicFile.write(bytes, to: output)
    guard verifies else { return Result(bytes: bytes.count, maxAbsoluteDifference: nil) }
    var generator = SeededGenerator(seed: 0, stream: "verification")
    let verification = try Verification(
      of: output, graph: graph, weights: weights, statistics: statistics, team: model.team, using: &generator)
    guard verification.agrees else {
      throw Failure(
        .internalError,
        "ONNX Runtime's logits differ by \(verification.maxAbsoluteDifference), more than \(Verification.tolerance) of "
          + "the largest, \(verification.largestLogit)", at: output)
    }
    return Result(bytes: bytes.count, maxAbsoluteDifference: Double(verification.maxAbsoluteDifference))
  }
}
