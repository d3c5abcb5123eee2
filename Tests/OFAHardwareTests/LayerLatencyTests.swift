import OFAFormats
import OFAGraph
import OFAHardware
import OFANumerics
import OFARegression
import TestSupport
import Testing

@Suite struct LayerLatencyTests {
  private func layer(
    _ kind: String, _ inputs: Int, _ outputs: Int, _ kernel: Int, _ stride: Int, _ size: Int
  ) -> Layer {
    Layer(kind, inputChannels: inputs, outputChannels: outputs, kernelSize: kernel, stride: stride, inputSize: size)
  }

  @Test("Amounts are those of the layers' definitions")
  func amounts() {
    func check(_ layer: Layer, _ macs: Double, _ inputs: Double, _ outputs: Double, _ weights: Double) {
      #expect(LayerLatency.terms(of: layer) == [1, macs, inputs, outputs, weights], "\(layer)")
    }
    check(layer("conv", 3, 8, 3, 2, 7), 9 * 3 * 8 * 16, 3 * 49, 8 * 16, 9 * 3 * 8)
    check(layer("conv1x1", 8, 4, 1, 1, 5), 32 * 25, 200, 100, 32)
    check(layer("dwconv", 8, 8, 5, 2, 6), 25 * 8 * 9, 8 * 36, 8 * 9, 200)
    check(layer("fc", 16, 10, 1, 1, 1), 160, 16, 10, 160)
    check(layer("se", 8, 2, 0, 1, 5), 2 * 8 * 2 + 2 * 8 * 25, 200, 200, 32)
    check(layer("add", 8, 8, 0, 1, 5), 0, 400, 200, 0)
    check(layer("gap", 8, 8, 5, 1, 5), 0, 200, 8, 0)
    check(layer("a word of a table's own", 8, 8, 3, 2, 5), 0, 200, 72, 0)
  }

  /// A network of two blocks: a convolution with all that folds into it; squeeze-and-excitation, a projection, a sum
  /// and a classifier.
  private func graph() -> Graph {
    func filter(_ name: String, _ shape: [Int]) -> Weight { Weight(name, shape: shape) }
    var graph = Graph(input: .image(height: 8, width: 8, channels: 3), block: "a")
    var x = graph.convolution(graph.input, "c", kernelSize: 3, stride: 2, filter: filter("c", [8, 3, 3, 3]))
    x = graph.activation(x, "r", .relu)
    graph.beginBlock("b")
    let y = graph.convolution(x, "d", kernelSize: 5, groups: 8, filter: filter("d", [8, 1, 5, 5]))
    var gate = graph.globalAveragePooling(y, "m")
    gate = graph.convolution(gate, "s", kernelSize: 1, filter: filter("s", [2, 8, 1, 1]))
    gate = graph.activation(gate, "t", .relu)
    gate = graph.convolution(gate, "e", kernelSize: 1, filter: filter("e", [8, 2, 1, 1]))
    let z = graph.scaling(y, "g", gate: gate)
    let p = graph.convolution(z, "p", kernelSize: 1, filter: filter("p", [8, 8, 1, 1]))
    x = graph.addition(x, p, "+")
    x = graph.globalAveragePooling(x, "l")
    _ = graph.linear(x, "f", weight: filter("f", [10, 8]), bias: nil)
    return graph
  }

  @Test("A graph's layers are those of a table, and go with the block they are in")
  func layers() {
    #expect(graph().layers(ofBlock: 0) == [layer("conv", 3, 8, 3, 2, 8)])
    #expect(
      graph().layers(ofBlock: 1) == [
        layer("dwconv", 8, 8, 5, 1, 4), layer("se", 8, 2, 0, 1, 4), layer("conv1x1", 8, 8, 1, 1, 4),
        layer("add", 8, 8, 0, 1, 4), layer("gap", 8, 8, 0, 1, 4), layer("fc", 8, 10, 1, 1, 1),
      ])
  }

  private func profile(trees: BoostedTrees? = nil) -> DeviceProfile {
    let groups = Set(graph().layers.map(LayerLatency.Group.init(of:)))
    let rates = groups.sorted().enumerated().map { ($1, [1000 * Double($0 + 1), 1, 2, 3, 4]) }
    return DeviceProfile(
      device: DeviceProfile.Device(name: "board"), measurement: DeviceProfile.Measurement(runner: "fitted"),
      correction: LatencyCorrection(
        interceptMilliseconds: 0.5, slope: 1,
        error: PredictionError(
          networks: 9, withinFivePercent: 1, withinTenPercent: 1, spearman: 1, relativeErrorP90: 0.1)),
      layers: LayerLatency(rates: Dictionary(uniqueKeysWithValues: rates), trees: trees))
  }

  private var trees: BoostedTrees {
    var generator = SeededGenerator(seed: 1, stream: "trees")
    let rows = (0..<40).map { _ in (0..<LayerLatency.featureCount).map { _ in 10 * generator.uniform() } }
    return BoostedTrees(
      fitting: Samples(features: Matrix(rows), targets: rows.map { 0.1 * $0[1] - 0.3 }), trees: 5, seed: 1)
  }

  @Test("A network takes the sum over its layers by the formula, and blocks add up to it", arguments: [false, true])
  func sum(withTrees: Bool) throws {
    let profile = profile(trees: withTrees ? trees : nil)
    let layers = try #require(profile.layers)
    var expected = 0.5
    for layer in graph().layers {
      let place = try #require(layers.groups.firstIndex(of: LayerLatency.Group(of: layer)))
      let time = zip(layers.rates[place], LayerLatency.terms(of: layer)).reduce(0) { $0 + 1e-6 * $1.0 * $1.1 }
      let features = Matrix([try layers.features(of: layer)])
      let change = layers.trees?.predictions(for: features)[0] ?? 0
      expected += time * max(0, 1 + change)
    }
    let estimate = try profile.latency(of: graph())
    #expect(abs(estimate.milliseconds - expected) < 1e-12)
    #expect(abs(estimate.high - 1.1 * expected) < 1e-12 && abs(estimate.low - 0.9 * expected) < 1e-12)
    let blocks = try (0..<2).map { try profile.entry(ofBlock: $0, in: graph()).milliseconds }
    #expect(abs(0.5 + blocks[0] + blocks[1] - expected) < 1e-12)
  }

  @Test("A block that the table has is the table's")
  func table() throws {
    var profile = profile()
    profile.table.entries[graph().signatures[0]] = .median(7, p10: nil, p90: nil, count: 1)
    #expect(try profile.entry(ofBlock: 0, in: graph()).milliseconds == 7)
    #expect(try profile.entry(ofBlock: 1, in: graph()) == self.profile().entry(ofBlock: 1, in: graph()))
  }

  @Test("A layer of a group that no fit saw is named")
  func missing() throws {
    var profile = profile()
    profile.layers = LayerLatency(rates: [LayerLatency.Group(of: layer("conv", 3, 8, 3, 2, 8)): [1, 1, 1, 1, 1]])
    let failure = #expect(throws: Failure.self) { try profile.latency(of: graph()) }
    #expect(failure?.kind == .badData && failure?.place == "board")
    #expect(failure?.message.contains("\"dwconv\" of kernel 5 and stride 1") == true)
  }

  @Test("A fitted profile that was written and read is the same, and equal profiles have equal bytes")
  func roundTrip() throws {
    for profile in [profile(), profile(trees: trees)] {
      let text = try Documents.encode(profile)
      let read = try Documents.decode(DeviceProfile.self, from: text, at: "p.json")
      #expect(read == profile)
      #expect(try Documents.encode(read) == text)
    }
  }

  @Test(
    "Fitted layers that no fit gives are refused with the path",
    arguments: [
      ("\"nanosecondsPerInput\": 2", "\"nanosecondsPerInput\": -2", "layers.rates"),
      ("\"nanosecondsPerInput\": 2", "\"nanosecondsPerInput\": 1e16", "layers.rates"),
      ("\"nanosecondsPerWeight\"", "\"nanosecondsPerWait\"", "layers.rates[0].nanosecondsPerWeight"),
      ("\"kind\": \"gap\"", "\"kind\": \"add\"", "layers.rates"), ("\"inputs\": 11", "\"inputs\": 12", "layers.trees"),
    ])
  func refused(original: String, replacement: String, path: String) throws {
    let text = try Documents.encode(profile(trees: trees))
    let changed = text.replacing(original, with: replacement)
    #expect(changed != text)
    let failure = #expect(throws: Failure.self) {
      try Documents.decode(DeviceProfile.self, from: changed, at: "p.json")
    }
    #expect(failure?.kind == .badData && failure?.place == "p.json: \(path)", "\(String(describing: failure))")
  }
}
