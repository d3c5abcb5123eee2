import CRuntime
import OFAGraph

/// One subnet ready to run: its graph compiled for a batch size with weights derived, folded and arranged.
public final class InferencePlan {
  /// The network.
  public let graph: Graph
  /// Images of one run.
  public let batch: Int
  let program: Program
  let prepared: FloatMemory
  private let output: ofa_ref

  /// Compiles a graph.
  ///
  /// - Precondition: the statistics hold every normalization of the graph.
  public init(
    graph: Graph, batch: Int, weights: TensorArena, statistics: NormalizationStatistics,
    workspace: Workspace = Workspace()
  ) {
    self.graph = graph
    self.batch = batch
    let compiler = InferenceCompiler(graph: graph, batch: batch, weights: weights, statistics: statistics)
    output = compiler.output
    prepared = FloatMemory(count: compiler.prepared.count)
    prepared.start.update(from: compiler.prepared, count: compiler.prepared.count)
    var program = compiler.builder.finish()
    program.workspace = workspace
    self.program = program
  }

  /// Computes the logits [batch, classes] of images [batch, height, width, channels].
  ///
  /// - Returns: the logits, to be read before a plan runs in the same workspace.
  @discardableResult
  public func run(images: UnsafeBufferPointer<Float>, team: ThreadTeam) -> Logits {
    precondition(images.count >= batch * graph[graph.input].count, "There are fewer images than the batch has.")
    program.run(.all, weights: prepared.start, images: images, team: team)
    return logits
  }

  /// The same, adding the seconds that each block took to `blockSeconds`, by the graph's block.
  @discardableResult
  public func run(
    images: UnsafeBufferPointer<Float>, team: ThreadTeam, blockSeconds: inout [Double]
  ) -> Logits {
    precondition(blockSeconds.count == graph.blocks.count && images.count >= batch * graph[graph.input].count)
    blockSeconds.withUnsafeMutableBufferPointer {
      program.run(.all, weights: prepared.start, images: images, team: team, blockSeconds: $0.baseAddress)
    }
    return logits
  }

  private var logits: Logits {
    let values = UnsafeBufferPointer(start: program.pointer(output), count: batch * graph[graph.output].count)
    return Logits(values, in: program.workspace)
  }

  /// The memory that activations take, as the plan places them.
  public var arenaBytes: Int { 4 * program.arenaCount }

  /// The first bytes of a plan's file.
  public static let magic = Array("OFAPLAN\0".utf8)

  /// The version of the plans.
  public static let version = Int(OFA_PLAN_VERSION)
  /// The version of the engine that runs them, which is the package's.
  public static let engineVersion = OFA_VERSION

  /// The plan as a file that the board's program reads: a header, the steps, the prepared weights, and what it says of
  /// itself. Little-endian.
  ///
  /// - Parameter description: pairs of a name and a text, which stand in the file behind the blocks' names; nil for a
  ///   plan without notes. A text ends at its first zero.
  public func serialized(description: [(name: String, text: String)]? = nil) -> [UInt8] {
    var header = ofa_plan_header()
    withUnsafeMutableBytes(of: &header.magic) { $0.copyBytes(from: Self.magic) }
    header.version = UInt32(Self.version)
    header.step_bytes = UInt32(MemoryLayout<ofa_step>.stride)
    header.steps = UInt64(program.steps.count)
    let float = MemoryLayout<Float>.size
    header.weights = UInt64(float * prepared.count)
    header.arena = UInt64(float * program.arenaCount)
    header.output = UInt64(float * program.offset(output))
    let input = graph[graph.input]
    header.images = UInt32(batch)
    (header.height, header.width, header.channels) = (UInt32(input.height), UInt32(input.width), UInt32(input.channels))
    header.classes = UInt32(graph[graph.output].count)
    header.blocks = UInt32(graph.blocks.count)
    var bytes = withUnsafeBytes(of: header) { Array($0) }
    for step in program.steps {
      withUnsafeBytes(of: step) { bytes.append(contentsOf: $0.prefix(ofa_step_bytes(step.kernel))) }
      // Behind the kernel's own arguments is what the memory held before, which is nobody's to read.
      bytes.append(contentsOf: repeatElement(0, count: MemoryLayout<ofa_step>.stride - ofa_step_bytes(step.kernel)))
    }
    bytes.append(contentsOf: UnsafeRawBufferPointer(start: prepared.start, count: 4 * prepared.count))
    guard let description else { return bytes }
    let texts = graph.blocks + description.flatMap { [$0.name, $0.text] }
    let notes = texts.flatMap { $0.utf8.prefix { $0 != 0 } + [0] }
    withUnsafeBytes(of: UInt64(notes.count)) { bytes.append(contentsOf: $0) }
    bytes += notes
    return bytes
  }
}
