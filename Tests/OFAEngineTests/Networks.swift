import NaiveReference
import OFAEngine
import OFAGraph
import Testing

/// Small networks that hold every operation and every shape class that the spaces can make.
struct Network: CustomTestStringConvertible, Sendable {
  var name: String
  var graph: Graph
  var batch = 3

  var testDescription: String { name }

  /// Every supernet tensor that the graph reads, matrices included.
  var layout: TensorLayout {
    var tensors: [(name: String, shape: [Int])] = []
    func add(_ name: String, _ shape: [Int]) {
      if !tensors.contains(where: { $0.name == name }) { tensors.append((name, shape)) }
    }
    for weight in graph.nodes.flatMap(\.weights) {
      add(weight.tensor, weight.tensorShape)
      for step in weight.kernelSteps {
        let taps = step.kernelSize * step.kernelSize
        if let matrix = step.matrix { add(matrix, [taps, taps]) }
      }
    }
    return TensorLayout(tensors)
  }

  /// Random weights: matrices near the identity, scales near one.
  func weights(seed: UInt64) -> TensorArena {
    let arena = TensorArena(layout)
    var generator = Draws(seed: seed)
    for entry in layout.entries {
      let values = arena[entry.name]
      let fan = Float(max(1, entry.count / entry.shape[0]))
      for index in 0..<entry.count {
        let draw = generator.uniform()
        if entry.name.contains("to") {
          values[index] = draw * 0.1 + (index / entry.shape[0] == index % entry.shape[0] ? 1 : 0)
        } else if entry.name.hasSuffix("scale") {
          values[index] = 1 + draw * 0.5
        } else {
          values[index] = draw * 1.7 / fan.squareRoot()
        }
      }
    }
    return arena
  }

  func images(seed: UInt64) -> [Float] {
    var generator = Draws(seed: seed)
    return (0..<batch * graph[graph.input].count).map { _ in generator.uniform() * 2 }
  }

  func reference(_ weights: TensorArena) -> Reference {
    let pairs = layout.entries.map { ($0.name, weights[$0.name].map(Double.init)) }
    return Reference(graph: graph, batch: batch, tensors: Dictionary(uniqueKeysWithValues: pairs))
  }
}

/// A generator of the tests' own.
struct Draws {
  var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  /// A number in −1 ..< 1.
  mutating func uniform() -> Float {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Float(state >> 40) / Float(1 << 23) - 1
  }
}

extension Network {
  /// A block as in MobileNetV3, cut from tensors that are wider and have larger kernels.
  static func append(
    to graph: inout Graph, _ name: String, expand: Int?, kernelSize: Int, stride: Int, output: Int,
    activation: Activation, hidden: Int? = nil, spare: Int = 4, skip: Bool = true
  ) {
    func prefix(_ tensor: String, _ counts: [Int], whole: [Int]) -> Weight {
      Weight("\(name).\(tensor)", shape: whole, prefix: counts)
    }
    func normalized(_ value: Graph.Value, _ stage: String, spare: Int) -> Graph.Value {
      let channels = graph[value].channels
      return graph.normalization(
        value, "\(name).\(stage).normalization", epsilon: 1e-5,
        scale: prefix("\(stage).scale", [channels], whole: [channels + spare]),
        shift: prefix("\(stage).shift", [channels], whole: [channels + spare]))
    }
    let input = graph.output
    var x = input
    let middle = expand ?? graph[x].channels
    if expand != nil {
      x = graph.convolution(
        x, "\(name).expand", kernelSize: 1,
        filter: prefix(
          "expand.filter", [middle, graph[x].channels, 1, 1], whole: [middle + spare, graph[x].channels, 1, 1]))
      x = graph.activation(normalized(x, "expand", spare: spare), "\(name).expand.activation", activation)
    }
    var steps: [KernelStep] = []
    if kernelSize < 7 { steps.append(KernelStep(to: 5, matrix: "\(name).7to5")) }
    if kernelSize < 5 { steps.append(KernelStep(to: 3, matrix: "\(name).5to3")) }
    if kernelSize < 3 { steps.append(KernelStep(to: 1, matrix: nil)) }
    let side = max(kernelSize, 7)
    x = graph.convolution(
      x, "\(name).depthwise", kernelSize: kernelSize, stride: stride, groups: middle,
      filter: Weight(
        "\(name).depthwise.filter", shape: [middle + spare, 1, side, side], prefix: [middle, 1, side, side],
        kernelSteps: steps))
    x = graph.activation(normalized(x, "depthwise", spare: spare), "\(name).depthwise.activation", activation)
    if let hidden {
      var gate = graph.globalAveragePooling(x, "\(name).pool")
      gate = graph.convolution(
        gate, "\(name).reduce", kernelSize: 1,
        filter: prefix("reduce.filter", [hidden, middle, 1, 1], whole: [hidden + 3, middle + spare, 1, 1]),
        bias: prefix("reduce.bias", [hidden], whole: [hidden + 3]))
      gate = graph.activation(gate, "\(name).reduce.activation", .relu)
      gate = graph.convolution(
        gate, "\(name).restore", kernelSize: 1,
        filter: prefix("restore.filter", [middle, hidden, 1, 1], whole: [middle + spare, hidden + 3, 1, 1]),
        bias: prefix("restore.bias", [middle], whole: [middle + spare]))
      gate = graph.activation(gate, "\(name).gate", .hSigmoid)
      x = graph.scaling(x, "\(name).scale", gate: gate)
    }
    x = graph.convolution(
      x, "\(name).project", kernelSize: 1,
      filter: prefix("project.filter", [output, middle, 1, 1], whole: [output, middle + spare, 1, 1]))
    x = normalized(x, "project", spare: 0)
    if skip, graph[x] == graph[input] { _ = graph.addition(x, input, "\(name).sum") }
  }

  /// A bottleneck of ResNet-D that reads and makes prefixes of its tensors: three convolutions, and a shortcut through
  /// a mean over windows and a convolution where it changes the shape.
  static func appendBottleneck(
    to graph: inout Graph, _ name: String, middle: Int, stride: Int, output: Int, spare: Int = 3
  ) {
    func layer(_ value: Graph.Value, _ layer: String, _ channels: Int, kernelSize: Int = 1, stride: Int = 1)
      -> Graph.Value
    {
      let inputs = graph[value].channels
      let x = graph.convolution(
        value, "\(name).\(layer)", kernelSize: kernelSize, stride: stride,
        filter: Weight(
          "\(name).\(layer).filter", shape: [channels + spare, inputs + spare, kernelSize, kernelSize],
          prefix: [channels, inputs, kernelSize, kernelSize]))
      return graph.normalization(
        x, "\(name).\(layer).normalization", epsilon: 1e-5,
        scale: Weight("\(name).\(layer).scale", shape: [channels + spare], prefix: [channels]),
        shift: Weight("\(name).\(layer).shift", shape: [channels + spare], prefix: [channels]))
    }
    let input = graph.output
    var x = graph.activation(layer(input, "reduce", middle), "\(name).reduce.activation", .relu)
    x = layer(x, "spatial", middle, kernelSize: 3, stride: stride)
    x = layer(graph.activation(x, "\(name).spatial.activation", .relu), "expand", output)
    var shortcut = input
    if graph[x] != graph[input] {
      if stride > 1 {
        shortcut = graph.pooling(shortcut, "\(name).pool", Pooling(.mean, size: stride, stride: stride))
      }
      shortcut = layer(shortcut, "downsample", output)
    }
    _ = graph.activation(graph.addition(x, shortcut, "\(name).sum"), "\(name).activation", .relu)
  }

  /// An input, a first convolution over all channels, then whatever `body` appends, then a head like MobileNetV3's.
  static func network(
    _ name: String, size: Int, width: Int? = nil, channels: Int = 3, stem: Int = 8, stemKernel: Int = 3,
    stemStride: Int = 1, batch: Int = 3, _ body: (inout Graph) -> Void
  ) -> Network {
    var graph = Graph(input: .image(height: size, width: width ?? size, channels: channels), block: "stem")
    var x = graph.convolution(
      graph.input, "stem", kernelSize: stemKernel, stride: stemStride,
      filter: Weight("stem.filter", shape: [stem, channels, stemKernel, stemKernel]))
    x = graph.normalization(
      x, "stem.normalization", epsilon: 1e-5, scale: Weight("stem.scale", shape: [stem]),
      shift: Weight("stem.shift", shape: [stem]))
    _ = graph.activation(x, "stem.activation", .hSwish)
    graph.beginBlock("body")
    body(&graph)
    graph.beginBlock("head")
    x = graph.globalAveragePooling(graph.output, "pool")
    x = graph.convolution(
      x, "mix", kernelSize: 1, filter: Weight("mix.filter", shape: [13, graph[x].channels, 1, 1]))
    x = graph.activation(x, "mix.activation", .hSwish)
    _ = graph.linear(
      x, "classifier", weight: Weight("classifier.weight", shape: [5, 13]), bias: Weight("classifier.bias", shape: [5]))
    return Network(name: name, graph: graph, batch: batch)
  }

  /// A window as large as a space may have.
  static let largestWindow = network("the largest window that a space may have", size: 5, stemKernel: 63) {
    append(to: &$0, "block", expand: 16, kernelSize: 3, stride: 1, output: 8, activation: .relu)
  }

  /// The cases of every test that runs whole networks.
  static let all: [Network] = {
    var cases: [Network] = []
    for kernelSize in [1, 3, 5, 7] {
      for stride in [1, 2] {
        cases.append(
          network("kernel \(kernelSize) stride \(stride)", size: 9) {
            append(
              to: &$0, "block", expand: 24, kernelSize: kernelSize, stride: stride, output: 8, activation: .hSwish)
          })
      }
    }
    cases.append(
      network("squeeze and excitation with a residual sum", size: 6) {
        append(to: &$0, "one", expand: 24, kernelSize: 3, stride: 1, output: 8, activation: .relu, hidden: 8)
        append(to: &$0, "two", expand: 40, kernelSize: 5, stride: 1, output: 8, activation: .hSwish, hidden: 16)
      })
    cases.append(
      network("no expansion, one channel, odd and unequal sides", size: 7, width: 5, channels: 1) {
        append(to: &$0, "first", expand: nil, kernelSize: 3, stride: 1, output: 8, activation: .relu)
        append(to: &$0, "second", expand: 13, kernelSize: 3, stride: 2, output: 11, activation: .relu6)
      })
    cases.append(
      network("image smaller than the kernel", size: 2, stemStride: 2, batch: 9) {
        append(to: &$0, "block", expand: 17, kernelSize: 7, stride: 2, output: 24, activation: .hSwish, hidden: 5)
      })
    cases.append(
      network("wide, several panels and tiles", size: 12, stem: 20, stemKernel: 5, stemStride: 2, batch: 5) {
        append(to: &$0, "wide", expand: 104, kernelSize: 5, stride: 1, output: 20, activation: .hSwish, hidden: 24)
        append(to: &$0, "down", expand: 72, kernelSize: 7, stride: 2, output: 56, activation: .relu)
      })
    cases.append(
      network("convolutions over all channels inside", size: 7, stem: 8) { graph in
        var x = graph.convolution(
          graph.output, "inner", kernelSize: 3, stride: 2, filter: Weight("inner.filter", shape: [12, 8, 3, 3]))
        x = graph.normalization(
          x, "inner.normalization", epsilon: 1e-3, scale: Weight("inner.scale", shape: [12]),
          shift: Weight("inner.shift", shape: [12]))
        x = graph.activation(x, "inner.activation", .relu)
        let branch = graph.convolution(
          x, "branch", kernelSize: 3, filter: Weight("branch.filter", shape: [12, 12, 3, 3]),
          bias: Weight("branch.bias", shape: [12]))
        x = graph.addition(graph.activation(branch, "branch.activation", .relu6), x, "sum")
        x = graph.activation(x, "sum.activation", .relu)
        _ = graph.addition(x, branch, "second sum")
      })
    for size in [8, 9] {
      cases.append(
        network("bottlenecks after the largest of windows, side \(size)", size: size, stem: 20) {
          _ = $0.pooling($0.output, "max", Pooling(.max, size: 3, stride: 2, padding: 1))
          appendBottleneck(to: &$0, "widening", middle: 9, stride: 1, output: 24)
          appendBottleneck(to: &$0, "keeping", middle: 17, stride: 1, output: 24)
          appendBottleneck(to: &$0, "shrinking", middle: 12, stride: 2, output: 32)
        })
    }
    cases.append(
      network("windows that overlap, reach out and leave gaps", size: 11, width: 7, stem: 18) {
        var x = $0.pooling($0.output, "mean", Pooling(.mean, size: 3, stride: 2, padding: 2))
        x = $0.pooling(x, "gaps", Pooling(.mean, size: 1, stride: 2))
        _ = $0.addition(x, $0.pooling(x, "max", Pooling(.max, size: 2, stride: 1)), "sum")
      })
    cases.append(
      network("a gated value that a depthwise kernel and an activation read", size: 6, stem: 20) { graph in
        let image = graph.output
        var gate = graph.convolution(
          graph.globalAveragePooling(image, "pool inside"), "gate", kernelSize: 1,
          filter: Weight("gate.filter", shape: [20, 20, 1, 1]), bias: Weight("gate.bias", shape: [20]))
        gate = graph.activation(gate, "gate.activation", .hSigmoid)
        let gated = graph.scaling(image, "scale", gate: gate)
        var x = graph.convolution(
          gated, "depthwise", kernelSize: 3, groups: 20, filter: Weight("depthwise.filter", shape: [20, 1, 3, 3]))
        x = graph.normalization(
          x, "normalization", epsilon: 1e-5, scale: Weight("inner.scale", shape: [20]),
          shift: Weight("inner.shift", shape: [20]))
        _ = graph.addition(x, graph.activation(gated, "gated.activation", .hSwish), "sum inside")
      })
    // Depthwise kernels take the pixels of a row eight or four at a time, blocks at its end overlap, and their rings of
    // rows wrap.
    for (kernelSize, stride, height, width) in [
      (3, 1, 3, 15), (5, 1, 9, 11), (7, 1, 10, 15), (3, 2, 9, 14), (7, 2, 19, 30),
      // Sizes for which there is no kernel of their own.
      (9, 1, 10, 19), (9, 3, 13, 20), (3, 4, 9, 17), (1, 3, 7, 11), (11, 16, 20, 33),
    ] {
      cases.append(
        network("rows of \(width) pixels, kernel \(kernelSize) stride \(stride)", size: height, width: width) {
          append(to: &$0, "block", expand: 19, kernelSize: kernelSize, stride: stride, output: 8, activation: .hSwish)
        })
    }
    return cases
  }()
}
