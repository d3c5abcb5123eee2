import OFAGraph
import Testing

@Suite("Signatures")
struct SignatureTests {
  /// A mobile block behind a first convolution, with all that a signature may tell.
  private struct Mobile {
    var size = 16
    var channels = 24
    var middle = 72
    var kernelSize = 5
    var stride = 1
    var activation = Activation.relu
    var hidden: Int? = 24
    var hasShortcut = true
    var prefix = "block"
    var tensorChannels = 96
    var isDelayed = false

    var signature: String {
      var graph = Graph(size, size, 3)
      var x = graph.dense(graph.input, "stem", channels: channels)
      if isDelayed {
        graph.beginBlock("another")
        x = graph.activation(x, "another", .hSwish)
      }
      graph.beginBlock(prefix)
      let filter = Weight(
        "\(prefix).expand", shape: [tensorChannels, channels, 1, 1], prefix: [middle, channels, 1, 1])
      var y = graph.convolution(x, "\(prefix).expand", kernelSize: 1, filter: filter)
      y = graph.normalized(y, "\(prefix).normalization")
      y = graph.activation(y, "\(prefix).activation", activation)
      y = graph.depthwise(y, "\(prefix).depthwise", kernelSize: kernelSize, stride: stride)
      if let hidden {
        var gate = graph.globalAveragePooling(y, "\(prefix).pool")
        gate = graph.dense(gate, "\(prefix).reduce", channels: hidden, hasBias: true)
        gate = graph.activation(gate, "\(prefix).relu", .relu)
        gate = graph.dense(gate, "\(prefix).expansion", channels: middle, hasBias: true)
        gate = graph.activation(gate, "\(prefix).sigmoid", .hSigmoid)
        y = graph.scaling(y, "\(prefix).scale", gate: gate)
      }
      y = graph.dense(y, "\(prefix).project", channels: channels)
      if hasShortcut && stride == 1 { y = graph.addition(x, y, "\(prefix).add") }
      graph.beginBlock("head")
      _ = graph.globalAveragePooling(y, "pool")
      return graph.signature(ofBlock: isDelayed ? 2 : 1)
    }
  }

  @Test("A block is told by its entering shape, operations, strides, activations, gates and shortcut")
  func wording() {
    #expect(
      Mobile().signature
        == "16x16x24 > conv1 72 relu dw5 pool conv1b 24 relu conv1b 72 h_sigmoid scale@3 conv1 24 add@0")
    var plain = Mobile()
    plain.hidden = nil
    plain.stride = 2
    #expect(plain.signature == "16x16x24 > conv1 72 relu dw5/2 conv1 24")
  }

  @Test("Equal work has equal keys, wherever the block stands and whatever its weights are called or sliced from")
  func equalWork() {
    var other = Mobile()
    other.prefix = "stages.3.1"
    other.tensorChannels = 144
    other.isDelayed = true
    #expect(other.signature == Mobile().signature)
  }

  @Test(
    "Any difference in the work shows",
    arguments: [
      \Mobile.size, \.channels, \.middle, \.kernelSize, \.stride,
    ] as [WritableKeyPath<Mobile, Int> & Sendable])
  private func differences(property: WritableKeyPath<Mobile, Int> & Sendable) {
    var changed = Mobile()
    changed[keyPath: property] += property == \.kernelSize ? 2 : 1
    #expect(changed.signature != Mobile().signature)
  }

  @Test("Activation, squeeze-and-excitation and shortcut show")
  func options() {
    var signatures: Set<String> = []
    for activation in [Activation.relu, .hSwish] {
      for hidden in [nil, 16, 24] {
        for hasShortcut in [false, true] {
          var block = Mobile()
          block.activation = activation
          block.hidden = hidden
          block.hasShortcut = hasShortcut
          signatures.insert(block.signature)
        }
      }
    }
    #expect(signatures.count == 12)
  }

  @Test("A graph's first block leaves out the input itself")
  func firstBlock() {
    var graph = Graph(8, 6, 3)
    let x = graph.dense(graph.input, "a", kernelSize: 3, stride: 2, channels: 4)
    _ = graph.normalized(x, "n")
    graph.beginBlock("head")
    _ = graph.linear(
      graph.globalAveragePooling(graph.output, "pool"), "l", weight: Weight("w", shape: [5, 4]), bias: nil)
    #expect(graph.signatures == ["8x6x3 > conv3/2 4", "4x3x4 > pool linear 5"])
    #expect(graph.nodes(ofBlock: 0) == 1..<3)
    #expect(graph.nodes(ofBlock: 1) == 3..<5)
  }

  @Test("Grouped convolutions tell their groups")
  func groups() {
    var graph = Graph(4, 4, 6)
    _ = graph.convolution(
      graph.input, "g", kernelSize: 3, groups: 3, filter: Weight("g", shape: [9, 2, 3, 3]))
    #expect(graph.signature(ofBlock: 0) == "4x4x6 > conv3g3 9")
  }
}
