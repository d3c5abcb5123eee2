import CRuntime
import OFAGraph

/// Compiles a graph for inference: normalizations folded into the layers before them, activations and residual sums
/// done by the layer that makes their operand, squeeze-and-excitation's gate on the way into the next layer.
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
      return builder.images(of: node, readers: readers[index], in: graph, images: batch)
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
      return builder.pool(reading(node.inputs[0]), pooling, of: node, in: graph, images: batch)
    case .globalAveragePooling:
      return builder.mean(reading(node.inputs[0]), of: node, in: graph, images: batch)
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
    var step = ofa_convolution_forward()
    step.shape = ofa_windows(images: batch, node: node, in: graph)
    let input = reading(node.inputs[0])
    step.source = (kind == .depthwise && input.source.gate != 0 ? stored(node.inputs[0]) : input).source
    step.filter = PlanBuilder.prepared(place(Self.arranged(layer.filter, shape: node.weights[0].shape, kind: kind)))
    if !layer.bias.isEmpty {
      step.bias = PlanBuilder.prepared(place(layer.bias))
    }

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
          return finish(step, kind, through: last, from: index)
        }
        step.residual = residual.source.data
      default: return finish(step, kind, through: last, from: index)
      }
      last = next
    }
    return finish(step, kind, through: last, from: index)
  }

  private func onlyReader(_ index: Int) -> Int? {
    guard readers[index].count == 1, graph.nodes[readers[index][0]].block == graph.nodes[index].block else {
      return nil
    }
    return readers[index][0]
  }

  private mutating func finish(
    _ convolution: ofa_convolution_forward, _ kind: LayerKind, through last: Int, from first: Int
  ) -> Reading {
    var step = convolution
    step.output = builder.buffer(batch * graph.nodes[last].outputs[0].count)
    builder.append(
      kind.forward, block: graph.nodes[first].block, Partition.forward(kind, step.shape),
      ofa_arguments(convolution_forward: step))
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
    let spare = PlanBuilder.padded(values.count + PlanBuilder.panel) - values.count
    prepared.append(contentsOf: repeatElement(0, count: spare))
    return offset
  }

  /// A filter [out, in, k, k] in its kernel's own order: panels of outputs over (k, k, in), or taps by channel.
  private static func arranged(_ filter: [Float], shape: [Int], kind: LayerKind) -> [Float] {
    let area = shape.dropFirst(2).reduce(1, *)
    let (outputs, inputs) = (shape[0], shape[1])
    let (panel, padded) = (PlanBuilder.panel, PlanBuilder.padded(outputs))
    let depth = area * inputs
    return [Float](unsafeUninitializedCapacity: padded * depth) { values, count in
      values.initialize(repeating: 0)
      for output in 0..<outputs {
        for input in 0..<inputs {
          for tap in 0..<area {
            let value = filter[(output * inputs + input) * area + tap]
            let place =
              kind == .depthwise
              ? tap * padded + output
              : ((output / panel) * depth + tap * inputs + input) * panel + output % panel
            values[place] = value
          }
        }
      }
      count = padded * depth
    }
  }
}
