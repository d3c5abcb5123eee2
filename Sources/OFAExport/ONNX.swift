import OFAFormats
import OFAGraph
import SwiftProtobuf

/// Networks as ONNX files.
///
/// The file computes what the engine's inference plan computes, in the format's own layout:
///
///     images [N, channels, height, width] ──▶ logits [N, classes]
///
/// `images` are float32 and already normalized as the metadata says. Normalizations are folded into the layers before
/// them, so the file holds Conv, Gemm, Relu, Clip, HardSwish, HardSigmoid, GlobalAveragePool, Mul and Add, and Flatten
/// or Unsqueeze where a 1 × 1 image becomes a vector or a vector an image. A network that ends in an image larger than
/// 1 × 1 gives `logits` as [N, channels, height, width].
public enum ONNX {
  /// The name of the file's input.
  public static let inputName = "images"
  /// The name of the file's output.
  public static let outputName = "logits"
  /// The version of the operators: the first with HardSwish (2021), so that many runtimes read it.
  public static let operatorSet = 14
  /// The kind of the files: their producer is this program.
  public static let fileKind = FileKind(
    "an ONNX file", mark: [0x12, UInt8(producer.utf8.count)] + Array(producer.utf8))
  private static let producer = "ofa"
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
  ///   - metadata: What a reader must know to use the file.
  /// - Throws: what encoding throws: a metadata number that is not finite, a file above 2 GiB.
  /// - Returns: The same bytes for the same arguments.
  public static func model(
    graph: Graph, folded: [Int: FoldedWeights], batch: Int? = nil, metadata: Metadata = Metadata()
  ) throws -> [UInt8] {
    precondition(batch.map { $0 > 0 } ?? true, "A batch has at least one image.")
    var translation = Translation(graph: graph, folded: folded)
    for index in graph.nodes.indices { translation.append(index) }

    var operators = Onnx_OperatorSetIdProto()
    operators.domain = ""
    operators.version = Int64(operatorSet)
    var model = Onnx_ModelProto()
    model.irVersion = Int64(formatVersion)
    model.producerName = producer
    model.opsetImport = [operators]
    model.graph = translation.finished(batch: batch, name: metadata.subnet ?? "subnet")
    model.metadataProps = try metadata.properties()
    do {
      return try model.serializedBytes()
    } catch {
      throw Failure(.badData, "it cannot be written as ONNX, which holds at most 2 GiB: \(error)")
    }
  }
}
