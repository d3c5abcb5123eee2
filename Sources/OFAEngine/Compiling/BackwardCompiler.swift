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
    var chunks: Int
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
  ///
  /// - Returns: the sink with its sums, and how many parts they have.
  @discardableResult
  private mutating func append(
    _ sink: ofa_sink, incoming: ofa_ref, shape: Shape, block: Int
  ) -> (sink: ofa_sink, chunks: Int) {
    var step = ofa_addition_backward()
    step.shape = ofa_rows(images: forward.batch, shape)
    step.gradient = incoming
    step.sink = sink
    let cut = Partition.elements(step.shape)
    if sink.normalization != 0 { step.sink.sums = sums(cut.chunks, channels: shape.channels) }
    forward.builder.append(
      OFA_ADDITION_ELEMENTS_BACKWARD_F32, block: block, cut, ofa_arguments(addition_backward: step))
    return (step.sink, cut.chunks)
  }

  private mutating func sums(_ chunks: Int, channels: Int) -> ofa_ref {
    forward.builder.buffer(chunks * 2 * PlanBuilder.padded(channels))
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
      settle(node.inputs[0].node, step.sink, chunks: step.chunks, isGathered: isGathered)
    case .pooling(let pooling):
      guard let data = gradient(of: index) else { return }
      var step = ofa_pooling_backward()
      step.shape = ofa_windows(images: forward.batch, node: node, in: graph)
      (step.pooling, step.padding) = (pooling.code, Int32(pooling.padding))
      step.source = forward.readings[node.inputs[0].node].source
      step.gradient = data
      let cut = Partition.images(forward.batch)
      sendBack(to: node.inputs[0], chunks: cut.chunks) { builder, sink in
        step.sink = sink
        builder.append(
          OFA_POOLING_WINDOWS_BACKWARD_F32, block: node.block, cut, ofa_arguments(pooling_backward: step))
      }
    case .globalAveragePooling:
      if let data = gradient(of: index) { deposit(.broadcast(data), at: node.inputs[0].node) }
    case .scaling:
      guard let data = gradient(of: index) else { return }
      let image = node.inputs[0]
      var step = ofa_image()
      step.shape = ofa_rows(images: forward.batch, graph[image])
      step.source = forward.readings[image.node].source
      step.gradient = data
      step.output = forward.builder.buffer(forward.batch * graph[image].channels)
      forward.builder.append(
        OFA_GATE_IMAGE_BACKWARD_F32, block: node.block, Cut(tasks: forward.batch), ofa_arguments(image: step))
      deposit(.tensor(step.output), at: node.inputs[1].node)
      let gate = forward.origins[index].source
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
  private mutating func settle(_ node: Int, _ sink: ofa_sink, chunks: Int, isGathered: Bool) {
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
        gradient: sink.gradient == 0 ? incoming : sink.gradient, sums: step.sink.sums, chunks: step.chunks)
    }
    guard let gathered = gathered[index] else { return }
    var step = ofa_normalization_backward()
    step.values = Int64(forward.batch * shape.positions)
    (step.channels, step.parts) = (Int32(shape.channels), Int32(gathered.chunks))
    step.sums = gathered.sums
    step.rows = rows
    step.scale_gradient = forward.builder.gradients(node.weights[0])
    step.shift_gradient = forward.builder.gradients(node.weights[1])
    forward.builder.append(
      OFA_NORMALIZATION_CHANNELS_BACKWARD_F32, block: node.block, Cut(tasks: PlanBuilder.panels(shape.channels)),
      ofa_arguments(normalization_backward: step))
    normalized[layer] = ofa_gradient(data: gathered.gradient, normalization: rows, output: output)
  }

  private mutating func layer(_ index: Int, gradient: ofa_gradient) {
    let node = graph.nodes[index]
    guard let kind = LayerKind(node), let prepared = forward.prepared[index] else { return }
    let input = node.inputs[0]
    let channels = node.outputs[0].channels
    var step = ofa_convolution_backward()
    step.shape = ofa_windows(images: forward.batch, node: node, in: graph)
    step.source = forward.readings[input.node].source
    step.gradient = gradient
    step.filter = prepared.backward
    step.filter_stride = node.weights[0].outputStride
    let filter =
      kind == .depthwise
      ? Int(step.shape.kernel_size * step.shape.kernel_size) * PlanBuilder.padded(channels) : node.weights[0].count
    let cut = Partition.backward(kind, step.shape, filter: filter)
    step.filter_gradients = forward.builder.buffer(cut.chunks * filter)
    if node.weights.count > 1 {
      precondition(kind != .depthwise, "\(node.name): a depthwise convolution has no bias in training.")
      step.bias_gradients = forward.builder.buffer(cut.chunks * PlanBuilder.padded(channels))
    }
    func append(_ builder: inout PlanBuilder, _ sink: ofa_sink) {
      step.sink = sink
      builder.append(kind.backward, block: node.block, cut, ofa_arguments(convolution_backward: step))
    }
    if forward.needsInputGradient(index) {
      sendBack(to: input, chunks: cut.chunks, append)
    } else {
      append(&forward.builder, ofa_sink())
    }
    if let depthwise = prepared.filter {
      depthwise.appendGradients(step.filter_gradients, parts: cut.chunks, builder: &forward.builder)
    } else {
      appendReduction(of: node, step, parts: cut.chunks)
    }
  }

  /// Sends a step's input gradient on, as far through its input's own operations as one sink reaches; `append` appends
  /// the step with the sink.
  private mutating func sendBack(
    to input: Graph.Value, chunks: Int, _ append: (inout PlanBuilder, ofa_sink) -> Void
  ) {
    var sink = ofa_sink()
    var target = input.node
    var isGathered = false
    if forward.readers[target].count == 1 {
      if case .activation = graph.nodes[target].operation, !forward.isStored(target) {
        isGathered = goThrough(target, &sink)
        absorbed.insert(target)
        target = graph.nodes[target].inputs[0].node
      } else if isNormalizationReadOnce(target), !forward.isStored(target) {
        let origin = forward.readings[target].source
        sink.value = origin.data
        sink.normalization = origin.normalization
        isGathered = true
      }
    } else if terms[target].count == 1, case .tensor(let residual) = terms[target][0] {
      // The other readers' share is added on the way, in place if nobody else reads it.
      _ = take(target)
      sink.residual = residual
      if uses[residual] == 0 { sink.gradient = residual }
    }
    if sink.gradient == 0 {
      sink.gradient = forward.builder.buffer(forward.batch * graph[input].count)
    }
    if isGathered { sink.sums = sums(chunks, channels: graph[input].channels) }
    append(&forward.builder, sink)
    settle(target, sink, chunks: chunks, isGathered: isGathered)
  }

  private mutating func appendReduction(of node: Graph.Node, _ producer: ofa_convolution_backward, parts: Int) {
    var step = ofa_filter_panels_backward()
    (step.in_channels, step.out_channels, step.kernel_size) = (
      producer.shape.in_channels, producer.shape.out_channels, producer.shape.kernel_size
    )
    step.filter_stride = producer.filter_stride
    step.parts = Int32(parts)
    step.filter_gradients = producer.filter_gradients
    step.filter_gradient = forward.builder.gradients(node.weights[0])
    step.bias_gradients = producer.bias_gradients
    if node.weights.count > 1 { step.bias_gradient = forward.builder.gradients(node.weights[1]) }
    forward.builder.append(
      OFA_FILTER_PANELS_BACKWARD_F32, block: node.block, Partition.outputs(Int(step.out_channels)),
      ofa_arguments(filter_panels_backward: step))
  }
}

extension ForwardCompiler {
  /// Whether a node's result was stored on its own, besides the tensor that it is made from.
  func isStored(_ node: Int) -> Bool { readings[node].source.data != origins[node].source.data }
}
