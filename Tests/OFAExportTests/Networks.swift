import OFAGraph
import Testing

/// A small network with weights and the name of what it is about.
struct Network: CustomTestStringConvertible {
  var testDescription: String
  var graph: Graph
  var folded: [Int: (filter: [Float], bias: [Float])]

  /// A network with one block, whose layers `build` appends, and random weights.
  init(_ description: String, input: Shape, seed: UInt64 = 1, _ build: (inout Graph) -> Void) {
    testDescription = description
    graph = Graph(input: input, block: "all")
    build(&graph)
    folded = [:]
    var draws = Draws(state: seed)
    for (index, node) in graph.nodes.enumerated() {
      switch node.operation {
      case .convolution, .linear:
        let inputs = node.weights[0].count / node.weights[0].shape[0]
        // Of the size that keeps activations near one, so that every part of every activation is reached.
        let bound = 1.7 / Float(inputs).squareRoot()
        folded[index] = (
          filter: draws.values(node.weights[0].count, in: -bound...bound),
          bias: isBiased(index) ? draws.values(node.weights[0].shape[0], in: -1...1) : []
        )
      default: break
      }
    }
  }

  /// A layer has a bias of its own or by the normalization after it.
  private func isBiased(_ index: Int) -> Bool {
    let node = graph.nodes[index]
    if node.weights.count == 2 { return true }
    guard index + 1 < graph.nodes.count, case .normalization = graph.nodes[index + 1].operation else { return false }
    return true
  }

  /// One network for each way in which the exporter can be asked to write an operation.
  static let all: [Network] =
    [
      Network("a convolution with bias", input: .image(height: 5, width: 7, channels: 3)) {
        _ = $0.convolve($0.input, "c", 4, kernelSize: 3, bias: true)
      },
      Network("a convolution without bias, of one channel", input: .image(height: 4, width: 4, channels: 1)) {
        _ = $0.convolve($0.input, "c", 1, kernelSize: 3)
      },
      Network("strides over even and odd sizes", input: .image(height: 8, width: 9, channels: 2)) {
        let x = $0.convolve($0.input, "a", 3, kernelSize: 3, stride: 2)
        _ = $0.convolve(x, "b", 2, kernelSize: 5, stride: 2)
      },
      Network("a depthwise kernel larger than the image", input: .image(height: 3, width: 2, channels: 4)) {
        _ = $0.convolve($0.input, "d", 4, kernelSize: 7, groups: 4, bias: true)
      },
      Network("a depthwise stride", input: .image(height: 6, width: 6, channels: 5)) {
        _ = $0.convolve($0.input, "d", 5, kernelSize: 5, stride: 2, groups: 5)
      },
      Network("groups", input: .image(height: 4, width: 5, channels: 6)) {
        _ = $0.convolve($0.input, "g", 4, kernelSize: 3, groups: 2)
      },
      Network("a normalization folded at the end", input: .image(height: 4, width: 4, channels: 2)) {
        let x = $0.convolve($0.input, "c", 3, kernelSize: 3)
        _ = $0.normalize(x, "n")
      },
      Network("normalizations folded in between", input: .image(height: 4, width: 4, channels: 2)) {
        var x = $0.normalize($0.convolve($0.input, "c", 3, kernelSize: 3), "n")
        x = $0.activation(x, "r", .relu)
        x = $0.normalize($0.convolve(x, "d", 4, kernelSize: 1), "m")
        _ = $0.globalAveragePooling(x, "p")
      },
      Network("squeeze-and-excitation by convolutions", input: .image(height: 5, width: 4, channels: 3)) {
        var gate = $0.globalAveragePooling($0.input, "pool")
        gate = $0.activation($0.convolve(gate, "reduce", 2, kernelSize: 1, bias: true), "relu", .relu)
        gate = $0.activation($0.convolve(gate, "expand", 3, kernelSize: 1, bias: true), "gate", .hSigmoid)
        _ = $0.scaling($0.input, "scale", gate: gate)
      },
      Network("squeeze-and-excitation by linear layers", input: .image(height: 5, width: 4, channels: 3)) {
        var gate = $0.globalAveragePooling($0.input, "pool")
        gate = $0.activation($0.connect(gate, "reduce", 2), "relu", .relu)
        gate = $0.activation($0.connect(gate, "expand", 3), "gate", .hSigmoid)
        let x = $0.scaling($0.input, "scale", gate: gate)
        _ = $0.scaling(x, "again", gate: gate)
      },
      Network("a sum of images", input: .image(height: 4, width: 4, channels: 3)) {
        let x = $0.convolve($0.input, "c", 3, kernelSize: 3)
        _ = $0.addition($0.input, x, "sum")
      },
      Network("sums of vectors and of a vector and an image", input: .image(height: 3, width: 3, channels: 4)) {
        let pooled = $0.globalAveragePooling($0.input, "pool")
        let a = $0.connect(pooled, "a", 4)
        let b = $0.connect(pooled, "b", 4, bias: false)
        let vectors = $0.addition(a, b, "vectors")
        _ = $0.addition(vectors, pooled, "mixed")
      },
      Network("linear layers in a row", input: .image(height: 2, width: 2, channels: 6)) {
        var x = $0.globalAveragePooling($0.input, "pool")
        x = $0.activation($0.connect(x, "a", 5), "h", .hSwish)
        _ = $0.connect(x, "b", 3, bias: false)
      },
      Network("a normalization folded into a linear layer", input: .image(height: 2, width: 2, channels: 6)) {
        let x = $0.normalize($0.connect($0.globalAveragePooling($0.input, "pool"), "a", 5, bias: false), "n")
        _ = $0.connect($0.activation(x, "relu", .relu), "b", 3)
      },
      Network("the largest of windows", input: .image(height: 9, width: 6, channels: 3)) {
        _ = $0.pooling($0.input, "max", Pooling(.max, size: 3, stride: 2, padding: 1))
      },
      Network("means over windows that the edge cuts", input: .image(height: 9, width: 6, channels: 3)) {
        let x = $0.pooling($0.input, "mean", Pooling(.mean, size: 2, stride: 2))
        _ = $0.pooling(x, "overlapping", Pooling(.mean, size: 3, stride: 1, padding: 1))
      },
      Network("a convolution that makes the logits", input: .image(height: 3, width: 3, channels: 4)) {
        _ = $0.convolve($0.globalAveragePooling($0.input, "pool"), "logits", 5, kernelSize: 1, bias: true)
      },
      Network("a 1 × 1 input", input: .image(height: 1, width: 1, channels: 7)) {
        _ = $0.connect($0.input, "fc", 2)
      },
      Network("a block of each kind, as the spaces build them", input: .image(height: 9, width: 9, channels: 3)) {
        var x = $0.normalize($0.convolve($0.input, "stem", 4, kernelSize: 3, stride: 2), "stem.norm")
        x = $0.activation(x, "stem.activation", .hSwish)
        let entering = x
        x = $0.normalize($0.convolve(x, "expand", 8, kernelSize: 1), "expand.norm")
        x = $0.activation(x, "expand.activation", .relu6)
        x = $0.normalize($0.convolve(x, "depthwise", 8, kernelSize: 5, groups: 8), "depthwise.norm")
        x = $0.activation(x, "depthwise.activation", .relu)
        var gate = $0.globalAveragePooling(x, "squeeze")
        gate = $0.activation($0.convolve(gate, "squeeze.reduce", 3, kernelSize: 1, bias: true), "squeeze.relu", .relu)
        gate = $0.activation(
          $0.convolve(gate, "squeeze.expand", 8, kernelSize: 1, bias: true), "squeeze.gate", .hSigmoid)
        x = $0.scaling(x, "squeeze.scale", gate: gate)
        x = $0.normalize($0.convolve(x, "project", 4, kernelSize: 1), "project.norm")
        x = $0.addition(x, entering, "skip")
        x = $0.globalAveragePooling(x, "head.pool")
        x = $0.activation($0.convolve(x, "head.mix", 6, kernelSize: 1), "head.activation", .hSwish)
        _ = $0.connect(x, "head.classifier", 10)
      },
    ]
    + Activation.allCases.map { activation in
      Network("\(activation.rawValue)", input: .image(height: 40, width: 5, channels: 2)) {
        // Wide enough a range to reach both bends of every activation.
        let wide = $0.addition($0.input, $0.input, "twice")
        let wider = $0.addition(wide, wide, "fourfold")
        _ = $0.activation(wider, "activation", activation)
      }
    }
}

extension Graph {
  mutating func convolve(
    _ x: Value, _ name: String, _ channels: Int, kernelSize: Int, stride: Int = 1, groups: Int = 1, bias: Bool = false
  ) -> Value {
    convolution(
      x, name, kernelSize: kernelSize, stride: stride, groups: groups,
      filter: Weight(name, shape: [channels, self[x].channels / groups, kernelSize, kernelSize]),
      bias: bias ? Weight(name + ".bias", shape: [channels]) : nil)
  }

  mutating func normalize(_ x: Value, _ name: String) -> Value {
    let channels = [self[x].channels]
    return normalization(
      x, name, epsilon: 1e-5, scale: Weight(name + ".scale", shape: channels),
      shift: Weight(name + ".shift", shape: channels))
  }

  mutating func connect(_ x: Value, _ name: String, _ channels: Int, bias: Bool = true) -> Value {
    linear(
      x, name, weight: Weight(name, shape: [channels, self[x].channels]),
      bias: bias ? Weight(name + ".bias", shape: [channels]) : nil)
  }
}

/// Reproducible draws: the high halves of a linear congruential generator.
struct Draws: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let high = state >> 32
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return high << 32 | state >> 32
  }

  mutating func values(_ count: Int, in range: ClosedRange<Float>) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }
}
