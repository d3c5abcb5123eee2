import Foundation
import OFAEngine
import OFAExport
import OFAFormats
import OFAGraph
import OFANumerics
import OFASpace

/// Writes one subnet as a file: ONNX; a plan for the board's program; or its configuration or weights as the original implementation of
/// Once-for-All has them.
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

  /// What a file holds, by the end of its name.
  private enum Form: String, CaseIterable {
    /// A plan.
    case plan = ".plan"
    /// The original's `net.config`.
    case configuration = ".config"
    /// Weights and statistics under the original's static names.
    case weights = ".safetensors"
    /// Everything else.
    case onnx = ""
  }

  /// Writes the file: a plan where its name ends in `.plan`, the original's configuration for `.config`, its weights for
  /// `.safetensors`, else ONNX.
  ///
  /// - Parameter verifies: whether ONNX Runtime first runs the file and its logits are compared with the engine's; nothing is
  ///   written where they differ.
  /// - Throws: `.missingInput` when ONNX Runtime is wanted and not there; `.internalError` when the logits differ by more than
  ///   the tolerance; `.usage` for another file than ONNX that is to be verified.
  public func run(output: String, verifies: Bool) throws -> Result {
    let form = Form.allCases.first { output.hasSuffix($0.rawValue) } ?? .onnx
    guard form == .onnx || !verifies else {
      throw Failure(.usage, "--verify is for ONNX files", at: output)
    }
    let model = try TrainedModel(reading: model, threads: threads)
    let subnet = try model.space.subnet(parsing: subnet, at: "--subnet")
    let graph = model.space.graph(of: subnet)
    let weights = model.model.supernet.weights
    if form == .configuration {
      let text = try JSON.encode(model.space.configuration(of: subnet))
      try AtomicFile.write(text, to: output)
      return Result(bytes: text.utf8.count, maxAbsoluteDifference: nil)
    }
    let statistics = model.statistics(of: subnet)
    if form == .plan {
      let plan = InferencePlan(graph: graph, batch: 1, weights: weights, statistics: statistics).serialized()
      try AtomicFile.write(plan, to: output)
      return Result(bytes: plan.count, maxAbsoluteDifference: nil)
    }
    if form == .weights {
      try model.model.supernet.extract(subnet, statistics: statistics).originalTensors(of: model.space)
        .write(to: output)
      return Result(bytes: try InputFile.read(output).count, maxAbsoluteDifference: nil)
    }
    let input = model.model.input
    let bytes = try ONNX.model(
      graph: graph, weights: weights, statistics: statistics,
      metadata: ONNX.Metadata(
        subnet: model.space.id(of: subnet), means: input.means.map(Double.init),
        standardDeviations: input.standardDeviations.map(Double.init), classNames: input.classNames))
    var difference: Float?
    if verifies {
      let trial = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).onnx").path
      defer { try? FileManager.default.removeItem(atPath: trial) }
      try AtomicFile.write(bytes, to: trial)
      difference = try verified(trial, output, graph: graph, weights: weights, statistics: statistics, team: model.team)
    }
    try AtomicFile.write(bytes, to: output)
    return Result(bytes: bytes.count, maxAbsoluteDifference: difference.map(Double.init))
  }

  private func verified(
    _ file: String, _ output: String, graph: Graph, weights: TensorArena, statistics: NormalizationStatistics,
    team: ThreadTeam
  ) throws -> Float {
    var generator = SeededGenerator(seed: 0, stream: "verification")
    let verification = try Verification(
      of: file, graph: graph, weights: weights, statistics: statistics, team: team, using: &generator)
    guard verification.agrees else {
      throw Failure(
        .internalError,
        "ONNX Runtime's logits differ by \(verification.maxAbsoluteDifference), more than \(Verification.tolerance) of "
          + "the largest, \(verification.largestLogit); nothing was written", at: output)
    }
    return verification.maxAbsoluteDifference
  }
}
