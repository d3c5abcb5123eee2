import CRuntime
import OFAGraph

/// One graph's training step at one batch size: forward with batch statistics, and backward to all weights.
///
///     let plan = TrainingPlan(graph: graph, batch: 64, layout: weights.layout, workspace: workspace)
///     let logits = plan.forward(weights: weights, images: images, team: team)
///     plan.backward(weights: weights, gradients: gradients, images: images, logitGradients: …, team: team)
///
/// Making one takes well under a millisecond; what is large lives in the workspace, which plans that run one after
/// another share.
public final class TrainingPlan {
  /// The network.
  public let graph: Graph
  /// Images of one run.
  public let batch: Int
  let program: Program
  let forwardSteps: Int
  let logits: ofa_ref
  private let logitGradients: ofa_ref?
  private let normalizations: [Int: ofa_ref]
  /// The workspace's count of runs when the forward pass was done.
  private var forwardRun: Int?

  /// Compiles a graph whose weights come from tensors of `layout`.
  ///
  /// - Parameters:
  ///   - graph: the subnet.
  ///   - batch: how many images a step takes.
  ///   - layout: where the tensors lie that the weights come from.
  ///   - backward: whether ``backward(weights:gradients:images:logitGradients:team:)`` will be called; without it
  ///     less memory is needed.
  ///   - workspace: the memory to work in. Results of a run are gone when another plan runs in it.
  public init(
    graph: Graph, batch: Int, layout: TensorLayout, backward: Bool = true, workspace: Workspace = Workspace()
  ) {
    self.graph = graph
    self.batch = batch
    let forward = ForwardCompiler(graph: graph, batch: batch, layout: layout, backward: backward)
    logits = forward.logits
    normalizations = forward.normalizations
    forwardSteps = forward.builder.moment
    var builder: PlanBuilder
    if backward {
      let compiler = BackwardCompiler(forward)
      logitGradients = compiler.logitGradients
      builder = compiler.builder
    } else {
      logitGradients = nil
      builder = forward.builder
    }
    builder.keep(logits, at: forwardSteps)
    var program = builder.finish(keeping: Array(normalizations.values))
    program.workspace = workspace
    self.program = program
  }

  /// Computes the logits [batch, classes] of images [batch, height, width, channels], every normalization with the
  /// batch's own statistics.
  ///
  /// - Returns: the logits, to be read before a plan runs in the same workspace.
  public func forward(weights: TensorArena, images: UnsafeBufferPointer<Float>, team: ThreadTeam) -> Logits {
    precondition(images.count >= batch * graph[graph.input].count, "There are fewer images than the batch has.")
    program.run(.steps(0..<forwardSteps), weights: weights, images: images, team: team)
    forwardRun = program.workspace.runs
    let values = UnsafeBufferPointer(start: program.pointer(logits), count: batch * graph[graph.output].count)
    return Logits(values, in: program.workspace)
  }

  /// Adds the gradients of all weights, given those with respect to the logits of the forward pass just done.
  ///
  /// - Precondition: the plan was made with `backward`, and nothing has run in its workspace since the forward pass.
  public func backward(
    weights: TensorArena, gradients: TensorArena, images: UnsafeBufferPointer<Float>,
    logitGradients values: UnsafeBufferPointer<Float>, team: ThreadTeam
  ) {
    backward(
      weights: weights, gradients: gradients, images: images, logitGradients: values, team: team, ranges: []
    ) { _ in }
  }

  /// The same, with word of what is done: `isDone` is called with each of some ranges of the gradients in their order,
  /// once nothing more will be added to it. They are of whole tensors, the last of which are done first.
  ///
  /// - Throws: what `isDone` throws; the rest is then not computed.
  public func backward(
    weights: TensorArena, gradients: TensorArena, images: UnsafeBufferPointer<Float>,
    logitGradients values: UnsafeBufferPointer<Float>, team: ThreadTeam, ranges: [Range<Int>],
    isDone: (Range<Int>) throws -> Void
  ) rethrows {
    precondition(
      program.workspace.runs == forwardRun, "The way back follows its own forward pass: another plan has run since.")
    take(values)
    var next = forwardSteps
    for (range, end) in zip(ranges, program.ends(of: ranges)) {
      let end = max(next, end)
      program.run(.steps(next..<end), weights: weights, gradients: gradients, images: images, team: team)
      next = end
      try isDone(range)
    }
    program.run(
      .steps(next..<program.steps.count), weights: weights, gradients: gradients, images: images, team: team)
  }

  /// Puts the gradient with respect to the logits where the backward pass reads it.
  func take(_ values: UnsafeBufferPointer<Float>) {
    guard let logitGradients else { preconditionFailure("The plan was made without a backward pass.") }
    program.pointer(logitGradients).update(
      from: values.baseAddress ?? UnsafePointer(program.pointer(logits)), count: values.count)
  }

  /// The means and biased variances of the last forward pass.
  public var statistics: NormalizationStatistics {
    var statistics = NormalizationStatistics()
    for (index, rows) in normalizations {
      let channels = graph.nodes[index].outputs[0].channels
      let padded = PlanBuilder.padded(channels)
      let start = program.pointer(rows)
      func row(_ row: ofa_normalization_row) -> [Float] {
        Array(UnsafeBufferPointer(start: start + Int(row.rawValue) * padded, count: channels))
      }
      statistics.means[graph.nodes[index].name] = row(OFA_MEAN)
      statistics.variances[graph.nodes[index].name] = row(OFA_VARIANCE)
    }
    return statistics
  }

  /// The memory that the plan works in, apart from weights and gradients.
  public var arenaBytes: Int { 4 * program.arenaCount }
}

extension Program {
  /// The steps behind the last that adds to each of some ranges of the gradients.
  fileprivate func ends(of ranges: [Range<Int>]) -> [Int] {
    var ends = Array(repeating: 0, count: ranges.count)
    guard !ranges.isEmpty else { return ends }
    for (index, step) in steps.enumerated() {
      for float in step.gradients {
        if let range = ranges.firstIndex(where: { $0.contains(float) }) { ends[range] = index + 1 }
      }
    }
    return ends
  }
}

extension ofa_step {
  /// The first floats of the gradients that the step refers to, in their arena.
  fileprivate var gradients: [Int] {
    withUnsafeBytes(of: self) { bytes in
      var floats: [Int] = []
      var place = about.references
      while let offset = place?.pointee, offset != 0 {
        let reference = bytes.load(fromByteOffset: offset, as: ofa_ref.self)
        if ofa_ref_region(reference) == OFA_GRADIENTS.rawValue {
          floats.append(Int(ofa_ref_offset(reference)) / MemoryLayout<Float>.size)
        }
        place = place?.successor()
      }
      return floats
    }
  }
}
