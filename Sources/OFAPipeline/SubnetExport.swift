import Foundation
import OFAEngine
import OFAExport
import OFAFormats
import OFAGraph
import OFANumerics
import OFAReport
import OFASpace
import OFASupernet

/// Writes one subnet as a file: ONNX; a plan for the board's program; or its configuration or weights as the original
/// implementation of Once-for-All has them.
public struct SubnetExport {
  /// The model's folder.
  public var model: String
  /// What names the subnet; see `SearchSpace.subnet(named:at:)`.
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
    case onnx = ".onnx"
    /// A plan.
    case plan = ".plan"
    /// The original's `net.config`.
    case configuration = ".config"
    /// Weights and statistics under the original's static names.
    case weights = ".safetensors"

    /// - Throws: `.usage` for a name that ends otherwise.
    init(ofFile path: String) throws {
      guard let form = Self.allCases.first(where: { path.hasSuffix($0.rawValue) }) else {
        let forms = Self.allCases.map { "\($0.rawValue) (\($0.noun))" }.joined(separator: ", ")
        throw Failure(.usage, "the name does not say what to write; let it end in \(forms)", at: path)
      }
      self = form
    }

    private var noun: String {
      switch self {
      case .onnx: "ONNX"
      case .plan: "a plan for ofa-probe"
      case .configuration: "Once-for-All's network configuration"
      case .weights: "Once-for-All's weights"
      }
    }

    /// The kind of the files. A configuration is the original's own form; this program's are told by being, byte for
    /// byte, what it writes for a subnet of the space.
    func fileKind(in space: SearchSpace) -> FileKind {
      switch self {
      case .plan: FileKind("a plan", mark: InferencePlan.magic)
      case .weights: ExtractedSubnet.fileKind
      case .onnx: ONNX.fileKind
      case .configuration:
        FileKind("a configuration") { bytes in
          guard let network = try? JSON.decode(NetworkConfiguration.self, from: bytes, at: ""),
            let subnet = try? space.subnet(network, resolution: space.largest.resolution, at: ""),
            let text = try? JSON.encode(space.configuration(of: subnet))
          else { return false }
          return Array(text.utf8) == bytes
        }
      }
    }
  }

  /// Writes the file: ONNX where its name ends in `.onnx`, a plan for `.plan`, the original's configuration for
  /// `.config`, its weights for `.safetensors`.
  ///
  /// - Parameters:
  ///   - output: the file.
  ///   - verifies: whether ONNX Runtime first runs the file and its logits are compared with the engine's; nothing is
  ///     written where they differ.
  /// - Throws: `.missingInput` when ONNX Runtime is wanted and not there, once the file is written; `.internalError`
  ///   when the logits differ by more than the tolerance; `.usage` for a name that ends otherwise, and for another file
  ///   than ONNX that is to be verified.
  public func run(output: Output, verifies: Bool) throws -> Result {
    let form = try Form(ofFile: output.path)
    guard form == .onnx || !verifies else {
      throw Failure(.usage, "`verifies` is for ONNX files", at: output.path)
    }
    let model = try TrainedModel(reading: model, threads: threads)
    let kind = form.fileKind(in: model.space)
    try output.check(for: kind)
    let subnet = try model.space.subnet(named: subnet)
    let graph = model.space.graph(of: subnet)
    let weights = model.model.supernet.weights
    if form != .configuration { try model.checkMemory(of: subnet, batch: 1) }
    let bytes: [UInt8]
    var difference: Float?
    switch form {
    case .configuration: bytes = Array(try JSON.encode(model.space.configuration(of: subnet)).utf8)
    case .plan:
      bytes = InferencePlan(graph: graph, batch: 1, weights: weights, statistics: model.statistics(of: subnet))
        .serialized()
    case .weights:
      bytes = try model.model.supernet.extract(subnet, statistics: model.statistics(of: subnet))
        .originalTensors(of: model.space).encoded()
    case .onnx:
      let statistics = model.statistics(of: subnet)
      let input = model.model.input
      bytes = try ONNX.model(
        graph: graph, weights: weights, statistics: statistics,
        metadata: ONNX.Metadata(
          subnet: model.space.id(of: subnet), means: input.means.map(Double.init),
          standardDeviations: input.standardDeviations.map(Double.init), classNames: input.classNames))
      if verifies {
        let trial = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).onnx").path
        defer { try? FileManager.default.removeItem(atPath: trial) }
        try AtomicFile.write(bytes, to: trial)
        do {
          difference = try verified(
            trial, output.path, graph: graph, weights: weights, statistics: statistics, team: model.team)
        } catch let failure as Failure where failure.kind == .missingInput {
          try output.write(bytes, as: kind)
          throw Failure(failure.kind, "\(failure.message); the file is written, not verified", at: failure.place)
        }
      }
    }
    try output.write(bytes, as: kind)
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
        "ONNX Runtime's logits differ by \(Measure.powerOfTen(Double(verification.maxAbsoluteDifference))), more than "
          + "\(Measure.powerOfTen(Double(Verification.tolerance))) of the largest, "
          + "\(Measure.number.text(Double(verification.largestLogit))); nothing was written", at: output)
    }
    return verification.maxAbsoluteDifference
  }
}
