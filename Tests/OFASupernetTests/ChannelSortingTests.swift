import OFAEngine
import OFASpace
import OFASupernet
import Testing

@Suite("Channel sorting")
struct ChannelSortingTests {
  private let team = ThreadTeam(threads: 1)

  /// Logits with batch statistics: what sorting must keep, whatever the statistics' order.
  private func logits(_ supernet: Supernet, _ subnet: Subnet) -> [Float] {
    let images = randomImages(6, resolution: subnet.resolution)
    let graph = supernet.space.graph(of: subnet)
    let plan = TrainingPlan(graph: graph, batch: 6, layout: supernet.weights.layout, backward: false)
    return images.withUnsafeBufferPointer {
      Array(plan.forward(weights: supernet.weights, images: $0, team: team))
    }
  }

  private func uniform(_ space: SearchSpace, _ ratio: Double) -> Subnet {
    space.uniform(depth: 2, expandRatio: ratio, kernelSize: 5)
  }

  @Test("The first sorting keeps the full width's function, moves channels, and leaves importance falling")
  func firstSorting() throws {
    let space = try tinySpace()
    let supernet = randomSupernet(space)
    let before = logits(supernet, uniform(space, 6))
    let narrow = logits(supernet, uniform(space, 3))
    supernet.sortChannels()
    #expect(relativeDifference(logits(supernet, uniform(space, 6)), before) < 1e-4)
    #expect(relativeDifference(logits(supernet, uniform(space, 3)), narrow) > 1e-2)
    for elastic in space.elasticChannels {
      let importance = supernet.importance(of: elastic.importance)
      #expect(zip(importance, importance.dropFirst()).allSatisfy { $0 >= $1 }, "\(elastic.importance.tensor)")
    }
  }

  @Test("A later sorting keeps the function of every width that is supported, squeeze-and-excitation included")
  func bandedSorting() throws {
    let space = try tinySpace()
    let supernet = randomSupernet(space)
    let wide = logits(supernet, uniform(space, 6))
    let middle = logits(supernet, uniform(space, 4))
    let narrow = logits(supernet, uniform(space, 3))
    // Widths mix from block to block.
    var written = space.document(of: uniform(space, 6))
    written.expandRatios = [4, 6, 6, 4]
    let mixed = try space.subnet(written)
    let mixture = logits(supernet, mixed)
    supernet.sortChannels(supporting: [uniform(space, 6), uniform(space, 4)])
    #expect(relativeDifference(logits(supernet, uniform(space, 6)), wide) < 1e-4)
    #expect(relativeDifference(logits(supernet, uniform(space, 4)), middle) < 1e-4)
    #expect(relativeDifference(logits(supernet, mixed), mixture) < 1e-4)
    #expect(relativeDifference(logits(supernet, uniform(space, 3)), narrow) > 1e-2)
  }

  @Test("Bands are sorted within themselves and never mix")
  func bands() throws {
    let space = try tinySpace()
    let supernet = randomSupernet(space)
    let channels = try #require(space.elasticChannels.first)
    let before = supernet.importance(of: channels.importance)
    supernet.sortChannels(supporting: [uniform(space, 4)])
    let after = supernet.importance(of: channels.importance)
    // The first block reads 8 channels: 32 at ratio 4, 48 at ratio 6.
    #expect(Array(after[..<32]) == before[..<32].sorted(by: >))
    #expect(Array(after[32...]) == before[32...].sorted(by: >))
  }

  @Test("Sorting twice is sorting once")
  func idempotent() throws {
    let space = try tinySpace()
    let supernet = randomSupernet(space)
    supernet.sortChannels(supporting: [uniform(space, 4)])
    let once = Array(supernet.weights.values)
    supernet.sortChannels(supporting: [uniform(space, 4)])
    #expect(Array(supernet.weights.values) == once)
  }

  @Test("Sorting permutes the values of each tensor and changes none")
  func permutes() throws {
    let space = try tinySpace()
    let supernet = randomSupernet(space)
    let before = space.tensors.map { supernet.weights[$0.name].sorted() }
    supernet.sortChannels()
    #expect(space.tensors.map { supernet.weights[$0.name].sorted() } == before)
  }

  @Test("Arenas that are sorted along go where the weights go, and what they have beside tensors stays")
  func permutesAlong() throws {
    let space = try tinySpace()
    let supernet = randomSupernet(space)
    let before = Array(supernet.weights.values)
    // Where each weight came from; exact, as there are few.
    let origins = TensorArena(space.tensorLayout)
    for index in origins.values.indices { origins.values[index] = Float(index) }
    let other = TensorArena(TensorLayout([("count", [3])]))
    for index in 0..<3 { other["count"][index] = Float(index) }
    supernet.sortChannels(supporting: [uniform(space, 4)], alsoPermuting: [origins, other])
    #expect(Array(supernet.weights.values) == origins.values.map { before[Int($0)] })
    #expect(Array(supernet.weights.values) != before)
    #expect(Array(other["count"]) == [0, 1, 2])
  }
}
