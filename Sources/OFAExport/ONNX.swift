import OFAEngine
import OFAFormats
import OFAGraph
import SwiftProtobuf

/// Networks as ONNX files.
///
/// The file computes what the engine's inference plan computes, in the format's own layout:
///
///     images [N, channels, height, width] ──▶ logits [N, classes]
///
/// `images` are float32 and already normalized as the metadata say; see ``Description``. Normalizations are folded into
/// the layers before them, so the file holds Conv, Gemm, Relu, Clip, HardSwish, HardSigmoid, GlobalAveragePool, Mul and
/// Add, and Flatten or Unsqueeze where a 1 × 1 image becomes a vector or a vector an image. A network that ends in an
/// image larger than 1 × 1 gives `logits` as [N, channels, height, width].
///
/// With its ``Preprocessing`` in it, the file takes pictures of any size, as they are decoded, one size a batch:
///
///     pictures uint8 [N, height, width, channels] ──▶ probabilities [N, classes]
public enum ONNX {
  /// The name of the input of a file that takes images, and of its output.
  public static let (inputName, outputName) = ("images", "logits")
  /// The name of the input of a file that takes pictures, and of its output.
  public static let (picturesName, probabilitiesName) = ("pictures", "probabilities")
  /// The version of the operators: the first with HardSwish (2021), so that many runtimes read it.
  public static let operatorSet = 14
  /// The version of the operators of a file that takes pictures: the first whose Resize skips no pixel (2022).
  public static let picturesOperatorSet = 18
  /// The kind of the files: their producer is this program.
  public static let fileKind = FileKind(
    "an ONNX file", mark: [0x12, UInt8(producer.utf8.count)] + Array(producer.utf8))
  static let producer = "ofa"
  /// The version of the file format itself.
  static let formatVersion = 8

  /// The weights of a convolution or a linear layer after folding: the filter [out, in / groups, k, k] or matrix [out,
  /// in], row-major, and the bias [out], which may be empty.
  public typealias FoldedWeights = (filter: [Float], bias: [Float])

  /// The bytes of an ONNX file.
  ///
  /// - Parameters:
  ///   - graph: The network; its input is an image, each of its normalizations reads a layer that nothing else reads.
  ///   - folded: The weights of each convolution and linear layer by its node's index.
  ///   - batch: The number of images that the file takes at once, or nil for any number, named `N`.
  ///   - description: What a reader must know to use the file.
  ///   - takesPictures: Whether the description's preprocessing and a softmax are in the file.
  /// - Throws: what encoding throws: a number of the description that is not finite, a file above 2 GiB.
  /// - Returns: The same bytes for the same arguments.
  /// - Precondition: pictures are taken by a network of one vector, whose preprocessing is described.
  public static func model(
    graph: Graph, folded: [Int: FoldedWeights], batch: Int? = nil, description: Description = Description(),
    takesPictures: Bool = false
  ) throws -> [UInt8] {
    precondition(batch.map { $0 > 0 } ?? true, "A batch has at least one image.")
    precondition(!takesPictures || description.preprocessing != nil, "Nobody says what becomes of pictures.")
    var translation = Translation(
      graph: graph, folded: folded, preprocessing: takesPictures ? description.preprocessing : nil)
    for index in graph.nodes.indices { translation.append(index) }

    var operators = Onnx_OperatorSetIdProto()
    operators.domain = ""
    operators.version = Int64(takesPictures ? picturesOperatorSet : operatorSet)
    var model = Onnx_ModelProto()
    model.irVersion = Int64(formatVersion)
    (model.producerName, model.producerVersion) = (producer, InferencePlan.engineVersion)
    model.opsetImport = [operators]
    model.graph = translation.finished(batch: batch, name: description.subnet ?? "subnet")
    model.metadataProps = try description.pairs(for: takesPictures ? .pictures : .channelsFirst).map { name, text in
      var entry = Onnx_StringStringEntryProto()
      (entry.key, entry.value) = (name, text)
      return entry
    }
    do {
      return try model.serializedBytes()
    } catch {
      throw Failure(.badData, "it cannot be written as ONNX, which holds at most 2 GiB: \(error)")
    }
  }
}
