import OFAFormats
import OFAHardware
import OFANumerics
import OFAProfiling
import Testing

@Suite struct LayerLatencyFitTests {
  /// What a device takes for a layer.
  private typealias Law = (Layer) -> Double

  /// Rates that differ by the kind of layer, times a device's speed.
  private func law(speed: Double = 1, depthwise: Double = 1) -> Law {
    { layer in
      let terms = LayerLatency.terms(of: layer)
      switch layer.kind {
      case Layer.depthwise: return speed * depthwise * (2e-3 + 4e-7 * terms[1])
      case Layer.pointwise: return speed * (1e-3 + 5e-8 * terms[1] + 1e-7 * terms[3])
      default: return speed * (5e-3 + 2e-7 * terms[3])
      }
    }
  }

  /// Random networks of blocks, as wide and deep as it comes.
  private func networks(
    _ count: Int, seed: UInt64, noise: Double = 0, kernels: [Int] = [3, 5], law: Law
  ) -> [TimedNetwork] {
    var generator = SeededGenerator(seed: seed, stream: "networks")
    func pick<Value>(_ values: [Value]) -> Value { values[Int(generator.uniform() * Double(values.count))] }
    return (0..<count).map { _ in
      var layers = [
        Layer(Layer.convolution, inputChannels: 3, outputChannels: 16, kernelSize: 3, stride: 2, inputSize: 64)
      ]
      var channels = 16
      for size in [32, 16, 8] {
        for _ in 0..<pick([1, 2, 3]) {
          let (width, output) = (pick([3, 4, 6]) * channels, pick([8, 16, 24, 40]))
          layers.append(
            Layer(Layer.pointwise, inputChannels: channels, outputChannels: width, kernelSize: 1, inputSize: size))
          layers.append(
            Layer(
              Layer.depthwise, inputChannels: width, outputChannels: width, kernelSize: pick(kernels), inputSize: size))
          layers.append(
            Layer(Layer.pointwise, inputChannels: width, outputChannels: output, kernelSize: 1, inputSize: size))
          channels = output
        }
      }
      let time = layers.reduce(0.05) { $0 + law($1) }
      return TimedNetwork(layers: layers, latencyMilliseconds: time * (1 + noise * generator.gaussian()))
    }
  }

  /// How a fit predicts networks.
  private func error(_ result: LayerLatencyFit.Result, on networks: [TimedNetwork]) throws -> PredictionError {
    PredictionError(
      predicted: try networks.map {
        result.correction.interceptMilliseconds + (try result.layers.milliseconds(of: $0.layers))
      }, measured: networks.map(\.latencyMilliseconds))
  }

  @Test("A law of rates is found, and cross-validation says how well fresh networks are predicted")
  func additive() throws {
    let result = try LayerLatencyFit(networks: networks(60, seed: 1, noise: 0.02, law: law())).fitted()
    let fresh = try error(result, on: networks(500, seed: 2, noise: 0.02, law: law()))
    #expect(fresh.withinTenPercent > 0.99 && fresh.spearman > 0.99)
    #expect(abs(result.correction.error.relativeErrorP90 / fresh.relativeErrorP90 - 1) < 0.4)
    #expect(result.correction.slope == 1 && result.correction.error.networks == 60)
  }

  @Test("The interval holds nine of ten fresh networks, on average over fits")
  func interval() throws {
    var shares: [Double] = []
    for seed in 0..<10 as Range<UInt64> {
      let result = try LayerLatencyFit(
        networks: networks(30, seed: 100 + seed, noise: 0.03, law: law()), seed: seed
      ).fitted()
      let bound = result.correction.error.relativeErrorP90
      let fresh = networks(200, seed: 200 + seed, noise: 0.03, law: law())
      let held = try fresh.count { network in
        let predicted = result.correction.interceptMilliseconds + (try result.layers.milliseconds(of: network.layers))
        return abs(network.latencyMilliseconds / predicted - 1) <= bound
      }
      shares.append(Double(held) / 200)
    }
    #expect(0.85...0.98 ~= Statistics.mean(shares), "\(shares)")
  }

  @Test("Trees are taken where layers have steps that rates cannot follow")
  func trees() throws {
    let smooth = law()
    let steps: Law = { $0.kind == Layer.pointwise && $0.outputChannels % 32 != 0 ? 3 * smooth($0) : smooth($0) }
    let result = try LayerLatencyFit(networks: networks(200, seed: 3, law: steps)).fitted()
    #expect(result.kind == .trees && result.layers.trees != nil)
    let exact = try LayerLatencyFit(networks: networks(200, seed: 3, law: smooth)).fitted()
    let fresh = networks(200, seed: 4, law: steps)
    #expect(try error(result, on: fresh).relativeErrorP90 < error(exact, on: fresh).relativeErrorP90 / 2)
  }

  @Test("Ten networks are enough where sources have the same layers, faster or slower")
  func transfer() throws {
    let sources = [(1.0, 1.0), (2, 3), (0.5, 6)].map { speed, depthwise in
      LayerLatencyFit.Source(networks: networks(80, seed: 5, law: law(speed: speed, depthwise: depthwise)))
    }
    let device = law(speed: 3, depthwise: 2)
    let ten = networks(10, seed: 6, noise: 0.03, law: device)
    let fresh = networks(300, seed: 7, law: device)
    let learned = try error(LayerLatencyFit(networks: ten, sources: sources).fitted(), on: fresh)
    let alone = try error(LayerLatencyFit(networks: ten).fitted(), on: fresh)
    #expect(learned.withinTenPercent > 0.97, "\(learned)")
    #expect(learned.relativeErrorP90 < alone.relativeErrorP90, "\(learned) \(alone)")
  }

  @Test("Layers that sources do not have come from the target's few networks")
  func newLayers() throws {
    let source = LayerLatencyFit.Source(networks: networks(80, seed: 8, kernels: [3], law: law()))
    let result = try LayerLatencyFit(networks: networks(10, seed: 9, law: law()), sources: [source]).fitted()
    #expect(try error(result, on: networks(300, seed: 10, law: law())).withinTenPercent > 0.9)
  }

  @Test("Equal networks and seed give an equal model; the networks' order of layers says nothing")
  func deterministic() throws {
    let networks = networks(60, seed: 11, noise: 0.05, law: law())
    let turned = networks.map {
      TimedNetwork(layers: $0.layers.reversed(), latencyMilliseconds: $0.latencyMilliseconds)
    }
    let (a, b) = (try LayerLatencyFit(networks: networks).fitted(), try LayerLatencyFit(networks: networks).fitted())
    #expect(a.layers == b.layers && a.correction == b.correction)
    let c = try LayerLatencyFit(networks: turned).fitted()
    #expect(abs(c.correction.error.relativeErrorP90 - a.correction.error.relativeErrorP90) < 1e-6)
  }

  @Test("Too few networks, or sources, are refused with the number")
  func few() throws {
    let few = networks(4, seed: 1, law: law())
    let enough = networks(10, seed: 1, law: law())
    let failure = #expect(throws: Failure.self) { try LayerLatencyFit(networks: few).fitted() }
    #expect(failure?.kind == .badData && failure?.message.contains("4 networks") == true)
    let source = #expect(throws: Failure.self) {
      try LayerLatencyFit(networks: enough, sources: [LayerLatencyFit.Source(networks: few)]).fitted()
    }
    #expect(source?.kind == .badData && source?.message.contains("4 networks") == true)
  }

  @Test("Equal networks, equal latencies and no layers but one are no obstacle")
  func degenerate() throws {
    let layer = Layer("whole", inputChannels: 1, outputChannels: 1, kernelSize: 0, inputSize: 1)
    let equal = [TimedNetwork](repeating: TimedNetwork(layers: [layer], latencyMilliseconds: 3), count: 60)
    for sources in [[], [LayerLatencyFit.Source(networks: equal)]] {
      let result = try LayerLatencyFit(networks: equal, sources: sources).fitted()
      let time = result.correction.interceptMilliseconds + (try result.layers.milliseconds(of: [layer]))
      #expect(abs(time - 3) < 0.01)
    }
  }
}
