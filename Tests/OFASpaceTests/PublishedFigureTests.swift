import Foundation
import OFAFormats
import OFAGraph
import OFASpace
import TestSupport
import Testing

// Multiply-accumulates and parameters of published networks of Once-for-All, computed with its reference
// implementation. They pin down widths, their rounding, strides, sizes, squeeze-and-excitation and the head, each to
// the last unit.

@Suite("Published figures")
struct PublishedFigureTests {
  @Test(
    "The small-image space has the stated costs at 32 pixels, 3 channels, 10 classes",
    arguments: [(4, 6.0, 7, 28_564_032, 1_614_570), (2, 3, 3, 5_746_656, 315_226), (3, 4, 5, 12_050_944, 655_810)])
  func smallImages(
    depth: Int, expandRatio: Double, kernelSize: Int, multiplyAccumulates: Int, parameters: Int
  ) throws {
    let space = try SearchSpace.named(Name.small)
    let subnet = space.uniform(depth: depth, expandRatio: expandRatio, kernelSize: kernelSize, resolution: 32)
    #expect(space.costs(subnet) == [multiplyAccumulates, parameters])
    if depth == 4 { #expect(subnet == space.largest) }
  }

  /// A uniform subnet: width multiplier, depth, expand ratio, kernel size, thousands of multiply-accumulates at 128,
  /// 160, 192 and 224 pixels, parameters.
  typealias Uniform = (Double, Int, Double, Int, [Int], Int)

  @Test(
    "Uniform subnets of the MobileNetV3 space at four resolutions",
    arguments: [
      (1.0, 4, 6, 7, [188_248, 291_318, 417_292, 566_171], 7_664_760),
      (1.0, 2, 3, 3, [41_476, 63_241, 89_841, 121_279], 3_410_792),
      (1.0, 4, 6, 3, [144_810, 223_446, 319_556, 433_142], 7_299_960),
      (1.0, 4, 3, 3, [75_979, 116_947, 167_018, 226_194], 4_371_928),
      (1.0, 4, 3, 7, [97_698, 150_883, 215_886, 292_708], 4_554_328),
      (1.0, 2, 6, 3, [75_097, 115_327, 164_496, 222_605], 4_672_808),
      (1.0, 2, 6, 7, [94_697, 145_951, 208_594, 282_628], 4_837_928),
      (1.0, 2, 3, 7, [51_276, 78_553, 111_891, 151_290], 3_493_352),
      (1.0, 3, 4, 5, [84_100, 129_549, 185_098, 250_747], 4_551_792),
      (1.2, 4, 6, 7, [279_987, 433_564, 621_268, 843_101], 10_701_632),
      (1.2, 2, 3, 3, [65_537, 100_321, 142_835, 193_078], 4_602_456),
      (1.2, 4, 3, 3, [117_484, 181_193, 259_059, 351_083], 5_986_008),
      (1.2, 3, 4, 5, [128_932, 198_948, 284_524, 385_659], 6_245_312),
    ] as [Uniform])
  func uniform(row: Uniform) throws {
    check(row, of: try SearchSpace.named(Name.mobile).adapted(widthMultiplier: row.0))
  }

  private func check(_ row: Uniform, of space: SearchSpace) {
    for (resolution, thousands) in zip([128, 160, 192, 224], row.4) {
      let subnet = space.uniform(depth: row.1, expandRatio: row.2, kernelSize: row.3, resolution: resolution)
      let costs = space.costs(subnet)
      #expect((costs[0] + 500) / 1_000 == thousands, "\(row) at \(resolution)")
      #expect(costs[1] == row.5)
    }
  }

  @Test("The largest and the smallest subnet at 224 pixels, to the last unit")
  func corners() throws {
    let space = try SearchSpace.named(Name.mobile)
    #expect(space.costs(space.largest) == [566_170_656, 7_664_760])
    var smallest = space.smallest
    #expect(smallest.resolution == 128)
    smallest.resolution = 224
    #expect(space.costs(smallest) == [121_278_672, 3_410_792])
  }

  @Test("A subnet of mixed choices", arguments: [(1.0, 151_440_072, 4_306_528), (1.2, 226_606_560, 5_887_592)])
  func mixed(widthMultiplier: Double, multiplyAccumulates: Int, parameters: Int) throws {
    let space = try SearchSpace.named(Name.mobile).adapted(widthMultiplier: widthMultiplier)
    let subnet = try space.subnet(
      SubnetDocument(
        resolution: 176, depths: [2, 3, 4, 3, 2],
        kernelSizes: (0..<20).map { [3, 5, 7, 3][$0 % 4] }, expandRatios: (0..<20).map { [3, 4, 6, 4][$0 % 4] }))
    #expect(space.costs(subnet) == [multiplyAccumulates, parameters])
  }

  @Test(
    "Small inputs and few classes",
    arguments: [
      (32, 10, [15_198_240, 6_396_570], [3_935_184, 2_142_602]),
      (64, 10, [49_554_816, 6_396_570], [11_189_952, 2_142_602]),
      (96, 100, [106_930_976, 6_511_860], [23_396_432, 2_257_892]),
    ])
  func smallInputs(resolution: Int, classes: Int, largest: [Int], smallest: [Int]) throws {
    let space = try SearchSpace.named(Name.mobile).adapted(classes: classes, resolutions: [resolution])
    #expect(space.costs(space.largest) == largest)
    #expect(space.costs(space.smallest) == smallest)
  }

  @Test("The supernet has the largest subnet's parameters and 706 transform values a block")
  func supernetParameters() throws {
    let mobile = try SearchSpace.named(Name.mobile)
    #expect(mobile.tensors.reduce(0) { $0 + $1.count } == 7_678_880)
    let wide = try mobile.adapted(widthMultiplier: 1.2)
    #expect(wide.tensors.reduce(0) { $0 + $1.count } == 10_715_752)
  }

  @Test("The fifty published specialized networks, to the last unit; their listing is their id")
  func specialized() throws {
    let spaces = try [
      "V1.0": SearchSpace.named(Name.mobile), "V1.2": SearchSpace.named("ofa_mbv3_d234_e346_k357_w1.2"),
      "P1.3": SearchSpace.named(Name.proxyless),
    ]
    let rows = publishedNetworks.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.count == 50)
    for row in rows {
      let space = try #require(spaces[row[0]])
      let subnet = try space.subnet(id: row[3])
      #expect(space.costs(subnet).map(String.init) == Array(row[1...2]), "\(row[3])")
      #expect(space.id(of: subnet) == row[3])
    }
  }

  @Test(
    "Uniform subnets of the ProxylessNAS space at four resolutions",
    arguments: [
      (1.3, 4, 6, 7, [329_254, 513_523, 738_741, 1_004_908], 7_942_056),
      (1.3, 2, 3, 3, [87_823, 136_288, 195_522, 265_526], 3_718_832),
      (1.3, 4, 3, 3, [146_298, 227_654, 327_090, 444_605], 4_879_776),
      (1.3, 3, 4, 5, [160_133, 249_271, 358_218, 486_974], 5_053_864),
    ] as [Uniform])
  func uniformProxyless(row: Uniform) throws {
    check(row, of: try SearchSpace.named(Name.proxyless))
  }

  @Test("The ProxylessNAS space: corners at both width multipliers, a mixed subnet, the supernet's values, its size")
  func proxyless() throws {
    let space = try SearchSpace.named(Name.proxyless)
    #expect(space.costs(space.largest) == [1_004_908_032, 7_942_056])
    #expect(space.costs(space.uniform(depth: 2, expandRatio: 3, kernelSize: 3)) == [265_526_256, 3_718_832])
    #expect(space.tensors.reduce(0) { $0 + $1.count } == 7_956_882)
    #expect(space.architectureCount.description == "195827899433152372659")
    let narrow = try space.adapted(widthMultiplier: 1)
    let corners = [narrow.largest, narrow.uniform(depth: 2, expandRatio: 3, kernelSize: 3)].map(narrow.costs)
    #expect(corners.map { ($0[0] + 500) / 1_000 } == [606_591, 154_160])
    #expect(corners.map { $0[1] } == [5_103_336, 2_500_632])
    func fivefold<Choice>(_ pattern: [Choice], _ last: Choice) -> [Choice] {
      (0..<5).flatMap { _ in pattern } + [last]
    }
    let mixed = SubnetDocument(
      resolution: 176, depths: [2, 3, 4, 3, 2, 1], kernelSizes: fivefold([3, 5, 7, 3], 5),
      expandRatios: fivefold([3, 4, 6, 4], 6))
    let costs = space.costs(try space.subnet(mixed))
    #expect((costs[0] + 50) / 100 == 3_050_948)
    #expect(costs[1] == 5_024_128)
  }

  @Test(
    "The ResNet-50D space: uniform subnets at four resolutions, mixed subnets with and without the stem's part, its size"
  )
  func resnet() throws {
    let space = try SearchSpace.named(Name.resnet)
    let rows: [(subnet: Subnet, thousands: [Int], parameters: Int)] = [
      (space.largest, [2_447_630, 3_823_270, 5_504_608, 7_491_644], 48_105_992),
      (space.smallest, [315_080, 491_565, 707_269, 962_192], 6_539_280),
      (
        try space.subnet(
          parsing:
            #"{"resolution": 224, "depths": [2, 1, 1, 1, 1], "kernelSizes": 3, "expandRatios": 0.25, "widthIndices": 2}"#
        ),
        [1_272_267, 1_986_765, 2_860_040, 3_892_093], 24_179_016
      ),
    ]
    for row in rows {
      for (resolution, thousands) in zip([128, 160, 192, 224], row.thousands) {
        var subnet = row.subnet
        subnet.resolution = resolution
        let costs = space.costs(subnet)
        #expect((costs[0] + 500) / 1_000 == thousands, "\(space.id(of: subnet))")
        #expect(costs[1] == row.parameters)
      }
    }
    var mixed = SubnetDocument(
      resolution: 224, depths: [2, 1, 0, 2, 1], kernelSizes: [Int](repeating: 3, count: 18),
      expandRatios: (0..<18).map { [0.2, 0.25, 0.35][$0 % 3] }, widthIndices: [0, 2, 1, 2, 0, 1])
    #expect(space.costs(try space.subnet(mixed)) == [2_788_255_104, 16_491_968])
    mixed.depths[0] = 0
    #expect(space.costs(try space.subnet(mixed)) == [2_723_227_008, 16_486_736])
    #expect(space.architectureCount == 2_458_914_796_962)
  }

  @Test(
    "Drawn subnets cost what the reference implementation counts",
    arguments: [Name.mobile, "ofa_mbv3_d234_e346_k357_w1.2", Name.proxyless, Name.resnet])
  func reference(name: String) throws {
    try checkReference(name, try SearchSpace.named(name))
  }

  /// Compares all rows of a file of the reference's costs, if it is there.
  private func checkReference(_ name: String, _ space: SearchSpace) throws {
    guard let sharedFolder else { return }
    let file = try JSON.decode(ReferenceFile.self, file: "\(sharedFolder)/reference/costs/\(name).json")
    #expect(file.subnets.count == 32)
    for row in file.subnets {
      let subnet = try row.subnet(of: space)
      #expect(space.costs(subnet) == [row.macs, row.params], "\(space.id(of: subnet))")
      #expect(try space.subnet(id: space.id(of: subnet)) == subnet)
    }
  }

  @Test("Every row of a published table of subnets", .enabled(if: sharedFolder != nil))
  func table() throws {
    let space = try SearchSpace.named(Name.mobile)
    let path = "\(sharedFolder ?? "")/data/ofa/subnets_imagenet.csv"
    let rows = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst()
    #expect(!rows.isEmpty)
    for row in rows {
      let fields = row.split(separator: ",").map { $0.split(separator: "-") }
      let subnet = try space.subnet(
        SubnetDocument(
          resolution: Int(fields[4][0]) ?? 0, depths: fields[1].compactMap { Int($0) },
          kernelSizes: fields[3].compactMap { Int($0) }, expandRatios: fields[2].compactMap { Double($0) }))
      #expect(space.costs(subnet).map(String.init) == [String(fields[5][0]), String(fields[6][0])], "\(row)")
    }
  }
}

extension SearchSpace {
  /// Multiply-accumulates and parameters.
  fileprivate func costs(_ subnet: Subnet) -> [Int] {
    let costs = graph(of: subnet).costs
    return [costs.multiplyAccumulates, costs.parameters]
  }
}

private struct ReferenceFile: Decodable {
  /// A subnet by the reference's names, where a number stands for a whole list.
  struct Row: Decodable {
    let resolution, macs, params: Int
    let ks, d, w: OneOrMany<Int>?
    let e: OneOrMany<Double>

    func subnet(of space: SearchSpace) throws -> Subnet {
      try space.subnet(
        SubnetDocument(
          resolution: resolution, depths: d?.values(count: space.stages.count) ?? [],
          kernelSizes: ks?.values(count: space.blockCount) ?? space.document(of: space.largest).kernelSizes,
          expandRatios: e.values(count: space.blockCount),
          widthIndices: w?.values(count: space.choices.widthIndices.count)))
    }
  }

  let subnets: [Row]
}

// Family (P: ProxylessNAS, V: MobileNetV3) with width multiplier, multiply-accumulates, parameters, id.
private let publishedNetworks = """
  P1.3 164964352 5903488 r128-33.33-63.45.45-65.35.37-43.37.63.43-67.45.37.35-63
  P1.3 225760960 6042264 r144-43.43-63.63.43-33.35-33.45.33.63-63.67.47.63-35
  P1.3 312808424 5186720 r188-33.33-35.63-43.45.63-43.63.47-63.45.45-43
  P1.3 396707912 6493328 r188-33.33-63.65.43.43-65.33.45-65.43.45-63.65.37.63-67
  V1.0 103373272 4965160 r156-33.33-35.43.47-45.33-45.43.35-65.67.45
  V1.0 151108528 5809576 r176-33.33-47.35.33-65.45.35-43.47.35-65.67.63.43
  V1.0 229846296 5809576 r220-33.33-47.35.33-65.45.35-43.47.35-65.67.63.43
  V1.0 73471032 4112176 r144-33.33-45.35-35.33.33-63.47-63.47
  P1.3 143192752 4158272 r144-45.33-33.33-37.33.37-35.45-35.43-43
  P1.3 160315320 4394600 r144-45.35-33.37-45.43.37-45.47-63.43-45
  P1.3 300991560 4875704 r188-33.33-43.63-67.43-45.63.63-65.33-67
  P1.3 364488032 4933568 r208-33.43-35.43-63.37.33-35.45.63-63.45.33-43
  V1.2 389487856 8386544 r224-33.33-35.65.33-45.45.33-65.45.43.43-63.63.67.33
  V1.2 482413168 9066368 r224-35.33.33-45.43.45.33-45.65.33.33-65.67.63.45-67.63.63.33
  V1.2 595189032 9135928 r236-33.45.33-45.45.63.35-67.65.33.45-63.65.67.43-63.63.65.33
  V1.0 109607488 4278224 r176-33.33-45.43-45.43-43.33.33-43.45.45
  V1.0 162464384 4932272 r192-33.33-35.45.43.33-45.45.33-45.45.33-63.47.45.33
  V1.0 237063424 5863056 r224-33.33-35.43.43-47.45.45-45.63.43-63.63.63.33
  V1.2 339352816 7465896 r224-33.33-45.33.43-45.45.33-63.43.43-63.63.43.33
  V1.2 457252856 9030192 r220-33.43-47.43.63-67.63.33.43-63.65.63.43-63.63.63.33
  V1.2 554390264 9057064 r220-35.63.63-45.63.63.35-67.67.43.45-67.65.63.63-63.63.63
  V1.2 743131000 9109040 r260-33.63.33-45.63.33.35-65.65.43.47-65.63.63.43-63.63.65.33
  V1.0 75802880 3761168 r160-33.33-33.43-43.33.33-33.43-43.45
  V1.0 67196888 4304592 r140-33.33-35.35-47.33-35.43-63.67
  V1.0 100520248 4595536 r152-35.33-45.35-43.43.45-43.35.47-63.33.35.35
  V1.0 163703024 6024176 r176-35.43-45.43.47-47.37.43-43.63.43-63.65.63.45
  V1.0 219899816 5296672 r204-37.33-43.45.33-67.63.43-65.63.43-65.45.45.33
  V1.2 592737144 9225040 r228-35.63-45.65.63.35-67.65.63.45-65.65.65.45-63.63.65.33
  V1.2 641756192 9221888 r240-35.63.33-65.65.63.35-67.65.63.43-65.63.65.43-63.63.65.33
  V1.0 76664384 4304592 r152-33.33-35.35-47.33-35.43-63.67
  V1.0 108572320 5196680 r160-33.43-37.63.43-37.63-63.45-63.43.33.63
  V1.0 162265088 6024176 r172-35.43-45.43.47-47.37.43-43.63.43-63.65.63.45
  V1.0 229846296 5809576 r220-33.33-47.35.33-65.45.35-43.47.35-65.67.63.43
  V1.2 355469648 8168608 r224-33.33-35.43-47.45.33-65.43.43.33-63.63.63.33
  V1.0 79266240 4137152 r144-33.33-65.45-47.33-47.37.43-65.43
  V1.0 113041536 5060264 r160-33.33-33.43.63-47.47-45.33.33.37-47.67.37.35
  V1.0 165999448 4687720 r208-33.43-33.33-33.65-65.47-63.35.47.35
  V1.0 207945168 5809576 r208-33.33-47.35.33-65.45.35-43.47.35-65.67.63.43
  V1.0 66444032 3830224 r144-33.33-35.43-45.43-45.45-63.35
  V1.0 95935136 4663872 r160-33.33-35.43-47.45-43.43.33-63.45.33.33
  V1.0 144701952 4623312 r192-33.33-35.43-47.35.43.33-43.43.33-63.45.45
  V1.0 219276928 6426992 r192-35.43-65.63.43-47.65.35-65.65.43.45-63.67.63.43
  P1.3 121204736 4315144 r128-43.33-63.67-65.35-35.43-65.43-45
  P1.3 179272800 4933568 r144-33.43-35.43-63.37.33-35.45.63-63.45.33-43
  P1.3 312808424 5186720 r188-33.33-35.63-43.45.63-43.63.47-63.45.45-43
  P1.3 348919456 6163200 r172-33.43.63-37.45-43.45.45.35-45.37.37.63-63.63.65.43-35
  P1.3 351764864 6195512 r192-33.33-65.35-37.33.47-47.45.33.47-63.65.45.63-43
  P1.3 141197824 5186720 r128-33.33-35.63-43.45.63-43.63.47-63.45.45-43
  P1.3 179272800 4933568 r144-33.43-35.43-63.37.33-35.45.63-63.45.33-43
  P1.3 312808424 5186720 r188-33.33-35.63-43.45.63-43.63.47-63.45.45-43
  """
