import Foundation
import OFAEngine
import OFAExport
import OFAFormats
import OFAGraph
import Testing

@Suite struct EngineTests {
  /// A network whose weights are derived in every way: sliced channels, elastic kernels by one and two steps, normalizations
  /// with statistics of their own, biases, a squeeze-and-excitation and a classifier.
  private struct Elastic {
    var graph = Graph(input: .image(height: 13, width: 11, channels: 3), block: "stem")
    var tensors: [(name: String, shape: [Int])] = []
    var statistics = NormalizationStatistics()
    var draws = Draws(state: 11)
    let weights: TensorArena

    init() {
      var x = graph.input
      func layer(_ name: String, _ shape: [Int]) -> Weight {
        tensors.append((name, shape.map { $0 + 3 }))
        return Weight(name, shape: shape.map { $0 + 3 }, prefix: shape)
      }
      func normalized(_ value: Graph.Value, _ name: String) -> Graph.Value {
        let channels = graph[value].channels
        statistics.means[name] = draws.values(channels, in: -1...1)
        statistics.variances[name] = draws.values(channels, in: 0.1...2)
        return graph.normalization(
          value, name, epsilon: 1e-5, scale: layer(name + ".scale", [channels]),
          shift: layer(name + ".shift", [channels]))
      }
      func convolved(_ value: Graph.Value, _ name: String, _ channels: Int, stride: Int = 1, bias: Bool = false)
        -> Graph.Value
      {
        // Only channels are sliced; a kernel takes its own steps.
        let size = name == "stem" ? 3 : 1
        let whole = [channels + 2, graph[value].channels + 1, size, size]
        tensors.append((name, whole))
        let filter = Weight(name, shape: whole, prefix: [channels, graph[value].channels, size, size])
        return graph.convolution(
          value, name, kernelSize: size, stride: stride, filter: filter,
          bias: bias ? layer(name + ".bias", [channels]) : nil)
      }
      func depthwise(_ value: Graph.Value, _ name: String, steps: [KernelStep]) -> Graph.Value {
        let channels = graph[value].channels
        tensors.append((name, [channels + 4, 1, 7, 7]))
        for step in steps {
          guard let matrix = step.matrix else { continue }
          tensors.append((matrix, [step.kernelSize * step.kernelSize, step.kernelSize * step.kernelSize]))
        }
        let filter = Weight(name, shape: [channels + 4, 1, 7, 7], prefix: [channels, 1, 7, 7], kernelSteps: steps)
        return graph.convolution(
          value, name, kernelSize: steps.last?.kernelSize ?? 7, groups: channels, filter: filter)
      }

      x = graph.activation(normalized(convolved(x, "stem", 5, stride: 2), "stem.norm"), "stem.activation", .hSwish)
      let entering = x
      graph.beginBlock("block")
      x = graph.activation(normalized(convolved(x, "expand", 9), "expand.norm"), "expand.activation", .relu)
      let steps = [KernelStep(to: 5, matrix: "7to5"), KernelStep(to: 3, matrix: "5to3")]
      x = graph.activation(normalized(depthwise(x, "depthwise", steps: steps), "depthwise.norm"), "a", .relu)
      var gate = graph.globalAveragePooling(x, "squeeze.pool")
      gate = graph.activation(convolved(gate, "squeeze.reduce", 4, bias: true), "squeeze.relu", .relu)
      gate = graph.activation(convolved(gate, "squeeze.expand", 9, bias: true), "squeeze.gate", .hSigmoid)
      x = graph.scaling(x, "squeeze.scale", gate: gate)
      x = graph.addition(normalized(convolved(x, "project", 5), "project.norm"), entering, "skip")
      graph.beginBlock("head")
      x = normalized(depthwise(x, "wide", steps: [KernelStep(to: 5, matrix: nil)]), "wide.norm")
      x = graph.activation(graph.globalAveragePooling(x, "head.pool"), "head.activation", .hSwish)
      _ = graph.linear(x, "classifier", weight: layer("classifier", [10, 5]), bias: layer("classifier.bias", [10]))

      weights = TensorArena(TensorLayout(tensors))
      for index in weights.values.indices { weights.values[index] = Float.random(in: -0.7...0.7, using: &draws) }
    }
  }

  @Test(
    "The engine and ONNX Runtime agree on a network with weights derived in every way",
    .enabled(if: hasRuntime, installation))
  func agreement() throws {
    let network = Elastic()
    let bytes = try ONNX.model(graph: network.graph, weights: network.weights, statistics: network.statistics)
    try inFile(bytes) { path in
      var draws = Draws(state: 3)
      let verification = try Verification(
        of: path, graph: network.graph, weights: network.weights, statistics: network.statistics, images: 5,
        team: ThreadTeam(threads: 1), using: &draws)
      #expect(verification.agrees && verification.largestLogit > 0.1, "\(verification)")
    }
  }

  @Test(
    "A file of other weights does not agree, one of another network is refused", .enabled(if: hasRuntime, installation))
  func disagreement() throws {
    let network = Elastic()
    let other = network.weights.copy()
    other["classifier.bias"][0] += 0.01
    let bytes = try ONNX.model(graph: network.graph, weights: other, statistics: network.statistics)
    try inFile(bytes) { path in
      var draws = Draws(state: 3)
      let verification = try Verification(
        of: path, graph: network.graph, weights: network.weights, statistics: network.statistics,
        team: ThreadTeam(threads: 1), using: &draws)
      #expect(!verification.agrees && abs(verification.maxAbsoluteDifference - 0.01) < 1e-3, "\(verification)")
    }
    let classes = Network("two classes", input: network.graph[network.graph.input]) {
      let x = $0.globalAveragePooling($0.input, "pool")
      _ = $0.linear(x, "classifier", weight: Weight("w", shape: [2, 3]), bias: nil)
    }
    try inFile(ONNX.model(graph: classes.graph, folded: classes.folded)) { path in
      var draws = Draws(state: 3)
      let failure = #expect(throws: Failure.self) {
        _ = try Verification(
          of: path, graph: network.graph, weights: network.weights, statistics: network.statistics,
          team: ThreadTeam(threads: 1), using: &draws)
      }
      #expect(failure?.kind == .badData)
    }
  }

  @Test("The same weights and statistics give the same bytes")
  func determinism() throws {
    let (first, second) = (Elastic(), Elastic())
    #expect(
      try ONNX.model(graph: first.graph, weights: first.weights, statistics: first.statistics)
        == ONNX.model(graph: second.graph, weights: second.weights, statistics: second.statistics))
  }
}
