import Foundation
import OFAEngine
import OFAExport
import OFAFormats
import OFAGraph
import Testing

@Suite struct EngineTests {
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
      #expect(verification.agrees && verification.largestValue > 0.1, "\(verification)")
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
