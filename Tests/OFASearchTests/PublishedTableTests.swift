import Foundation
import OFAFormats
import OFAHardware
import OFANumerics
import OFASearch
import OFASpace
import TestSupport
import Testing

/// The space that the Note10's tables are of.
func wideMobileNet() throws -> SearchSpace {
  try SearchSpace.named("ofa_mbv3_d234_e346_k357_w1.0").adapted(widthMultiplier: 1.2)
}

/// The profile of the Note10's tables at all five resolutions.
func note10() throws -> DeviceProfile {
  let folder = try #require(sharedFolder) + "/data/ofa/note10/"
  return try DeviceProfile(
    device: "note10",
    tables: ["160", "176", "192", "208", "224"].map { try PublishedTable(reading: "\(folder)\($0)_lookup_table.yaml") })
}

@Suite(.enabled(if: sharedFolder != nil)) struct PublishedTableTests {
  @Test("The Note10's tables are 445 blocks, 20 of them in the tables of two resolutions")
  func blocks() throws {
    let table = try note10().table
    // A table has a first layer, a first block, nine choices of a stage's first and other blocks, and a head. A last
    // stage and head of 6 × 6 are in the tables of 176 and 192, of 7 × 7 in those of 208 and 224.
    #expect(table.entries.count == 5 * 93 - 20)
    #expect(table.entriesAtResolution.mapValues(\.count) == [176: 10, 192: 10, 208: 10, 224: 10])
  }

  @Test(
    "Published networks take on the Note10 what the sum over the published tables says",
    arguments: [
      ("r224-33.33-45.33.43-45.45.33-63.43.43-63.63.43.33", 29.965345915, 1e-6),  // note10_lat-30ms
      ("r192-35.33-45.43-67.37.43-45.45.47.33-63.63.65", 24.730166853, 1e-6),  // the tutorial's result for 25 ms
      ("r224-33.33-35.65.33-45.45.33-65.45.43.43-63.63.67.33", 34.923, 5e-4),  // flops-389M
      ("r224-33.33-35.43-47.45.33-65.43.43.33-63.63.63.33", 31.382, 5e-4),  // pixel1_lat-79ms
    ])
  func networks(id: String, milliseconds: Double, tolerance: Double) throws {
    let space = try wideMobileNet()
    let latency = try note10().latency(of: space.graph(of: space.subnet(id: id)))
    #expect(abs(latency.milliseconds - milliseconds) <= tolerance)
    #expect(latency.low < latency.milliseconds && latency.milliseconds < latency.high)
    // Half the interval is 1.6449 deviations, and a sum's deviation is far below the sum of the deviations.
    #expect(latency.high - latency.low < 0.2 * latency.milliseconds)
  }

  @Test(
    "Uniform networks take on the Note10 what the sum over the published tables says",
    arguments: [
      (4, 6.0, 7, 224, 92.398), (2, 3, 3, 224, 17.769), (4, 6, 3, 224, 57.082), (4, 3, 7, 224, 48.640),
      (2, 6, 7, 224, 47.514), (4, 6, 7, 192, 67.562), (2, 3, 3, 192, 13.325), (4, 6, 7, 160, 47.773),
      (2, 3, 3, 160, 9.890),
    ])
  func uniform(depth: Int, expandRatio: Double, kernelSize: Int, resolution: Int, milliseconds: Double) throws {
    let space = try wideMobileNet()
    let subnet = space.uniform(depth: depth, expandRatio: expandRatio, kernelSize: kernelSize, resolution: resolution)
    let latency = try note10().latency(of: space.graph(of: subnet))
    #expect(abs(latency.milliseconds - milliseconds) <= 5e-4)
  }

  /// The keys of a subnet of MobileNetV3 at w1.2 in the dialect of the Note10, by the published grammar.
  private func keys(of subnet: Subnet, in space: SearchSpace) -> [String] {
    let written = space.document(of: subnet)
    func half(_ size: Int) -> Int { (size + 1) / 2 }
    func rounded(_ width: Int) -> Int { (width + 4) / 8 * 8 }
    var (size, channels) = (half(subnet.resolution), 24)
    var keys = ["Conv-input:\(subnet.resolution)x\(subnet.resolution)x3-output:\(size)x\(size)x24"]
    func block(_ width: Int, _ stride: Int, _ middle: Int, _ kernel: Int, _ squeezes: Int, _ hSwish: Int) {
      let output = stride == 2 ? half(size) : size
      keys.append(
        "expanded_conv-input:\(size)x\(size)x\(channels)-output:\(output)x\(output)x\(width)-expand:\(middle)-kernel:\(kernel)"
          + "-stride:\(stride)-idskip:\(stride == 1 && width == channels ? 1 : 0)-se:\(squeezes)-hs:\(hSwish)")
      (size, channels) = (output, width)
    }
    block(24, 1, 24, 3, 0, 0)
    let stages = [(32, 2, 0, 0), (48, 2, 1, 0), (96, 2, 0, 1), (136, 1, 1, 1), (192, 2, 1, 1)]
    for (stage, (width, stride, squeezes, hSwish)) in stages.enumerated() {
      for position in 0..<written.depths[stage] {
        let index = 4 * stage + position
        let middle = rounded(channels * Int(written.expandRatios[index]))
        block(width, position == 0 ? stride : 1, middle, written.kernelSizes[index], squeezes, hSwish)
      }
    }
    keys += [
      "Conv_1-input:\(size)x\(size)x192-output:\(size)x\(size)x1152",
      "AvgPool2D-input:\(size)x\(size)x1152-output:1x1x1152",
      "Conv_2-input:1x1x1152-output:1x1x1536", "Logits-input:1x1x1536-output:1000",
    ]
    return keys
  }

  @Test(
    "Any subnet takes the sum over its keys in its resolution's table, and its variance is the sum of theirs",
    arguments: [160, 176, 192, 208, 224])
  func definition(resolution: Int) throws {
    let path = try #require(sharedFolder) + "/data/ofa/note10/\(resolution)_lookup_table.yaml"
    let rows = Dictionary(uniqueKeysWithValues: try YAML.table(reading: path).map { ($0.key, $0.numbers) })
    #expect(rows.count == 96)
    let (space, profile) = (try wideMobileNet(), try note10())
    let costs = try CostModel(
      space, choices: space.choices.restricted(resolutions: [160, 176, 192, 208, 224]), profiles: [profile])
    var generator = SeededGenerator(seed: UInt64(resolution), stream: "subnets")
    for _ in 0..<20 {
      let subnet = space.randomSubnet(resolution: resolution, using: &generator)
      var (mean, variance) = (0.0, 0.0)
      for key in keys(of: subnet, in: space) {
        let numbers = try #require(rows[key], "\(key)")
        mean += try #require(numbers["mean"])
        variance += pow(try #require(numbers["std"]), 2)
      }
      let latency = try profile.latency(of: space.graph(of: subnet))
      #expect(abs(latency.milliseconds - mean) < 1e-9)
      #expect(abs(latency.high - (mean + 1.6449 * variance.squareRoot())) < 1e-9)
      #expect(abs(costs.prices(of: subnet).latencyMilliseconds[0] - mean) < 1e-9)
    }
  }

  @Test("The Note10 has no latency for another resolution, nor for the narrower space")
  func others() throws {
    let (profile, space) = (try note10(), try wideMobileNet())
    var subnet = space.smallest
    subnet.resolution = 196
    #expect(throws: Failure.self) { try profile.latency(of: space.graph(of: subnet)) }
    subnet.resolution = 192
    let narrow = try SearchSpace.named("ofa_mbv3_d234_e346_k357_w1.0").graph(of: subnet)
    #expect(!profile.table.covers(narrow))
  }

  @Test("The Pixel 1's table is the ProxylessNAS space at w1.0 and 224, but for the expand ratio 4")
  func pixel1() throws {
    let table = try PublishedTable(reading: try #require(sharedFolder) + "/data/ofa/pixel1_mobile_trim.yaml")
    #expect(table.keyCount == 72 && table.resolutions == [224])
    let profile = try DeviceProfile(device: "pixel1", tables: [table])
    #expect(profile.table.entries.count == 71)
    let space = try SearchSpace.named("ofa_proxyless_d234_e346_k357_w1.3").adapted(widthMultiplier: 1)
    for expandRatio in [3.0, 6] {
      for kernelSize in [3, 5, 7] {
        let subnet = space.uniform(depth: 4, expandRatio: expandRatio, kernelSize: kernelSize, resolution: 224)
        #expect(try profile.latency(of: space.graph(of: subnet)).milliseconds > 0)
      }
    }
    // The first keys of the table by hand: first layer, first block, a block for each of six stages, head.
    let smallest = space.uniform(depth: 2, expandRatio: 3, kernelSize: 3, resolution: 224)
    let expected =
      4.083755600814664 + 3.8821352201257864 + 6.240567073170731 + 6.273091549295775 + 3.9411533333333333
      + 2.8568403990024933 + 1.810337931034483 + 1.841350332594235 + 1.9608275862068965 + 2.454700712589074
      + 1.6476562500000003 + 2.053791366906475 + 2.6440778443113775 + 3.088623217922607 + 0.3096415478615071
    #expect(abs(try profile.latency(of: space.graph(of: smallest)).milliseconds - expected) < 1e-9)
    #expect(
      !profile.table.covers(space.graph(of: space.uniform(depth: 2, expandRatio: 4, kernelSize: 3, resolution: 224))))
  }

  @Test("The i7-8700K's table is MobileNetV3 at both published widths and 41 resolutions")
  func desktop() throws {
    let table = try PublishedTable(reading: try #require(sharedFolder) + "/data/devices/i7-8700K_lut.yaml")
    #expect(table.keyCount == 4050 && table.resolutions == Array(stride(from: 96, through: 256, by: 4)))
    let profile = try DeviceProfile(device: "i7", tables: [table])
    // Twelve heads have a layer each of their own, and share two of two widths.
    #expect(profile.table.entries.count == 4050 - 2 - 2)
    let space = try SearchSpace.named("ofa_mbv3_d234_e346_k357_w1.0")
    var generator = SeededGenerator(seed: 1, stream: "subnets")
    for space in [space, try space.adapted(widthMultiplier: 1.2)] {
      for resolution in table.resolutions {
        for _ in 0..<5 {
          let subnet = space.randomSubnet(resolution: resolution, using: &generator)
          let latency = try profile.latency(of: space.graph(of: subnet))
          #expect(latency.low < latency.milliseconds && latency.milliseconds < latency.high)
        }
      }
    }
  }
}
