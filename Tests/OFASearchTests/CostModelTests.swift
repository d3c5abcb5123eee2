import OFAFormats
import OFAHardware
import OFANumerics
import OFASearch
import OFASpace
import Testing

/// A profile whose table has every block of a space, with latencies drawn from a seed: nothing says that larger blocks
/// are slower.
func syntheticProfile(_ space: SearchSpace, named name: String = "synthetic", seed: UInt64 = 1) -> DeviceProfile {
  var generator = SeededGenerator(seed: seed, stream: "profile")
  var table = LatencyTable()
  for resolution in space.resolutions {
    for subnet in space.coveringSubnets(resolution: resolution) {
      for signature in space.graph(of: subnet).signatures where table.entries[signature] == nil {
        let median = 0.01 + 0.1 * generator.uniform()
        table.entries[signature] = LatencyTable.Entry(medianMilliseconds: median, count: 1)
      }
    }
  }
  return DeviceProfile(
    device: DeviceProfile.Device(name: name), measurement: DeviceProfile.Measurement(runner: "synthetic"), table: table)
}

extension DeviceProfile {
  /// A device that takes long for the blocks for which this one, of a synthetic profile, takes a short time.
  func opposite() -> DeviceProfile {
    var result = self
    result.device.name = "opposite"
    result.table.entries = table.entries.mapValues { entry in
      LatencyTable.Entry(medianMilliseconds: 0.0012 / entry.milliseconds, count: 1)
    }
    return result
  }

  /// The device with a correction of its latencies.
  func corrected(intercept: Double, slope: Double) -> DeviceProfile {
    var result = self
    result.correction = LatencyCorrection(
      interceptMilliseconds: intercept, slope: slope,
      error: PredictionError(
        networks: 10, withinFivePercent: 1, withinTenPercent: 1, spearman: 1, relativeErrorP90: 0.01))
    return result
  }
}

@Suite struct CostModelTests {
  @Test(
    "Prices put together from blocks equal the costs and the latency of the whole graph",
    arguments: ["mbv3-32", "mini-32", "ofa_mbv3_d234_e346_k357_w1.0"])
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

  @Test(
    "Resolutions that a profile lacks are left out; a profile that lacks all is refused by the missing block's name")
  func missingResolutions() throws {
    let space = try tinySpace()
    let narrow = syntheticProfile(try space.adapted(resolutions: [24]))
    let model = try CostModel(space, profiles: [syntheticProfile(space), narrow])
    #expect(model.choices.resolutions == [24])
    let foreign = syntheticProfile(try space.adapted(resolutions: [20]))
    let missing = space.graph(of: space.smallest).signatures[0]
    do {
      _ = try CostModel(space, profiles: [foreign])
      Issue.record("A profile without any of the space's resolutions was accepted.")
    } catch let failure as Failure {
      #expect(failure.kind == .badData && failure.message.contains(missing))
    }
  }

  @Test("Features are the encoding and the logarithms of the whole network's costs")
  func features() throws {
    let space = try SearchSpace.named("mbv3-32")
    let features = try SubnetFeatures(space)
    let row = features.features(of: space.largest)
    #expect(row.count == features.count && Array(row.dropLast(2)) == space.encoding(of: space.largest))
    #expect(abs(row[row.count - 2] - 17.16771) < 1e-4)  // ln 28,564,032
    #expect(abs(row[row.count - 1] - 14.29457) < 1e-4)  // ln 1,614,570
  }
}
