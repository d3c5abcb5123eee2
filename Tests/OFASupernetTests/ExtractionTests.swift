import OFAEngine
import OFANumerics
import OFASpace
import OFASupernet
import Testing

@Suite("Extraction")
struct ExtractionTests {
  private let team = ThreadTeam(threads: 1)

  @Test("Slicing and running equals taking out and running, over random subnets")
  func sliceThenRun() throws {
    let space = try tinySpace()
    let supernet = randomSupernet(space)
    var generator = SeededGenerator(seed: 5, stream: "test")
    let subnets = [space.largest, space.smallest] + (0..<12).map { _ in space.randomSubnet(using: &generator) }
    for subnet in subnets {
      let images = randomImages(5, resolution: subnet.resolution)
      let statistics = supernet.statistics(of: subnet, batches: [images], team: team)
      let inside = supernet.logits(of: subnet, images: images, statistics: statistics, team: team)
      let extracted = supernet.extract(subnet, statistics: statistics)
      let plan = InferencePlan(
        graph: extracted.graph, batch: 5, weights: extracted.weights, statistics: extracted.statistics)
      let outside = images.withUnsafeBufferPointer { Array(plan.run(images: $0, team: team)) }
      #expect(relativeDifference(outside, inside) < 1e-5, "\(space.id(of: subnet))")
    }
  }

  @Test("What is taken out is whole tensors of the subnet's sizes, and costs the same")
  func wholeTensors() throws {
    let space = try tinySpace()
    let supernet = randomSupernet(space)
    let subnet = space.uniform(depth: 1, expandRatio: 3, kernelSize: 3, resolution: 8)
    let statistics = supernet.statistics(of: subnet, batches: [randomImages(4, resolution: 8)], team: team)
    let extracted = supernet.extract(subnet, statistics: statistics)
    let graph = space.graph(of: subnet)
    #expect(extracted.graph.costs == graph.costs)
    #expect(extracted.graph.signatures == graph.signatures)
    #expect(extracted.graph.blocks == graph.blocks)
    #expect(extracted.weights.layout.entries.reduce(0) { $0 + $1.count } == graph.costs.parameters)
    #expect(extracted.weights.layout["stages.0.0.depthwise.filter"]?.shape == [24, 1, 3, 3])
    for weight in extracted.graph.nodes.flatMap(\.weights) {
      #expect(weight.kernelSteps.isEmpty && weight.shape == weight.tensorShape, "\(weight.tensor)")
    }
  }
}
