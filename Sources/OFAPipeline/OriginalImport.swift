import Foundation
import OFAData
import OFAExport
import OFAFormats
import OFASpace
import OFASupernet

/// Makes a model folder of a checkpoint of the original implementation of Once-for-All.
public struct CheckpointImport {
  /// The checkpoint's path: a PyTorch file in either container, or safetensors.
  public var checkpoint: String
  /// The space that it was trained in.
  public var space: SpaceSource
  /// A folder with images, or the name of a built-in set, of which the model keeps some: those make the statistics of
  /// each of its subnets. The classes get the images' names where they are as many.
  public var data: String?
  /// How many threads read images.
  public var threads = 1

  /// What an import came to.
  public struct Result: Hashable, Sendable, Encodable {
    /// The supernet's tensors.
    public var tensors: Int
    /// Their values, kernel transforms included.
    public var parameters: Int
    /// The key of the checkpoint's dictionary that they were taken from; nil where they were all of it.
    public var taken: String?
    /// The keys of its dictionaries with moving averages, which were left.
    public var left: [String]
    /// What was taken off all names, such as `module.`; empty where nothing was.
    public var prefix: String

    private enum CodingKeys: String, CodingKey { case tensors, parameters, taken, left, prefix }

    /// Writes all keys, null for none.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(tensors, forKey: .tensors)
      try container.encode(parameters, forKey: .parameters)
      try container.encode(taken, forKey: .taken)
      try container.encode(left, forKey: .left)
      try container.encode(prefix, forKey: .prefix)
    }
  }

  /// An import of a file into a space.
  public init(checkpoint: String, space: SpaceSource) {
    self.checkpoint = checkpoint
    self.space = space
  }

  /// Reads the checkpoint, and writes the model folder.
  ///
  /// - Throws: `.missingInput`; `.badData` with the tensor's name for a checkpoint that is damaged or of another space;
  ///   `.inputOutput`, and `.usage` for a folder with anything else than a model in it; what loading images throws.
  public func run(output: String, monitor: Monitor = Monitor()) throws -> Result {
    try Model.folderKind.check(output)
    let space = try space.space()
    let original = try OriginalCheckpoint(reading: checkpoint)
    var model = try Model(importing: original, into: space)
    try model.takeDescription(of: original)
    if let data { try model.takeImages(of: data, threads: threads, monitor: monitor) }
    try model.write(to: output)
    return Result(
      tensors: space.tensors.count, parameters: space.supernetValues, taken: original.taken,
      left: original.left, prefix: original.prefix)
  }
}

extension Model {
  /// Takes over what a file that this program wrote says of images.
  ///
  /// - Throws: `.badData` where that is damaged or does not fit the space.
  fileprivate mutating func takeDescription(of original: OriginalCheckpoint) throws {
    guard original.metadata["format"] == ExtractedSubnet.format else { return }
    let description = try Description(pairs: original.metadata, at: original.path)
    if let dataset = description.dataset { input.dataset = dataset }
    input.licence = description.datasetLicence
    if let preprocessing = description.preprocessing {
      (input.means, input.standardDeviations) = (preprocessing.means, preprocessing.standardDeviations)
      input.centerFraction = preprocessing.centerFraction
    }
    if let classNames = description.classNames { input.classNames = classNames }
    try input.check(against: supernet.space, at: original.path)
  }

  /// Takes training images of a set to make subnets' statistics of, and the names of its classes.
  ///
  /// - Throws: what loading throws; `.badData` for images of another kind than the space's.
  fileprivate mutating func takeImages(of place: String, threads: Int, monitor: Monitor) throws {
    let space = supernet.space
    let data = try Dataset.load(place, for: space, reader: space.name, threads: threads, monitor: monitor)
    calibration = CalibrationImages(of: data, for: space)
    if data.classes == space.classes { input.classNames = data.classNames }
  }
}

/// Reads a network that the original implementation has written down as a subnet of a space.
public struct ConfigurationImport {
  /// The path of a `net.config`, or of the folder that has it.
  public var configuration: String
  /// The space that the network is of.
  public var space: SpaceSource

  /// The subnet, as every command takes it.
  public struct Result: Hashable, Sendable, Encodable {
    /// The subnet's id.
    public var id: String
    /// The subnet.
    public var subnet: SubnetDocument
  }

  /// An import of a file into a space.
  public init(configuration: String, space: SpaceSource) {
    self.configuration = configuration
    self.space = space
  }

  /// Reads the network and writes it as a JSON line.
  ///
  /// Its resolution stands in the `run.config` beside it; without one it is the space's largest.
  ///
  /// - Throws: `.missingInput`; `.badData` with the layer for a network that is not of the space; `.inputOutput`.
  public func run(output: Output) throws -> Result {
    try output.check(for: Self.fileKind)
    let path = InputFile.isFolder(configuration) ? configuration + "/net.config" : configuration
    let space = try space.space()
    let runPath = URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent("run.config").path
    let resolution =
      FileManager.default.fileExists(atPath: runPath)
      ? try JSON.decode(RunConfiguration.self, file: runPath).imageSize : space.largest.resolution
    let network = try NetworkConfiguration(reading: path)
    let subnet: Subnet
    do {
      subnet = try space.subnet(network, resolution: resolution, at: path)
    } catch let failure as Failure {
      let remedy = Self.fitting(network).map { "; it fits a built-in space: \(commandLine($0))" } ?? ""
      throw Failure(failure.kind, failure.message + remedy, at: failure.place)
    }
    let result = Result(id: space.id(of: subnet), subnet: space.document(of: subnet))
    try output.write(JSON.encode(result, pretty: false) + "\n", as: Self.fileKind)
    return result
  }

  /// How the command names the built-in space that a network is of; nil where there is none.
  private static func fitting(_ network: NetworkConfiguration) -> [String]? {
    let (classes, channels) = (network.classifier.outFeatures, network.stem.first?.convolution.inChannels)
    return SearchSpace.builtInNames.lazy.compactMap { name in
      var source = SpaceSource(.named(name))
      guard let own = try? source.space() else { return nil }
      source.classes = classes == own.classes ? nil : classes
      source.channels = channels == own.channels ? nil : channels
      guard let space = try? source.space(),
        (try? space.subnet(network, resolution: space.largest.resolution, at: "")) != nil
      else { return nil }
      return source.arguments
    }.first
  }

  /// One line, with nothing but an id and a subnet.
  private static let fileKind = FileKind("a subnet") { head in
    let lines = head.split(separator: UInt8(ascii: "\n"))
    return lines.count == 1 && lines[0].starts(with: "{\"id\":\"".utf8) && lines[0].suffix(3).elementsEqual("]}}".utf8)
  }

  /// What stands in a `run.config`: of a specialized network nothing else.
  private struct RunConfiguration: Decodable {
    let imageSize: Int

    private enum CodingKeys: String, CodingKey { case imageSize = "image_size" }
  }
}
