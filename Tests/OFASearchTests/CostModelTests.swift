import OFAHardware
import OFANumerics
import OFASearch
import OFASpace
import Testing

/// A profile whose table has every block of a space, with latencies drawn from a seed: nothing says that larger blocks are slower.
func syntheticProfile(_ space: SearchSpace, named name: String = "synthetic", seed: UInt64 = 1) -> DeviceProfile {
  var generator = SeededGenerator(seed: seed, stream: "profile")
  var table = LatencyTable()
  let most = space.definition.stages.map { $0.kernelSizes.count * $0.expandRatios.count }.max() ?? 1
  for resolution in space.resolutions {
    for choice in 0..<most {
      var subnet = space.largest
      subnet.resolution = resolution
      for (stage, range) in space.stages.enumerated() {
        let (kernelSizes, expandRatios) = (
          space.definition.stages[stage].kernelSizes, space.definition.stages[stage].expandRatios
        )
        for block in range {
          subnet.kernelSizes[block] = kernelSizes[choice / expandRatios.count % kernelSizes.count]
          subnet.expandRatios[block] = expandRatios[choice % expandRatios.count]
        }
      }
      for signature in space.graph(of: subnet).signatures where table.entries[signature] == nil {
        let median = 0.01 + 0.1 * generator.uniform()
        table.entries[signature] = LatencyTable.Entry(medianMilliseconds: median, count: 1)
      }
    }
  }
  return DeviceProfile(
    device: DeviceProfile.Device(name: name), measurement: DeviceProfile.Measurement(runner: "synthetic"), table: table)
}

@Suite struct CostModelTests {
  @Test(
    "Prices put together from blocks equal the costs and the latency of the whole graph",
    arguments: ["mbv3-32", "ofa_mbv3_d234_e346_k357_w1.0"])
  func equalsGraph(name: String) throws {
    let space = try SearchSpace.named(name)
    let profile = syntheticProfile(space)
    let model = try CostModel(space, profiles: [profile])
    var generator = SeededGenerator(seed: 1, stream: "costs")
    for subnet in [space.largest, space.smallest] + (0..<100).map({ _ in space.randomSubnet(using: &generator) }) {
      let graph = space.graph(of: subnet)
      let (prices, costs) = (model.prices(of: subnet), graph.costs)
      #expect(prices.multiplyAccumulates == costs.multiplyAccumulates)
      #expect(prices.parameters == costs.parameters)
      #expect(prices.weightBytes == costs.weightBytes)
      #expect(prices.peakActivationBytes == costs.peakActivationBytes, "\(space.id(of: subnet))")
      let latency = try profile.latency(of: graph).milliseconds
      #expect(abs(prices.latencyMilliseconds[0] - latency) < 1e-9 * latency)
    }
  }
}
