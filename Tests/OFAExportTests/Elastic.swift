import OFAEngine
import OFAGraph

/// A network whose weights are derived in every way: sliced channels, elastic kernels by one and two steps,
/// normalizations with statistics of their own, biases, a squeeze-and-excitation and a classifier.
struct Elastic {
  private(set) var graph = Graph(input: .image(height: 13, width: 11, channels: 3), block: "stem")
  private(set) var statistics = NormalizationStatistics()
  private(set) var weights = TensorArena(TensorLayout([]))
  private var tensors: [(name: String, shape: [Int])] = []
  private var draws = Draws(state: 11)

  init() {
    var x = normalized(convolved(graph.input, "stem", 5, kernelSize: 3, stride: 2), "stem.norm")
    x = graph.activation(x, "stem.activation", .hSwish)
    let entering = x

    graph.beginBlock("block")
    x = graph.activation(normalized(convolved(x, "expand", 9), "expand.norm"), "expand.activation", .relu)
    x = depthwise(x, "depthwise", steps: [KernelStep(to: 5, matrix: "7to5"), KernelStep(to: 3, matrix: "5to3")])
    x = graph.activation(normalized(x, "depthwise.norm"), "depthwise.activation", .relu)
    var gate = graph.globalAveragePooling(x, "squeeze.pool")
    gate = graph.activation(convolved(gate, "squeeze.reduce", 4, bias: true), "squeeze.relu", .relu)
    gate = graph.activation(convolved(gate, "squeeze.expand", 9, bias: true), "squeeze.gate", .hSigmoid)
    x = graph.scaling(x, "squeeze.scale", gate: gate)
    x = graph.addition(normalized(convolved(x, "project", 5), "project.norm"), entering, "skip")

    graph.beginBlock("head")
    x = normalized(depthwise(x, "wide", steps: [KernelStep(to: 5, matrix: nil)]), "wide.norm")
    x = graph.activation(graph.globalAveragePooling(x, "head.pool"), "head.activation", .hSwish)
    _ = graph.linear(x, "classifier", weight: sliced("classifier", [10, 5]), bias: sliced("classifier.bias", [10]))

    weights = TensorArena(TensorLayout(tensors))
    for index in weights.values.indices { weights.values[index] = Float.random(in: -0.7...0.7, using: &draws) }
  }

  /// A prefix of a new tensor that is larger along its first two axes.
  private mutating func sliced(_ name: String, _ shape: [Int], steps: [KernelStep] = []) -> Weight {
    let whole = shape.enumerated().map { $0 == 0 ? $1 + 3 : $0 == 1 && shape[1] > 1 ? $1 + 2 : $1 }
    tensors.append((name, whole))
    return Weight(name, shape: whole, prefix: shape, kernelSteps: steps)
  }

  private mutating func normalized(_ x: Graph.Value, _ name: String) -> Graph.Value {
    let channels = graph[x].channels
    statistics.means[name] = draws.values(channels, in: -1...1)
    statistics.variances[name] = draws.values(channels, in: 0.1...2)
    let scale = sliced(name + ".scale", [channels])
    return graph.normalization(x, name, epsilon: 1e-5, scale: scale, shift: sliced(name + ".shift", [channels]))
  }

  private mutating func convolved(
    _ x: Graph.Value, _ name: String, _ channels: Int, kernelSize: Int = 1, stride: Int = 1, bias: Bool = false
  ) -> Graph.Value {
    let filter = sliced(name, [channels, graph[x].channels, kernelSize, kernelSize])
    return graph.convolution(
      x, name, kernelSize: kernelSize, stride: stride, filter: filter,
      bias: bias ? sliced(name + ".bias", [channels]) : nil)
  }

  private mutating func depthwise(_ x: Graph.Value, _ name: String, steps: [KernelStep]) -> Graph.Value {
    let channels = graph[x].channels
    for step in steps {
      guard let matrix = step.matrix else { continue }
      tensors.append((matrix, [step.kernelSize * step.kernelSize, step.kernelSize * step.kernelSize]))
    }
    return graph.convolution(
      x, name, kernelSize: steps.last?.kernelSize ?? 7, groups: channels,
      filter: sliced(name, [channels, 1, 7, 7], steps: steps))
  }
}
