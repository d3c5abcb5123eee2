import CRuntime
import OFAGraph

/// Compiles the way back: from the gradient with respect to the logits to those of all weights.
///
/// Nodes are visited last to first. What the readers of a value send back is kept as terms until the value's own node
/// is reached. A layer that is the only reader of its input takes the gradient through the activation and gathers the
/// normalization's sums itself, while the tile is hot.
struct BackwardCompiler {
  private var forward: ForwardCompiler
  /// The gradient with respect to the logits; the host writes it.
  let logitGradients: ofa_ref
  /// The step at which the way back begins.
  let start: Int

  private var terms: [[Term]]
  private var normalized: [Int: ofa_gradient] = [:]
  private var gathered: [Int: Gathered] = [:]
  private var absorbed: Set<Int> = []
  /// Terms that still refer to a buffer.
  private var uses: [ofa_ref: Int] = [:]

  /// A part of the gradient with respect to a value.
  private enum Term {
    case tensor(ofa_ref)
    /// A gradient behind a gate: to be multiplied by it.
    case gated(ofa_ref, gate: ofa_ref, activation: Int32)
    /// A gradient of the mean over positions.
    case broadcast(ofa_ref)
  }

  /// The gradient with respect to a normalization's output, with its sums already taken.
  private struct Gathered {
    var gradient: ofa_ref
    var sums: ofa_ref
    var chunks: Int32
  }

  init(_ forward: ForwardCompiler) {
    self.forward = forward
    start = forward.builder.moment
    let graph = forward.graph
    terms = Array(repeating: [], count: graph.nodes.count)
    logitGradients = self.forward.builder.buffer(forward.batch * graph[graph.output].count)
    self.forward.builder.keep(logitGradients, at: start)
    deposit(.tensor(logitGradients), at: graph.output.node)
    for index in graph.nodes.indices.dropFirst().reversed() { compile(index) }
  }

  /// The builder with all steps of both passes.
  var builder: PlanBuilder { forward.builder }

  private var graph: Graph { forward.graph }

  // MARK: Terms

  private mutating func deposit(_ term: Term, at node: Int) {
    if case .tensor(let buffer) = term { uses[buffer, default: 0] += 1 }
    terms[node].append(term)
  }

  private mutating func take(_ node: Int) -> [Term] {
    defer { terms[node] = [] }
    for case .tensor(let buffer) in terms[node] { uses[buffer, default: 0] -= 1 }
    return terms[node]
  }

  /// Adds up terms until a single step can take them: one behind a gate or stored, one stored, one of a mean.
  private mutating func sink(_ terms: [Term], shape: Shape, block: Int) -> (incoming: ofa_ref, sink: ofa_sink) {
    var sink = ofa_sink()
    var incoming: ofa_ref = 0
    var tensors: [ofa_ref] = []
    for term in terms {
      switch term {
      case .tensor(let buffer): tensors.append(buffer)
      case .broadcast(let buffer):
        precondition(sink.broadcast == 0, "A value has one mean.")
        sink.broadcast = buffer
      case .gated(let buffer, let gate, let activation):
        precondition(incoming == 0, "A value has one gate.")
        (incoming, sink.gate, sink.gate_activation) = (buffer, gate, activation)
      }
    }
    while tensors.count > (incoming == 0 ? 2 : 1) {
      var partial = ofa_sink()
      partial.residual = tensors.removeLast()
      partial.gradient = forward.builder.buffer(forward.batch * shape.count)
      append(partial, incoming: tensors.removeLast(), shape: shape, block: block)
      tensors.append(partial.gradient)
    }
    if incoming == 0, let last = tensors.popLast() { incoming = last }
    if let last = tensors.popLast() { sink.residual = last }
    return (incoming, sink)
  }

  /// Appends a step that takes a stored gradient through a sink.
  @discardableResult
  private mutating func append(_ sink: ofa_sink, incoming: ofa_ref, shape: Shape, block: Int) -> ofa_step {
    var step = PlanBuilder.step(OFA_GRADIENT, block: block, images: forward.batch, input: shape, output: shape)
    Partition.elements(&step, rows: forward.batch * shape.positions, channels: shape.channels)
    step.gradient.data = incoming
    step.sink = sink
    if sink.normalization != 0 { step.sink.sums = sums(step.tasks, channels: shape.channels) }
    forward.builder.append(step)
    return step
  }

  private mutating func sums(_ chunks: Int32, channels: Int) -> ofa_ref {
    forward.builder.buffer(Int(chunks) * 2 * PlanBuilder.padded(channels))
  }

  /// The gradient with respect to a node's output as one stored tensor; nil where nothing sent any.
  private mutating func gradient(of index: Int) -> ofa_ref? {
    let terms = take(index)
    if terms.isEmpty { return nil }
    if terms.count == 1, case .tensor(let buffer) = terms[0] { return buffer }
    let node = graph.nodes[index]
    var (incoming, sink) = sink(terms, shape: node.outputs[0], block: node.block)
    sink.gradient = forward.builder.buffer(forward.batch * node.outputs[0].count)
    append(sink, incoming: incoming, shape: node.outputs[0], block: node.block)
    return sink.gradient
  }

  // MARK: Nodes

  private mutating func compile(_ index: Int) {
    let node = graph.nodes[index]
    switch node.operation {
    case .input:
      break
    case .convolution, .linear:
      if let gradient = normalized[index] {
        layer(index, gradient: gradient)
      } else if let data = gradient(of: index) {
        layer(index, gradient: ofa_gradient(data: data, normalization: 0, output: 0))
      }
    case .normalization:
      normalization(index)
    case .activation:
      if absorbed.contains(index) || terms[index].isEmpty { return }
      var (incoming, sink) = sink(take(index), shape: node.outputs[0], block: node.block)
      let isGathered = goThrough(index, &sink)
      sink.gradient = forward.builder.buffer(forward.batch * node.outputs[0].count)
      let step = append(sink, incoming: incoming, shape: node.outputs[0], block: node.block)
      settle(node.inputs[0].node, step.sink, chunks: step.tasks, isGathered: isGathered)
    case .pooling(let pooling):
      guard let data = gradient(of: index) else { return }
      let input = node.inputs[0]
      var step = PlanBuilder.step(
        OFA_WINDOW_POOL_BACKWARD, pooling, block: node.block, images: forward.batch, input: graph[input],
        output: node.outputs[0])
      step.source = forward.readings[input.node].source
      step.gradient.data = data
      sendBack(&step, to: input, chunks: step.tasks)
    case .globalAveragePooling:
      if let data = gradient(of: index) { deposit(.broadcast(data), at: node.inputs[0].node) }
    case .scaling:
      guard let data = gradient(of: index) else { return }
      let image = node.inputs[0]
      let shape = graph[image]
      var step = PlanBuilder.step(
        OFA_GATE_GRADIENT, block: node.block, images: forward.batch, input: shape, output: graph[node.inputs[1]])
      step.source = forward.readings[image.node].source
      step.gradient.data = data
      step.output = forward.builder.buffer(forward.batch * shape.channels)
      step.tasks = Int32(forward.batch)
      forward.builder.append(step)
      deposit(.tensor(step.output), at: node.inputs[1].node)
      let gate = forward.readings[index].source
      deposit(.gated(data, gate: gate.gate, activation: gate.gate_activation), at: image.node)
    case .addition:
      guard let data = gradient(of: index) else { return }
      for input in node.inputs { deposit(.tensor(data), at: input.node) }
    }
  }

  /// Makes a sink take a gradient back through an activation node, and gather the sums for the normalization before it.
  ///
  /// - Returns: whether it gathers.
  private func goThrough(_ activation: Int, _ sink: inout ofa_sink) -> Bool {
    guard case .activation(let function) = graph.nodes[activation].operation else { return false }
    let input = graph.nodes[activation].inputs[0].node
    let origin = forward.readings[input].source
    precondition(origin.gate == 0 && origin.activation == 0)
    sink.activation = function.code
    sink.value = origin.data
    sink.normalization = origin.normalization
    return origin.normalization != 0 && isNormalizationReadOnce(input)
  }

  private func isNormalizationReadOnce(_ index: Int) -> Bool {
    guard case .normalization = graph.nodes[index].operation else { return false }
    return forward.readers[index].count == 1
  }

  /// Files what a sink has stored: with a normalization whose sums it gathered, or as a term of any other node.
  private mutating func settle(_ node: Int, _ sink: ofa_sink, chunks: Int32, isGathered: Bool) {
    if isGathered {
      gathered[node] = Gathered(gradient: sink.gradient, sums: sink.sums, chunks: chunks)
    } else {
      deposit(.tensor(sink.gradient), at: node)
    }
  }

  private mutating func normalization(_ index: Int) {
    let node = graph.nodes[index]
    let shape = node.outputs[0]
    guard let rows = forward.normalizations[index] else { return }
    let layer = node.inputs[0].node
    let output = forward.readings[layer].source.data
    if gathered[index] == nil {
      guard !terms[index].isEmpty else { return }
      let terms = take(index)
      var (incoming, sink) = sink(terms, shape: shape, block: node.block)
      sink.value = output
      sink.normalization = rows
      if terms.count > 1 || sink.gate != 0 || sink.broadcast != 0 {
        sink.gradient = forward.builder.buffer(forward.batch * shape.count)
      }
      let step = append(sink, incoming: incoming, shape: shape, block: node.block)
      gathered[index] = Gathered(
        gradient: sink.gradient == 0 ? incoming : sink.gradient, sums: step.sink.sums, chunks: step.tasks)
    }
    guard let gathered = gathered[index] else { return }
    var step = PlanBuilder.step(
      OFA_STATISTICS_BACKWARD, block: node.block, images: forward.batch, input: shape, output: shape)
    step.tasks = Int32(PlanBuilder.padded(shape.channels) / 16)
    step.partials = gathered.sums
    step.partial_tasks = gathered.chunks
    step.output = rows
    step.scale_gradient = forward.builder.gradients(node.weights[0])
    step.shift_gradient = forward.builder.gradients(node.weights[1])
    forward.builder.append(step)
    normalized[layer] = ofa_gradient(data: gathered.gradient, normalization: rows, output: output)
  }

  private mutating func layer(_ index: Int, gradient: ofa_gradient) {
    let node = graph.nodes[index]
    guard let kind = LayerKind(node), let prepared = forward.prepared[index] else { return }
    let input = node.inputs[0]
    let (inputShape, outputShape) = (graph[input], node.outputs[0])
    var step = PlanBuilder.step(
      kind.backward, block: node.block, images: forward.batch, input: inputShape, output: outputShape)
    step.setConvolution(node.operation)
    step.source = forward.readings[input.node].source
    step.gradient = gradient
    step.weights = prepared.forward
    step.weights2 = prepared.backward
    step.filter_stride = Int32(node.weights[0].tensorShape.dropFirst().reduce(1, *))
    let filter = kind == .depthwise ? 0 : node.weights[0].count
    let chunks = Partition.cutBackward(&step, kind: kind, filter: filter)
    step.filter_gradients = forward.builder.buffer(
      chunks
        * (kind == .depthwise
          ? Int(step.kernel_size * step.kernel_size) * PlanBuilder.padded(outputShape.channels) : filter))
    if node.weights.count > 1 {
      precondition(kind != .depthwise, "\(node.name): a depthwise convolution has no bias in training.")
      step.bias_gradients = forward.builder.buffer(chunks * PlanBuilder.padded(outputShape.channels))
    }
    if forward.needsInputGradient(index) {
      sendBack(&step, to: input, chunks: Int32(chunks))
    } else {
      forward.builder.append(step)
    }
    appendReduction(index, kind: kind, from: step, chunks: chunks)
  }

  /// Sends a layer's input gradient on, as far through its input's own operations as one sink reaches, and appends the
  /// step.
  private mutating func sendBack(_ step: inout ofa_step, to input: Graph.Value, chunks: Int32) {
    var target = input.node
    var isGathered = false
    if forward.readers[target].count == 1 {
      if case .activation = graph.nodes[target].operation, !forward.isStored(target) {
        isGathered = goThrough(target, &step.sink)
        absorbed.insert(target)
        target = graph.nodes[target].inputs[0].node
      } else if isNormalizationReadOnce(target), !forward.isStored(target) {
        let origin = forward.readings[target].source
        step.sink.value = origin.data
        step.sink.normalization = origin.normalization
        isGathered = true
      }
    } else if terms[target].count == 1, case .tensor(let residual) = terms[target][0] {
      // The other readers' share is added on the way, in place if nobody else reads it.
      _ = take(target)
      step.sink.residual = residual
      if uses[residual] == 0 { step.sink.gradient = residual }
    }
    if step.sink.gradient == 0 {
      step.sink.gradient = forward.builder.buffer(forward.batch * graph[input].count)
    }
    if isGathered { step.sink.sums = sums(chunks, channels: graph[input].channels) }
    forward.builder.append(step)
    settle(target, step.sink, chunks: chunks, isGathered: isGathered)
  }

  private mutating func appendReduction(_ index: Int, kind: LayerKind, from producer: ofa_step, chunks: Int) {
    let node = graph.nodes[index]
    var step: ofa_step
    if kind == .depthwise {
      guard let filter = forward.prepared[index]?.filter else { return }
      step = filter
      step.kernel = Int32(OFA_DEPTHWISE_REDUCE.rawValue)
      step.weights = 0
      step.output = step.kernel_steps > 0 ? forward.builder.levels(of: node.weights[0]) : 0
    } else {
      step = PlanBuilder.step(
        OFA_REDUCE, block: node.block, images: 1, input: graph[node.inputs[0]], output: node.outputs[0])
      step.setConvolution(node.operation)
      step.filter_stride = producer.filter_stride
      step.rows_per_task = (step.out_channels + 15) / 16
      step.tasks = (step.out_channels + step.rows_per_task - 1) / step.rows_per_task
      step.bias_gradients = producer.bias_gradients
      if node.weights.count > 1 { step.bias_gradient = forward.builder.gradients(node.weights[1]) }
    }
    step.partials = producer.filter_gradients
    step.partial_tasks = Int32(chunks)
    step.filter_gradient = forward.builder.gradients(node.weights[0])
    forward.builder.append(step)
    if step.kernel_steps > 0 {
      step.kernel = Int32(OFA_KERNEL_STEP_REDUCE.rawValue)
      step.tasks = Int32(PlanBuilder.stepTaps(of: node.weights[0]))
      step.partials = step.output
      step.weights2 = forward.prepared[index]?.filter?.output ?? 0
      (step.output, step.filter_gradient) = (0, 0)
      forward.builder.append(step)
    }
  }
}

extension ForwardCompiler {
  /// Whether a node's result was stored on its own, besides the tensor that it is made from.
  func isStored(_ node: Int) -> Bool { readings[node].source.data != origins[node].source.data }
}

extension Partition {
  /// Cuts a layer's backward step.
  ///
  /// - Returns: the number of partial filter gradients.
  static func cutBackward(_ step: inout ofa_step, kind: LayerKind, filter: Int) -> Int {
    let (inputs, outputs) = (Int(step.in_channels), Int(step.out_channels))
    switch kind {
    case .pointwise:
      let rows = Int(step.images * step.out_height * step.out_width)
      backwardRows(&step, rows: rows, width: inputs + outputs, filter: filter)
      return Int(step.tasks)
    case .dense:
      let width = Int(step.kernel_size * step.kernel_size) * inputs + outputs
      rows(&step, rows: Int(step.out_height * step.out_width), width: width)
      let chunks = images(&step, images: Int(step.images))
      step.tasks = Int32(chunks)
      return chunks
    case .depthwise:
      let chunks = images(&step, images: Int(step.images))
      step.tasks = Int32(chunks * PlanBuilder.padded(outputs) / 16)
      return chunks
    }
  }
}
