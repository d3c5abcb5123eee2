import CRuntime
import OFAGraph

/// Compiles the training forward pass of a graph: batch statistics, everything kept that the way back reads.
struct ForwardCompiler {
  let graph: Graph
  let batch: Int
  var builder: PlanBuilder
  /// How each node's result is read.
  private(set) var readings: [Reading] = []
  /// How each node's result was read before it was stored on its own, if it ever was: what its gradient goes back
  /// through.
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
    var backward: ofa_ref
    var filter: DepthwiseFilter?
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
      let filter = DepthwiseFilter(node.weights[0], block: node.block, builder: &builder)
      prepared[index] = Prepared(forward: filter.taps, backward: filter.taps, filter: filter)
      return
    }
    let shape = ofa_windows(images: batch, node: node, in: graph)
    let (outputs, depth) = (node.weights[0].shape[0], node.weights[0].shape.dropFirst().reduce(1, *))
    var step = ofa_filter_panels_forward()
    (step.in_channels, step.out_channels, step.kernel_size) = (shape.in_channels, shape.out_channels, shape.kernel_size)
    step.filter = builder.weights(node.weights[0])
    step.filter_stride = node.weights[0].outputStride
    step.panels = builder.buffer(PlanBuilder.padded(outputs) * depth)
    var cut = Cut(tasks: PlanBuilder.panels(outputs))
    if kind == .dense && backward && needsInputGradient(index) {
      step.back_panels = builder.buffer(PlanBuilder.padded(depth) * outputs)
      cut.tasks += PlanBuilder.panels(depth)
    }
    builder.append(
      OFA_FILTER_PANELS_FORWARD_F32, block: node.block, cut, ofa_arguments(filter_panels_forward: step))
    prepared[index] = Prepared(forward: step.panels, backward: kind == .dense ? step.back_panels : step.filter)
  }

  /// Whether the gradient with respect to a layer's input is of use: not for the images.
  func needsInputGradient(_ index: Int) -> Bool { graph.nodes[index].inputs[0] != graph.input }

  // MARK: Nodes

  private mutating func compile(_ index: Int) {
    let node = graph.nodes[index]
    var reading: Reading
    switch node.operation {
    case .input:
      reading = builder.images(of: node, readers: readers[index], in: graph, images: batch)
    case .convolution, .linear:
      reading = layer(index)
    case .normalization:
      reading = normalization(index)
    case .activation(let activation):
      reading = readings[node.inputs[0].node]
      if reading.hasActivation || reading.source.gate != 0 { reading = stored(node.inputs[0]) }
      reading.source.activation = activation.code
    case .pooling(let pooling):
      reading = builder.pool(readings[node.inputs[0].node], pooling, of: node, in: graph, images: batch)
    case .globalAveragePooling:
      reading = builder.mean(readings[node.inputs[0].node], of: node, in: graph, images: batch)
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
    var step = ofa_convolution_forward()
    step.shape = ofa_windows(images: batch, node: node, in: graph)
    // A depthwise kernel reads every element k² times: a gate is done to it once before.
    step.source =
      (kind == .depthwise && readings[node.inputs[0].node].source.gate != 0
      ? stored(node.inputs[0]) : readings[node.inputs[0].node]).source
    step.filter = prepared.forward
    if node.weights.count > 1 { step.bias = builder.weights(node.weights[1]) }
    let cut = Partition.forward(kind, step.shape)
    step.output = builder.buffer(batch * node.outputs[0].count)
    if isNormalized(index) {
      step.partials = builder.buffer(cut.chunks * 3 * PlanBuilder.padded(node.outputs[0].channels))
    }
    builder.append(kind.forward, block: node.block, cut, ofa_arguments(convolution_forward: step))
    if step.partials != 0 { appendStatistics(of: index, kind: kind, partials: step.partials, cut) }
    return Reading(step.output)
  }

  /// Whether a layer's only reader is a normalization.
  private func isNormalized(_ index: Int) -> Bool {
    guard readers[index].count == 1, case .normalization = graph.nodes[readers[index][0]].operation else {
      return false
    }
    return true
  }

  private mutating func appendStatistics(of index: Int, kind: LayerKind, partials: ofa_ref, _ cut: Cut) {
    let node = graph.nodes[readers[index][0]]
    guard case .normalization(let epsilon) = node.operation else { return }
    let shape = node.outputs[0]
    var step = ofa_normalization_forward()
    step.values = Int64(batch * shape.positions)
    step.values_per_part = Int64(cut.rowsPerTask * (kind == .pointwise ? 1 : shape.width))
    (step.channels, step.parts) = (Int32(shape.channels), Int32(cut.chunks))
    step.partials = partials
    step.epsilon = epsilon
    step.scale = builder.weights(node.weights[0])
    step.shift = builder.weights(node.weights[1])
    step.rows = builder.buffer(Int(OFA_NORMALIZATION_ROWS.rawValue) * PlanBuilder.padded(shape.channels))
    builder.append(
      OFA_NORMALIZATION_CHANNELS_FORWARD_F32, block: node.block, Cut(tasks: PlanBuilder.panels(shape.channels)),
      ofa_arguments(normalization_forward: step))
    normalizations[readers[index][0]] = step.rows
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

extension Weight {
  /// Floats from one output channel of the supernet's tensor to the next.
  var outputStride: Int32 { Int32(tensorShape.dropFirst().reduce(1, *)) }
}
