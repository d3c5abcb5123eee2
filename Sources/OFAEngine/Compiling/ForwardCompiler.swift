import CRuntime
import OFAGraph

/// Compiles the training forward pass of a graph: batch statistics, everything kept that the way back reads.
struct ForwardCompiler {
  let graph: Graph
  let batch: Int
  var builder: PlanBuilder
  /// How each node's result is read.
  private(set) var readings: [Reading] = []
  /// How each node's result was read before it was stored on its own, if it ever was: what its gradient goes back through.
  private(set) var origins: [Reading] = []
  /// The nodes that read each node.
  let readers: [[Int]]
  /// The rows by channel of each normalization node.
  private(set) var normalizations: [Int: ofa_ref] = [:]
  /// The prepared weights of each layer.
  private(set) var prepared: [Int: Prepared] = [:]

  /// A layer's weights in the kernels' own order.
  struct Prepared {
    var forward: ofa_ref
    var backward: ofa_ref = 0
    var filter: ofa_step?
  }

  init(graph: Graph, batch: Int, layout: TensorLayout, backward: Bool) {
    self.graph = graph
    self.batch = batch
    builder = PlanBuilder(layout: layout)
    readers = graph.readers
    for index in graph.nodes.indices { prepareWeights(index, backward: backward) }
    for index in graph.nodes.indices { compile(index) }
  }

  /// The result of the graph, stored.
  var logits: ofa_ref { readings[graph.output.node].source.data }

  // MARK: Weights

  private mutating func prepareWeights(_ index: Int, backward: Bool) {
    let node = graph.nodes[index]
    guard let kind = LayerKind(node) else { return }
    if kind == .depthwise {
      let filter = builder.depthwiseFilter(node.weights[0], block: node.block)
      prepared[index] = Prepared(forward: filter.levels + UInt64(filter.offset), filter: filter.step)
      return
    }
    let shape = node.weights[0].shape
    let depth = shape.dropFirst().reduce(1, *)
    var step = PlanBuilder.step(
      OFA_PACK, block: node.block, images: 1, input: graph[node.inputs[0]], output: node.outputs[0])
    step.setConvolution(node.operation)
    step.weights = builder.weights(node.weights[0])
    step.filter_stride = Int32(node.weights[0].tensorShape.dropFirst().reduce(1, *))
    step.output = builder.buffer(PlanBuilder.padded(shape[0]) * depth)
    step.tasks = Int32(PlanBuilder.padded(shape[0]) / 16)
    if kind == .dense && backward && needsInputGradient(index) {
      step.output2 = builder.buffer(PlanBuilder.padded(depth) * shape[0])
      step.tasks += Int32(PlanBuilder.padded(depth) / 16)
    }
    prepared[index] = Prepared(forward: step.output, backward: kind == .dense ? step.output2 : step.weights)
    builder.append(step)
  }

  /// Whether the gradient with respect to a layer's input is of use: not for the images.
  func needsInputGradient(_ index: Int) -> Bool { graph.nodes[index].inputs[0] != graph.input }

  // MARK: Nodes

  private mutating func compile(_ index: Int) {
    let node = graph.nodes[index]
    var reading: Reading
    switch node.operation {
    case .input:
      reading = Reading(PlanBuilder.images)
    case .convolution, .linear:
      reading = layer(index)
    case .normalization:
      reading = normalization(index)
    case .activation(let activation):
      reading = readings[node.inputs[0].node]
      if reading.hasActivation || reading.source.gate != 0 { reading = stored(node.inputs[0]) }
      reading.source.activation = activation.code
    case .pooling(let pooling):
      reading = builder.pool(
        readings[node.inputs[0].node], pooling, of: node, input: graph[node.inputs[0]], images: batch)
    case .globalAveragePooling:
      var step = PlanBuilder.step(
        OFA_POOL, block: node.block, images: batch, input: graph[node.inputs[0]], output: node.outputs[0])
      step.source = readings[node.inputs[0].node].source
      step.tasks = Int32(batch)
      step.output = builder.buffer(batch * node.outputs[0].count)
      builder.append(step)
      reading = Reading(step.output)
    case .scaling:
      reading = readings[node.inputs[0].node]
      if reading.source.gate != 0 { reading = stored(node.inputs[0]) }
      var gate = readings[node.inputs[1].node]
      if gate.source.normalization != 0 || gate.source.gate != 0 { gate = stored(node.inputs[1]) }
      reading.source.gate = gate.source.data
      reading.source.gate_activation = gate.source.activation
    case .addition:
      reading = Reading(
        builder.store(readings[node.inputs[0].node], plus: readings[node.inputs[1].node], of: node, images: batch))
    }
    readings.append(reading)
    origins.append(reading)
  }

  private mutating func layer(_ index: Int) -> Reading {
    let node = graph.nodes[index]
    guard let kind = LayerKind(node), let prepared = prepared[index] else {
      preconditionFailure("\(node.name) is no layer.")
    }
    let input = graph[node.inputs[0]]
    let output = node.outputs[0]
    var step = PlanBuilder.step(kind.forward, block: node.block, images: batch, input: input, output: output)
    step.setConvolution(node.operation)
    // A depthwise kernel reads every element k² times: a gate is done to it once before.
    step.source =
      (kind == .depthwise && readings[node.inputs[0].node].source.gate != 0
      ? stored(node.inputs[0]) : readings[node.inputs[0].node]).source
    step.weights = prepared.forward
    if node.weights.count > 1 { step.bias = builder.weights(node.weights[1]) }
    let chunks = Partition.cut(&step, kind: kind)
    step.output = builder.buffer(batch * output.count)
    if isNormalized(index) {
      step.partials = builder.buffer(chunks * 3 * PlanBuilder.padded(output.channels))
    }
    builder.append(step)
    if step.partials != 0 { appendStatistics(of: index, kind: kind, from: step, chunks: chunks) }
    return Reading(step.output)
  }

  /// Whether a layer's only reader is a normalization.
  private func isNormalized(_ index: Int) -> Bool {
    guard readers[index].count == 1, case .normalization = graph.nodes[readers[index][0]].operation else {
      return false
    }
    return true
  }

  private mutating func appendStatistics(of index: Int, kind: LayerKind, from producer: ofa_step, chunks: Int) {
    let node = graph.nodes[readers[index][0]]
    guard case .normalization(let epsilon) = node.operation else { return }
    let shape = node.outputs[0]
    var step = PlanBuilder.step(OFA_STATISTICS, block: node.block, images: batch, input: shape, output: shape)
    step.tasks = Int32(PlanBuilder.padded(shape.channels) / 16)
    step.partials = producer.partials
    step.partial_tasks = Int32(chunks)
    step.partial_rows = producer.rows_per_task * Int32(kind.positionsPerRow(of: shape))
    step.epsilon = epsilon
    step.scale = builder.weights(node.weights[0])
    step.shift = builder.weights(node.weights[1])
    step.output = builder.buffer(Int(OFA_NORMALIZATION_ROWS.rawValue) * PlanBuilder.padded(shape.channels))
    builder.append(step)
    normalizations[readers[index][0]] = step.output
  }

  private func normalization(_ index: Int) -> Reading {
    let node = graph.nodes[index]
    guard let rows = normalizations[index] else {
      preconditionFailure("\(node.name): a normalization reads a convolution that nothing else reads.")
    }
    var reading = readings[node.inputs[0].node]
    reading.source.normalization = rows
    return reading
  }

  /// Stores a value on its own, as it is to be read, and reads that from here on.
  private mutating func stored(_ value: Graph.Value) -> Reading {
    let reading = Reading(builder.store(readings[value.node], of: graph.nodes[value.node], images: batch))
    readings[value.node] = reading
    return reading
  }
}

extension LayerKind {
  /// The runtime's kernel of the forward pass.
  var forward: ofa_kernel {
    switch self {
    case .pointwise: OFA_POINTWISE
    case .dense: OFA_DENSE
    case .depthwise: OFA_DEPTHWISE
    }
  }

  /// The positions of what a forward step's tasks are runs of: pixels, or rows of outputs.
  func positionsPerRow(of output: Shape) -> Int {
    switch self {
    case .pointwise: 1
    case .dense, .depthwise: output.width
    }
  }

  /// The runtime's kernel of the backward pass.
  var backward: ofa_kernel {
    switch self {
    case .pointwise: OFA_POINTWISE_BACKWARD
    case .dense: OFA_DENSE_BACKWARD
    case .depthwise: OFA_DEPTHWISE_BACKWARD
    }
  }
}

extension Partition {
  /// Cuts a layer's forward step.
  ///
  /// - Returns: the number of partial statistics.
  static func cut(_ step: inout ofa_step, kind: LayerKind) -> Int {
    let (inputs, outputs) = (Int(step.in_channels), Int(step.out_channels))
    switch kind {
    case .pointwise:
      rows(&step, rows: Int(step.images * step.out_height * step.out_width), width: inputs + outputs)
      return Int(step.tasks)
    case .dense:
      let chunks = outputRows(&step, most: mostTasks)
      step.tasks = Int32(chunks)
      return chunks
    case .depthwise:
      let blocks = PlanBuilder.padded(outputs) / 16
      // Few channels of one image are still cut for several threads.
      let chunks = outputRows(
        &step, most: max((fewestTasks + blocks - 1) / blocks, min(mostBackwardTasks, Int(step.images))))
      step.tasks = Int32(chunks * blocks)
      return chunks
    }
  }
}
