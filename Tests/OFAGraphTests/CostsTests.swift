import OFAGraph
import Testing

@Suite("Costs")
struct CostsTests {
  @Test("A strided convolution with bias costs what the formula says")
  func convolution() {
    var graph = Graph(7, 5, 3)
    _ = graph.dense(graph.input, "c", kernelSize: 3, stride: 2, channels: 4, hasBias: true)
    // Output 4 × 3 × 4; each value takes 3 · 3 · 3 products.
    #expect(graph[graph.output] == .image(height: 4, width: 3, channels: 4))
    let costs = graph.costs
    #expect(costs.multiplyAccumulates == 4 * 3 * 4 * 27)
    #expect(costs.parameters == 4 * 27 + 4)
    #expect(costs.weightBytes == 4 * (4 * 27 + 4))
    #expect(costs.peakActivationBytes == 4 * (7 * 5 * 3 + 4 * 3 * 4))
  }

  @Test("Depthwise, linear and pooling layers; normalizations fold into the bias of the convolution before them")
  func classifier() {
    var graph = Graph(4, 4, 2)
    var x = graph.dense(graph.input, "a", channels: 6)
    x = graph.normalized(x, "a.normalization")
    x = graph.activation(x, "a.activation", .relu)
    x = graph.depthwise(x, "b", kernelSize: 5)
    x = graph.normalized(x, "b.normalization")
    x = graph.globalAveragePooling(x, "pool")
    x = graph.linear(x, "c", weight: Weight("c.weight", shape: [10, 6]), bias: Weight("c.bias", shape: [10]))
    let costs = graph.costs
    #expect(costs.multiplyAccumulates == 16 * 2 * 6 + 16 * 25 * 6 + 60)
    #expect(costs.parameters == 12 + 12 + 150 + 12 + 60 + 10)
    #expect(costs.weightBytes == 4 * (12 + 6 + 150 + 6 + 60 + 10))
    // The two 4 × 4 × 6 images around the depthwise convolution.
    #expect(costs.peakActivationBytes == 4 * 2 * 96)
  }

  @Test("A convolution with a bias of its own and a normalization keeps one bias after folding")
  func biasAndNormalization() {
    var graph = Graph(1, 1, 2)
    let x = graph.dense(graph.input, "a", channels: 3, hasBias: true)
    _ = graph.normalized(x, "n")
    #expect(graph.costs.parameters == 6 + 3 + 6)
    #expect(graph.costs.weightBytes == 4 * (6 + 3))
  }

  @Test("A shortcut keeps the block's input until it is added, in place")
  func shortcut() {
    var graph = Graph(4, 4, 2)
    let x = graph.dense(graph.input, "a", channels: 2)
    var y = graph.dense(x, "b", channels: 8)
    y = graph.activation(y, "act", .hSwish)
    y = graph.dense(y, "c", channels: 2)
    _ = graph.addition(x, y, "add")
    // x (32), the expanded image (128) and the projected one (32); the addition overwrites one of its inputs.
    #expect(graph.costs.peakActivationBytes == 4 * (32 + 128 + 32))
  }

  @Test("A value that is read again is not overwritten")
  func noOverwriting() {
    var graph = Graph(2, 2, 1)
    let x = graph.dense(graph.input, "a", channels: 5)
    let y = graph.activation(x, "act", .relu)
    _ = graph.addition(x, y, "add")
    #expect(graph.costs.peakActivationBytes == 4 * (20 + 20))
  }

  @Test("A slice and a smaller kernel count with what they use, their transforms not at all")
  func derivedWeights() {
    var graph = Graph(3, 3, 4)
    let filter = Weight(
      "d.filter", shape: [9, 1, 7, 7], prefix: [4, 1, 7, 7],
      kernelSteps: [KernelStep(to: 5, matrix: "7to5"), KernelStep(to: 3, matrix: "5to3")])
    _ = graph.convolution(graph.input, "d", kernelSize: 3, groups: 4, filter: filter)
    #expect(graph.costs.parameters == 36)
    #expect(graph.costs.multiplyAccumulates == 9 * 36)
    #expect(graph.costs.weightBytes == 4 * 36)
  }

  @Test("On drawn graphs the peak is that of running them and freeing each value after its last reader")
  func peakByDefinition() {
    for seed in 0..<300 as Range<UInt64> {
      let graph = drawnGraph(seed: seed)
      #expect(graph.costs.peakActivationBytes == 4 * simulatedPeak(of: graph), "seed \(seed)")
    }
  }

  /// Runs the graph with values that are made, overwritten in place where that is allowed, and freed.
  private func simulatedPeak(of graph: Graph) -> Int {
    let nodes = graph.nodes
    func isRead(_ node: Int, from moment: Int) -> Bool {
      node == nodes.count - 1 || nodes[moment...].contains { $0.inputs.contains { $0.node == node } }
    }
    var live: Set<Int> = []
    var peak = 0
    for (index, node) in nodes.enumerated() {
      let isElementwise =
        switch node.operation {
        case .normalization, .activation, .scaling, .addition: true
        default: false
        }
      let overwritten = node.inputs.map(\.node).first {
        isElementwise && nodes[$0].outputs == node.outputs && !isRead($0, from: index + 1)
      }
      if let overwritten { live.remove(overwritten) }
      live.insert(index)
      peak = max(peak, live.reduce(0) { $0 + nodes[$1].outputs[0].count })
      live = live.filter { isRead($0, from: index + 1) }
    }
    return peak
  }

  private func drawnGraph(seed: UInt64) -> Graph {
    var generator = CaseGenerator(seed: seed)
    var graph = Graph(Int.random(in: 1...6, using: &generator), 4, Int.random(in: 1...3, using: &generator))
    var values = [graph.input]
    for index in 0..<Int.random(in: 1...12, using: &generator) {
      // Mostly the latest value, at times an older one.
      let old = values[Int.random(in: 0..<values.count, using: &generator)]
      let x = Bool.random(using: &generator) ? old : graph.output
      let twin = values.first { $0 != x && graph[$0] == graph[x] }
      let y =
        switch Int.random(in: 0..<6, using: &generator) {
        case 0:
          graph.dense(x, "\(index)", stride: 2, channels: Int.random(in: 1...4, using: &generator))
        case 1: graph.activation(x, "\(index)", .relu)
        case 2: graph.normalized(x, "\(index)")
        case 3: graph.scaling(x, "\(index)", gate: graph.globalAveragePooling(x, "\(index).pool"))
        case 4 where twin != nil: graph.addition(x, twin ?? x, "\(index)")
        default: graph.dense(x, "\(index)", channels: Int.random(in: 1...4, using: &generator))
        }
      values.append(y)
    }
    return graph
  }
}
