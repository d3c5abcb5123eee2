import OFAFormats
import OFAGraph
import OFANumerics
import OFASpace
import Testing

@Suite("Spaces of one subnet")
struct NarrowingTests {
  @Test(
    "The one subnet has the graph that it has in its space, but for whole weights", arguments: SearchSpace.builtInNames)
  func sameNetwork(name: String) throws {
    let space = try SearchSpace.named(name)
    var generator = SeededGenerator(seed: 1, stream: "narrowing")
    let drawn = (0..<20).map { _ in space.randomSubnet(using: &generator) }
    for subnet in [space.largest, space.smallest] + drawn {
      let alone = space.narrowed(to: subnet)
      #expect(alone.largest == alone.smallest)
      let (graph, original) = (alone.graph(of: alone.largest), space.graph(of: subnet))
      #expect(graph.costs == original.costs)
      #expect(graph.nodes.map(\.name) == original.nodes.map(\.name))
      #expect(graph.nodes.map(\.operation) == original.nodes.map(\.operation))
      #expect(graph.nodes.map(\.inputs) == original.nodes.map(\.inputs))
      #expect(graph.nodes.map(\.outputs) == original.nodes.map(\.outputs))
      #expect(graph.blocks == original.blocks)
      // What a block's tensors are is what the subnet reads of them: whole, and nothing else.
      let shapes = Dictionary(uniqueKeysWithValues: alone.tensors.map { ($0.name, $0.shape) })
      let read = original.nodes.flatMap(\.weights)
      for weight in read { #expect(shapes[weight.tensor] == weight.shape, "\(weight.tensor)") }
      let idle = Set(shapes.keys).subtracting(read.map(\.tensor))
      #expect(idle.allSatisfy { $0.hasPrefix("stem.residual") })
    }
  }

  @Test("A deep stem without its second convolution stays without, whatever depth stands for that")
  func deepStem() throws {
    let text = try Documents.encode(SearchSpace.named(Name.resnet))
    let changed = text.replacing(try Regex(#"("deep": \{[^}]*"depths": \[)\s*0,"#)) {
      "\($0.output[1].substring ?? "")1,"
    }
    #expect(changed != text)
    let space = try space(changed)
    for subnet in [space.smallest, space.largest] {
      let alone = space.narrowed(to: subnet)
      #expect(alone.graph(of: alone.largest).costs == space.graph(of: subnet).costs)
    }
  }

  @Test("The document of such a space is read back as it was written")
  func document() throws {
    for name in SearchSpace.builtInNames {
      let space = try SearchSpace.named(name)
      var generator = SeededGenerator(seed: 2, stream: "narrowing")
      let alone = space.narrowed(to: space.randomSubnet(using: &generator))
      let text = try Documents.encode(alone)
      #expect(try Documents.decode(SearchSpace.self, from: text, at: name) == alone)
      #expect(try alone.subnet(id: alone.id(of: alone.largest)) == alone.largest)
    }
  }

  @Test("A block's choices must be some of its stage's, and as many blocks as there are")
  func refused() throws {
    let space = try SearchSpace.named("mini-32")
    let text = try Documents.encode(space.narrowed(to: space.largest))
    let changes = [
      ("\"kernelSizes\": [\n            5\n          ]", "\"kernelSizes\": [7]"),
      ("\"kernelSizes\": [\n            5\n          ]", "\"kernelSizes\": []"),
    ]
    for (old, new) in changes where text.contains(old) {
      #expect(throws: Failure.self) {
        try Documents.decode(SearchSpace.self, from: text.replacing(old, with: new), at: "space.json")
      }
    }
  }
}
