import Foundation
import OFAEngine
import OFAExport
import OFAFormats
import OFAGraph
import OFASpace
import OFASupernet
import Testing

@Suite struct SpaceTests {
  @Test(
    "Subnets of the built-in spaces compute the same in the engine and in ONNX Runtime, at odd sizes too",
    .enabled(if: hasRuntime, installation), arguments: SearchSpace.builtInNames)
  func agreement(name: String) throws {
    let space = try SearchSpace.named(name)
    let supernet = Supernet(space: space)
    var draws = Draws(state: 17)
    supernet.initialize(using: &draws)
    // Nothing may hide behind an initial 0 or 1: normalizations scale, shift, and kernels are transformed.
    for index in supernet.weights.values.indices {
      supernet.weights.values[index] += Float.random(in: -0.02...0.02, using: &draws)
    }
    let team = ThreadTeam(threads: 1)
    for (subnet, resolution) in [(space.largest, 64), (space.smallest, 37), (space.randomSubnet(using: &draws), 24)] {
      var subnet = subnet
      subnet.resolution = resolution
      let graph = space.graph(of: subnet)
      let images = draws.values(64 * graph[graph.input].count, in: -2...2)
      let statistics = supernet.statistics(of: subnet, batches: [images], team: team)
      let bytes = try ONNX.model(
        graph: graph, weights: supernet.weights, statistics: statistics,
        description: Description(subnet: space.id(of: subnet)))
      try inFile(bytes) { path in
        let verification = try Verification(
          of: path, graph: graph, weights: supernet.weights, statistics: statistics, images: 4, team: team,
          using: &draws)
        #expect(verification.agrees && verification.largestValue > 1e-3, "\(space.id(of: subnet)): \(verification)")
      }
    }
  }
}
