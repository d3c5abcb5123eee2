import OFAEngine
import OFAFormats
import OFAGraph
import OFASpace
import OFASupernet

/// The order of the dimensions of images in a file.
public enum ImageLayout: String, Hashable, Sendable, CaseIterable {
  /// [images, height, width, channels], as the engine has them.
  case nhwc
  /// [images, channels, height, width], as PyTorch and ONNX have them.
  case nchw
}

/// Runs subnets on images from a file and writes their logits to another.
public struct ForwardPass {
  /// The model's folder.
  public var model: String
  /// The order of the images' dimensions.
  public var layout: ImageLayout
  /// A file whose tensors, in the order of their names, are the batches that statistics are made of; the model's own
  /// images unless given.
  public var recalibration: String?
  /// How many threads to use; nothing but speed depends on it.
  public var threads: Int

  /// What was written.
  public struct Result: Hashable, Sendable, Encodable {
    /// The number of subnets.
    public var subnets: Int
    /// The number of images.
    public var images: Int
    /// The number of classes.
    public var classes: Int
  }

  /// A pass of a model's subnets.
  public init(model: String, layout: ImageLayout = .nhwc, recalibration: String? = nil, threads: Int) {
    self.model = model
    self.layout = layout
    self.recalibration = recalibration
    self.threads = threads
  }

  /// Runs subnets, and writes a tensor `logits` [subnets, images, classes].
  ///
  /// - Parameters:
  ///   - named: what names the subnets; see `SearchSpace.subnets(named:at:)`. Their resolution is the images'.
  ///   - imagesPath: a safetensors file with one tensor, or one called `images`.
  ///   - output: the file for the logits.
  ///   - monitor: who watches.
  /// - Throws: `.badData` when the images do not fit a subnet.
  public func run(
    subnets named: String, images imagesPath: String, output: Output, monitor: Monitor = Monitor()
  ) throws -> Result {
    try output.check(for: Self.fileKind)
    let model = try TrainedModel(reading: model, threads: threads)
    let space = model.space
    let subnets = try space.subnets(named: named)
    let images = try Self.images(in: imagesPath, layout: layout)
    let batches = try recalibration.map { path in
      let file = try Safetensors(reading: path)
      guard !file.tensors.isEmpty else { throw Failure(.badData, "no tensor, one a batch expected", at: path) }
      return try file.tensors.sorted { $0.name < $1.name }.map { try Images($0, layout: layout, at: path) }
    }
    var logits: [Float] = []
    for (index, subnet) in subnets.enumerated() {
      try monitor.check("running", Double(index) / Double(subnets.count))
      try images.check(against: subnet, of: space)
      try batches?.forEach { try $0.check(against: subnet, of: space) }
      try model.checkMemory(of: subnet, images: min(images.count, 64))
      let statistics =
        batches.map { model.model.supernet.statistics(of: subnet, batches: $0.map(\.values), team: model.team) }
        ?? model.statistics(of: subnet)
      logits += model.model.supernet.logits(
        of: subnet, images: images.values, statistics: statistics, team: model.team)
    }
    let shape = [subnets.count, images.count, space.classes]
    let file = Safetensors(
      metadata: ["format": Self.format], tensors: [Safetensors.Tensor("logits", shape: shape, values: logits)])
    try output.write(file.encoded(), as: Self.fileKind)
    return Result(subnets: shape[0], images: shape[1], classes: shape[2])
  }

  private static let format = "ofa-logits"
  private static let fileKind = FileKind("a file of logits", mark: "\"format\":\"\(format)\"".utf8)

  private static func images(in path: String, layout: ImageLayout) throws -> Images {
    let file = try Safetensors(reading: path)
    guard let tensor = file.tensors.count == 1 ? file.tensors[0] : file["images"] else {
      throw Failure(.badData, "one tensor, or one called images, expected; there are \(file.tensors.count)", at: path)
    }
    return try Images(tensor, layout: layout, at: path)
  }
}

/// Images of a file, [images, height, width, channels].
private struct Images {
  let count: Int
  let shape: Shape
  let values: [Float]
  let place: String

  /// - Throws: `.badData` unless the tensor has four dimensions and something in it.
  init(_ tensor: Safetensors.Tensor, layout: ImageLayout, at path: String) throws {
    place = "\(path): \(tensor.name)"
    guard tensor.shape.count == 4, tensor.shape.allSatisfy({ $0 > 0 }) else {
      throw Failure(.badData, "shape \(tensor.shape), four dimensions above zero expected", at: place)
    }
    count = tensor.shape[0]
    switch layout {
    case .nhwc:
      shape = .image(height: tensor.shape[1], width: tensor.shape[2], channels: tensor.shape[3])
      values = tensor.values
    case .nchw:
      shape = .image(height: tensor.shape[2], width: tensor.shape[3], channels: tensor.shape[1])
      let (channels, positions) = (shape.channels, shape.positions)
      var values = [Float](repeating: 0, count: tensor.values.count)
      for image in 0..<count {
        for channel in 0..<channels {
          for position in 0..<positions {
            values[(image * positions + position) * channels + channel] =
              tensor.values[(image * channels + channel) * positions + position]
          }
        }
      }
      self.values = values
    }
  }

  /// - Throws: `.badData` unless a subnet reads such images.
  func check(against subnet: Subnet, of space: SearchSpace) throws {
    let expected = Shape.image(height: subnet.resolution, width: subnet.resolution, channels: space.channels)
    guard shape == expected else {
      throw Failure(
        .badData, "images of \(shape), but subnet \(space.id(of: subnet)) reads \(expected)", at: place)
    }
  }
}
