import CRuntime
import OFAGraph

/// Compiles a graph for inference: normalizations folded into the layers before them, activations and residual sums done by the layer that makes
/// their operand, squeeze-and-excitation's gate on the way into the next layer.
///
/// Fusion never crosses a block's edge, so that a plan can be timed block by block.
struct InferenceCompiler {
  private let graph: Graph
  private let batch: Int
  private(set) var builder: PlanBuilder
  private var readings: [Reading?]
  private let readers: [[Int]]
  /// The prepared weights that the steps read.
  private(set) var prepared: [Float] = []

  init(graph: Graph, batch: Int, weights: TensorArena, statistics: NormalizationStatistics) {
    self.graph = graph
    self.batch = batch
    builder = PlanBuilder(layout: weights.layout)
    readings = Array(repeating: nil, count: graph.nodes.count)
    readers = graph.readers
    let folded = WeightEvaluator.folded(graph: graph, weights: weights, statistics: statistics)
    for index in graph.nodes.indices where readings[index] == nil {
      readings[index] = compile(index, folded: folded)
    }
    builder.keep(output, at: builder.moment)
  }

  /// The result of the graph, stored.
  var output: ofa_ref { reading(graph.output).source.data }

  private func reading(_ value: Graph.Value) -> Reading {
    guard let reading = readings[value.node] else { preconditionFailure("A value is read before it is made.") }
    return reading
  }

  private mutating func compile(_ index: Int, folded: [Int: WeightEvaluator.Folded]) -> Reading {
    let node = graph.nodes[index]
    switch node.operation {
    case .input:
      return Reading(PlanBuilder.images)
    case .convolution, .linear:
      guard let layer = folded[index] else { preconditionFailure("\(node.name) has no weights.") }
      return compileLayer(index, layer)
    case .normalization:
      // Folded into the layer whose result this is.
      return reading(node.inputs[0])
    case .activation(let activation):
      var result = reading(node.inputs[0])
      if result.hasActivation || result.source.gate != 0 { result = stored(node.inputs[0]) }
      result.source.activation = activation.code
      return index == graph.output.node || leavesBlock(index)
        ? Reading(builder.store(result, of: node, images: batch)) : result
    case .pooling(let pooling):
      return builder.pool(
        reading(node.inputs[0]), pooling, of: node, input: graph[node.inputs[0]], images: batch)
    case .globalAveragePooling:
      var step = PlanBuilder.step(
        OFA_POOL, block: node.block, images: batch, input: graph[node.inputs[0]], output: node.outputs[0])
      step.source = reading(node.inputs[0]).source
      step.tasks = Int32(batch)
      step.output = builder.buffer(batch * node.outputs[0].count)
      builder.append(step)
      return Reading(step.output)
    case .scaling:
      var result = reading(node.inputs[0])
      if result.source.gate != 0 { result = stored(node.inputs[0]) }
      var gate = reading(node.inputs[1])
      if gate.source.gate != 0 { gate = stored(node.inputs[1]) }
      result.source.gate = gate.source.data
      result.source.gate_activation = gate.source.activation
      return index == graph.output.node || leavesBlock(index)
        ? Reading(builder.store(result, of: node, images: batch)) : result
    case .addition:
      return Reading(builder.store(reading(node.inputs[0]), plus: reading(node.inputs[1]), of: node, images: batch))
    }
  }

  private func leavesBlock(_ index: Int) -> Bool {
    readers[index].contains { graph.nodes[$0].block != graph.nodes[index].block }
  }

  private mutating func compileLayer(_ index: Int, _ layer: WeightEvaluator.Folded) -> Reading {
    let node = graph.nodes[index]
    guard let kind = LayerKind(node) else { preconditionFailure("\(node.name) is no layer.") }
    let shape = node.outputs[0]
    var step = PlanBuilder.step(
      kind.forward, block: node.block, images: batch, input: graph[node.inputs[0]], output: shape)
    step.setConvolution(node.operation)
    let input = reading(node.inputs[0])
    step.source = (kind == .depthwise && input.source.gate != 0 ? stored(node.inputs[0]) : input).source
    step.weights = PlanBuilder.prepared(place(Self.arranged(layer.filter, shape: node.weights[0].shape, kind: kind)))
    if !layer.bias.isEmpty {
      step.bias = PlanBuilder.prepared(place(layer.bias))
    }
    _ = Partition.cut(&step, kind: kind)

    // What follows as the only reader within the block becomes part of the step.
    var last = index
    while let next = onlyReader(last) {
      switch graph.nodes[next].operation {
      case .normalization where last == index: break
      case .activation(let activation) where step.activation == 0 && step.residual == 0:
        step.activation = activation.code
      case .addition where step.residual == 0 && kind != .depthwise:
        let other = graph.nodes[next].inputs.first { $0.node != last }
        guard let other, let residual = readings[other.node], residual.isPlain else {
          return finish(step, through: last, from: index)
        }
        step.residual = residual.source.data
      default: return finish(step, through: last, from: index)
      }
      last = next
    }
    return finish(step, through: last, from: index)
  }

  private func onlyReader(_ index: Int) -> Int? {
    guard readers[index].count == 1, graph.nodes[readers[index][0]].block == graph.nodes[index].block else {
      return nil
    }
    return readers[index][0]
  }

  private mutating func finish(_ step: ofa_step, through last: Int, from first: Int) -> Reading {
    var step = step
    step.output = builder.buffer(batch * graph.nodes[last].outputs[0].count)
    builder.append(step)
    let result = Reading(step.output)
    var index = first
    while index != last {
      index = readers[index][0]
      readings[index] = result
    }
    return result
  }

  private mutating func stored(_ value: Graph.Value) -> Reading {
    let reading = Reading(builder.store(reading(value), of: graph.nodes[value.node], images: batch))
    readings[value.node] = reading
    return reading
  }

  // MARK: Prepared weights

  /// Adds floats to the prepared weights, followed by what a vector may read past them.
  private mutating func place(_ values: [Float]) -> Int {
    let offset = prepared.count
    prepared.append(contentsOf: values)
    prepared.append(contentsOf: repeatElement(0, count: 16 + (16 - values.count % 16) % 16))
    return offset
  }

  /// A filter [out, in, k, k] in its kernel's own order: panels of 16 outputs over (k, k, in), or taps by channel.
  private static func arranged(_ filter: [Float], shape: [Int], kind: LayerKind) -> [Float] {
    let area = shape.dropFirst(2).reduce(1, *)
    let (outputs, inputs) = (shape[0], shape[1])
    let padded = PlanBuilder.padded(outputs)
    let depth = area * inputs
    return [Float](unsafeUninitializedCapacity: padded * depth) { values, count in
      values.initialize(repeating: 0)
      for output in 0..<outputs {
        for input in 0..<inputs {
          for tap in 0..<area {
            let value = filter[(output * inputs + input) * area + tap]
            let place =
              kind == .depthwise
              ? tap * padded + output : ((output / 16) * depth + tap * inputs + input) * 16 + output % 16
            values[place] = value
          }
        }
      }
      count = padded * depth
    }
  }
}
