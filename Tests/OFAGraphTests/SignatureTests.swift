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

  @Test("A window's padding shows where it is not the usual, so that tables keep the keys that they have")
  func padding() {
    func signature(_ pooling: Pooling) -> String {
      var graph = Graph(16, 16, 3)
      _ = graph.pooling(graph.input, "pool", pooling)
      return graph.signature(ofBlock: 0)
    }
    #expect(signature(Pooling(.max, size: 3, stride: 2, padding: 1)) == "16x16x3 > max3/2")
    #expect(signature(Pooling(.max, size: 3, stride: 2, padding: 0)) == "16x16x3 > max3/2p0")
    #expect(signature(Pooling(.mean, size: 2, stride: 2)) == "16x16x3 > mean2/2")
    #expect(signature(Pooling(.mean, size: 2, stride: 2, padding: 1)) == "16x16x3 > mean2/2p1")
  }

  @Test("A depthwise convolution is told from one that joins channels in as many groups as it makes")
  func joiningGroups() {
    var graph = Graph(4, 4, 6)
    _ = graph.convolution(graph.input, "g", kernelSize: 3, groups: 3, filter: Weight("g", shape: [3, 2, 3, 3]))
    #expect(graph.signature(ofBlock: 0) == "4x4x6 > conv3g3 3")
  }

  @Test("A normalization that cannot fold shows, and a value that enters late shows where it is read")
  func exceptions() {
    var graph = Graph(4, 4, 6)
    let first = graph.activation(graph.input, "first", .relu)
    graph.beginBlock("second")
    let x = graph.dense(graph.normalized(first, "before"), "convolution", channels: 6)
    _ = graph.addition(graph.normalized(x, "after"), x, "sum")
    _ = graph.addition(graph.output, graph.input, "another")
    #expect(graph.signature(ofBlock: 1) == "4x4x6+4x4x6 > norm conv1 6 norm add@2 add@5")
  }

  @Test("Blocks that are drawn have equal keys only where they do equal work")
  func drawnBlocks() {
    var generator = CaseGenerator(seed: 41)
    var works: [String: DrawnBlock.Work] = [:]
    var different: Set<DrawnBlock.Work> = []
    var shared: [String] = []
    for _ in 0..<20_000 {
      let block = DrawnBlock(using: &generator)
      guard !block.work.steps.isEmpty else { continue }
      let signature = block.graph.signature(ofBlock: 0)
      if let known = works.updateValue(block.work, forKey: signature), known != block.work { shared.append(signature) }
      different.insert(block.work)
    }
    #expect(shared.isEmpty, "\(shared.count) times, such as \(shared.prefix(5))")
    #expect(works.count == different.count && different.count > 5_000)
  }
}

/// A chain of one to three operations of few sizes, so that many differ in one of their attributes only.
private struct DrawnBlock {
  /// What a key is to tell, each operation with all of its attributes.
  struct Work: Hashable {
    var entering: Shape
    var steps: [Step] = []
  }

  enum Step: Hashable {
    case convolution(Convolution, channels: Int, hasBias: Bool)
    case linear(channels: Int, hasBias: Bool)
    case normalization
    case activation(Activation)
    case pooling(Pooling)
    case globalAveragePooling
    /// Of the value just made and of another, by their order.
    case scaling(other: Int)
    case addition(other: Int)
  }

  var graph: Graph
  var work: Work

  init(using generator: inout CaseGenerator) {
    let sizes = [1, 2, 4]
    func size() -> Int { sizes.randomElement(using: &generator) ?? 1 }
    graph = Graph(size(), size(), size())
    work = Work(entering: graph[graph.input])
    var values = [graph.input]
    for index in 0..<Int.random(in: 1...3, using: &generator) {
      let x = values[values.count - 1]
      let channels = graph[x].channels
      let name = "\(index)"
      switch Int.random(in: 0..<8, using: &generator) {
      case 0, 1:
        let outputs = size()
        let groups = [1, 2, 4].filter { channels % $0 == 0 && outputs % $0 == 0 }.randomElement(using: &generator) ?? 1
        let convolution = Convolution(
          kernelSize: [1, 3].randomElement(using: &generator) ?? 1, stride: Int.random(in: 1...2, using: &generator),
          groups: groups)
        let hasBias = Bool.random(using: &generator)
        let k = convolution.kernelSize
        let y = graph.convolution(
          x, name, kernelSize: k, stride: convolution.stride, groups: groups,
          filter: Weight(name, shape: [outputs, channels / groups, k, k]),
          bias: hasBias ? Weight(name + ".bias", shape: [outputs]) : nil)
        work.steps.append(.convolution(convolution, channels: outputs, hasBias: hasBias))
        // Folds, so that it is no work.
        values.append(Bool.random(using: &generator) ? graph.normalized(y, name + ".normalization") : y)
      case 2:
        let activation = Activation.allCases.randomElement(using: &generator) ?? .relu
        values.append(graph.activation(x, name, activation))
        work.steps.append(.activation(activation))
      case 3:
        let side = Int.random(in: 1...3, using: &generator)
        let pooling = Pooling(
          Bool.random(using: &generator) ? .max : .mean, size: side, stride: Int.random(in: 1...2, using: &generator),
          padding: Int.random(in: 0..<side, using: &generator))
        values.append(graph.pooling(x, name, pooling))
        work.steps.append(.pooling(pooling))
      case 4:
        values.append(graph.globalAveragePooling(x, name))
        work.steps.append(.globalAveragePooling)
      case 5:
        guard graph[x].positions == 1 else { continue }
        let outputs = size()
        let hasBias = Bool.random(using: &generator)
        values.append(
          graph.linear(
            x, name, weight: Weight(name, shape: [outputs, channels]),
            bias: hasBias ? Weight(name + ".bias", shape: [outputs]) : nil))
        work.steps.append(.linear(channels: outputs, hasBias: hasBias))
      case 6:
        let others = values.indices.filter { graph[values[$0]] == graph[x] }
        guard let other = others.randomElement(using: &generator) else { continue }
        values.append(graph.addition(x, values[other], name))
        work.steps.append(.addition(other: other))
      default:
        let gates = values.indices.filter { graph[values[$0]].positions == 1 && graph[values[$0]].channels == channels }
        if let gate = gates.randomElement(using: &generator) {
          values.append(graph.scaling(x, name, gate: values[gate]))
          work.steps.append(.scaling(other: gate))
        } else {
          guard case .convolution = graph.nodes[x.node].operation else {
            values.append(graph.normalized(x, name))
            work.steps.append(.normalization)
            continue
          }
        }
      }
    }
  }
}
