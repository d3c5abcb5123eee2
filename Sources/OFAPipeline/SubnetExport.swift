import OFAData
import OFAEngine
import OFAExport
import OFAFormats
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
    /// The most by which a logit, or a probability, differs from ONNX Runtime's; nil, and null in JSON, when it was not
    /// verified.
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

  /// Where the program in Python that uses an ONNX file is written.
  ///
  /// - Precondition: the file's name ends in `.onnx`.
  public static func scriptPath(beside file: String) -> String { PredictScript.path(beside: file) }

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

  /// Refuses a file whose name does not say what to write, or in whose place something else is.
  ///
  /// - Returns: the kind of the file.
  /// - Throws: `.usage`.
  @discardableResult
  static func check(_ output: Output, in space: SearchSpace) throws -> FileKind {
    let kind = try Form(ofFile: output.path).fileKind(in: space)
    try output.check(for: kind)
    return kind
  }

  /// Writes the file: ONNX where its name ends in `.onnx`, a plan for `.plan`, the original's configuration for
  /// `.config`, its weights for `.safetensors`. All but a configuration say what a reader must know to use them; see
  /// `Description`.
  ///
  /// - Parameters:
  ///   - output: the file.
  ///   - verifies: whether ONNX Runtime first runs the file and its answers are compared with the engine's; nothing is
  ///     written where they differ.
  ///   - takesPictures: whether an ONNX file takes pictures as they are and gives probabilities.
  ///   - writesScript: whether a program in Python that uses the ONNX file is written beside it, with its name.
  ///   - monitor: is warned of a subnet whose statistics are not its own.
  /// - Throws: `.missingInput` when ONNX Runtime is wanted and not there, once the file is written; `.internalError`
  ///   when the answers differ by more than the tolerance; `.usage` for a name that ends otherwise, and for another
  ///   file than ONNX of which one of these is wanted; `.badData` for a predictor's document that is corrupt or of
  ///   another space, and for pictures where a model's images have neither 1 channel nor 3.
  public func run(
    output: Output, verifies: Bool, takesPictures: Bool = false, writesScript: Bool = false,
    monitor: Monitor = Monitor()
  ) throws -> Result {
    let form = try Form(ofFile: output.path)
    for (setting, isGiven) in [
      ("`verifies`", verifies), ("`takesPictures`", takesPictures), ("`writesScript`", writesScript),
    ] where isGiven && form != .onnx {
      throw Failure(.usage, "\(setting) is for ONNX files", at: output.path)
    }
    let model = try TrainedModel(reading: model, threads: threads)
    if takesPictures || writesScript { try Picture.check(channels: model.space.channels, at: model.folder) }
    let kind = try Self.check(output, in: model.space)
    let script = writesScript ? Output(Self.scriptPath(beside: output.path), force: output.isForced) : nil
    try script?.check(for: PredictScript.fileKind)
    let subnet = try model.space.subnet(named: subnet)
    if form != .configuration {
      try model.checkMemory(of: subnet, images: 1)
      if let doubt = model.doubt(of: subnet) { monitor.warn(doubt) }
    }
    let bytes: [UInt8]
    var difference: Float?
    var unverified: Failure?
    switch form {
    case .configuration: bytes = Array(try JSON.encode(model.space.configuration(of: subnet)).utf8)
    case .plan:
      bytes = InferencePlan(
        graph: model.space.graph(of: subnet), batch: 1, weights: model.model.supernet.weights,
        statistics: model.statistics(of: subnet)
      ).serialized(description: try model.description(of: subnet).pairs(for: .channelsLast))
    case .weights:
      var file = model.model.supernet.extract(subnet, statistics: model.statistics(of: subnet))
        .originalTensors(of: model.space)
      for (name, text) in try model.description(of: subnet).pairs(for: .channelsFirst) { file.metadata[name] = text }
      bytes = try file.encoded()
    case .onnx:
      let file = try ONNXFile(of: subnet, in: model, takesPictures: takesPictures)
      bytes = file.bytes
      if verifies {
        do {
          difference = try file.verified(at: output.path)
        } catch let failure as Failure where failure.kind == .missingInput {
          unverified = Failure(
            failure.kind, "\(failure.message); the file is written, not verified", at: failure.place)
        }
      }
    }
    try output.write(bytes, as: kind)
    try script?.write(PredictScript.bytes, as: PredictScript.fileKind)
    if let unverified { throw unverified }
    return Result(bytes: bytes.count, maxAbsoluteDifference: difference.map(Double.init))
  }
}
