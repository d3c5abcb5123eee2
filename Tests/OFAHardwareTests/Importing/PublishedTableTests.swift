import Foundation
import OFAFormats
import OFAHardware
import TestSupport
import Testing

/// Small tables in the published dialects.
enum SmallTable {
  static let mobileNetV3 = [
    "Conv-input:32x32x3-output:16x16x16",
    "expanded_conv-input:16x16x16-output:16x16x16-expand:16-kernel:3-stride:1-idskip:1-se:0-hs:0",
    "expanded_conv-input:16x16x16-output:8x8x24-expand:64-kernel:5-stride:2-idskip:0-se:1-hs:1",
    "Conv_1-input:8x8x24-output:8x8x96", "AvgPool2D-input:8x8x96-output:1x1x96", "Conv_2-input:1x1x96-output:1x1x128",
    "Logits-input:1x1x128-output:10",
  ]
  static let proxylessNAS = [
    "Conv-input:31x31x3-output:16x16x32",
    "expanded_conv-input:16x16x32-output:16x16x16-expand:1-kernel:3-stride:1-idskip:0",
    "expanded_conv-input:16x16x16-output:16x16x16-expand:6-kernel:7-stride:1-idskip:1",
    "Conv_1-input:16x16x16-output:16x16x96", "Logits-input:16x16x96-output:10",
  ]
  static let nsgaNetV2 = [
    "first_conv-input:32x32x3-output:16x16x16",
    "MBConv-input:16x16x16-output:16x16x16-expand:1-kernel:3-stride:1-idskip:1-se:0",
    "MBConv-input:16x16x40-output:8x8x80-expand:3-kernel:5-stride:2-idskip:0-se:0",
    "MBConv-input:8x8x112-output:8x8x112-expand:6-kernel:3-stride:1-idskip:1-se:1",
    "final_expand_layer-input:8x8x24-output:8x8x96", "feature_mix_layer-input:1x1x96-output:1x1x128",
    "classifier-input:128-output:10",
  ]

  /// Rows with these keys, whose numbers are those given for all and a mean of the line.
  static func rows(_ keys: [String], _ numbers: [String: Double] = [:]) -> [YAML.Row] {
    keys.enumerated().map { index, key in
      YAML.Row(
        key: key, line: index + 1, numbers: ["mean": Double(index + 1)].merging(numbers) { $1 })
    }
  }
}

@Suite struct PublishedTableTests {
  private func table(_ rows: [YAML.Row]) throws -> LatencyTable {
    try LatencyTable(joining: [PublishedTable(rows, at: "t.yaml")])
  }

  @Test(
    "The keys of each dialect become the signatures of the blocks that they time",
    arguments: [
      (
        SmallTable.mobileNetV3,
        [
          "32x32x3 > conv3/2 16 h_swish": 1, "16x16x16 > dw3 relu conv1 16 add@0": 2,
          "16x16x16 > conv1 64 h_swish dw5/2 h_swish pool conv1b 16 relu conv1b 64 h_sigmoid scale@4 conv1 24": 3,
          "8x8x24 > conv1 96 h_swish pool conv1 128 h_swish linearb 10": 4 + 5 + 6 + 7,
        ]
      ),
      (
        SmallTable.proxylessNAS,
        [
          "31x31x3 > conv3/2 32 relu6": 1, "16x16x32 > dw3 relu6 conv1 16": 2,
          "16x16x16 > conv1 96 relu6 dw7 relu6 conv1 16 add@0": 3, "16x16x16 > conv1 96 relu6 pool linearb 10": 4 + 5,
        ]
      ),
      (
        SmallTable.nsgaNetV2,
        [
          "32x32x3 > conv3/2 16 h_swish": 1, "16x16x16 > dw3 relu conv1 16 add@0": 2,
          "16x16x40 > conv1 120 h_swish dw5/2 h_swish conv1 80": 3,
          "8x8x112 > conv1 672 h_swish dw3 h_swish pool conv1b 168 relu conv1b 672 h_sigmoid scale@4 conv1 112 add@0":
            4,
          "8x8x24 > conv1 96 h_swish pool conv1 128 h_swish linearb 10": 5 + 6 + 7,
        ]
      ),
    ] as [([String], [String: Double])])
  func signatures(keys: [String], expected: [String: Double]) throws {
    let table = try PublishedTable(SmallTable.rows(keys), at: "t.yaml")
    #expect(table.keyCount == keys.count && table.resolutions == [keys == SmallTable.proxylessNAS ? 31 : 32])
    #expect(try LatencyTable(joining: [table]).entries.mapValues(\.milliseconds) == expected)
  }

  @Test(
    "Means keep what is told of spread and number; of a head the means and variances add, and the least count counts")
  func numbers() throws {
    let head = "8x8x24 > conv1 96 h_swish pool conv1 128 h_swish linearb 10"
    var rows = SmallTable.rows(SmallTable.mobileNetV3, ["std": 2, "count": 50])
    rows[4].numbers["count"] = 7
    var entries = try table(rows).entries
    #expect(entries["32x32x3 > conv3/2 16 h_swish"] == .mean(1, deviation: 2, count: 50))
    #expect(entries[head] == .mean(22, deviation: 4, count: 7))

    entries = try table(SmallTable.rows(SmallTable.mobileNetV3, ["var": 9])).entries
    #expect(entries[head] == .mean(22, deviation: 6, count: nil))
    entries = try table(SmallTable.rows(SmallTable.mobileNetV3)).entries
    #expect(entries[head] == .mean(22, deviation: nil, count: nil))
  }

  /// A table whose networks enter at another resolution, the first means multiplied.
  private func table(resolution: Int, factor: Double) throws -> PublishedTable {
    let keys = SmallTable.mobileNetV3.map {
      $0.replacingOccurrences(of: "Conv-input:32x32x3", with: "Conv-input:\(resolution)x\(resolution)x3")
        .replacingOccurrences(of: "3-output:16x16", with: "3-output:\((resolution + 1) / 2)x\((resolution + 1) / 2)")
    }
    var rows = SmallTable.rows(keys, ["std": 1, "count": factor == 1 ? 1 : 3])
    for index in rows.indices { rows[index].numbers["mean"] = factor * Double(index + 1) }
    return try PublishedTable(rows, at: "\(resolution).yaml")
  }

  @Test("A block in tables of several resolutions has each one's latency there, and all of them together elsewhere")
  func joining() throws {
    let tables = try [table(resolution: 32, factor: 1), table(resolution: 36, factor: 5)]
    let profile = try DeviceProfile(device: "phone", tables: tables)
    #expect(profile.device.name == "phone" && profile.measurement.runner == "imported")
    #expect(profile.measurement.sources == nil)

    let table = profile.table
    let block = "16x16x16 > dw3 relu conv1 16 add@0"
    #expect(try table.entry(block, resolution: 32) == .mean(2, deviation: 1, count: 1))
    #expect(try table.entry(block, resolution: 36) == .mean(10, deviation: 1, count: 3))
    // 2 once and 10 three times: 8 on average, and 1 + (36 + 3 · 4) / 4 = 13 of variance.
    for resolution in [nil, 40] {
      #expect(try table.entry(block, resolution: resolution) == .mean(8, deviation: 13.0.squareRoot(), count: 4))
    }
    #expect(try table.entry("32x32x3 > conv3/2 16 h_swish", resolution: 36) == .mean(1, deviation: 1, count: 1))
    let classes = "8x8x24 > conv1 96 h_swish pool conv1 128 h_swish linearb 7"
    #expect(try table.entry(classes, resolution: 36).milliseconds == 5 * 22)

    let text = try Documents.encode(profile)
    #expect(try Documents.decode(DeviceProfile.self, from: text, at: "p.json") == profile)
  }

  @Test("What tables come to together does not depend on their order")
  func order() throws {
    let tables = try [(32, 0.1), (36, 0.2), (40, 0.3)].map { try table(resolution: $0.0, factor: $0.1) }
    let joined = try LatencyTable(joining: tables)
    for other in [[2, 1, 0], [1, 2, 0], [0, 2, 1]] {
      #expect(try LatencyTable(joining: other.map { tables[$0] }) == joined)
    }
  }

  @Test("Two tables of one resolution are refused, by the key that both have")
  func sameResolution() throws {
    let tables = try [table(resolution: 32, factor: 1), table(resolution: 32, factor: 5)]
    let failure = failure { try LatencyTable(joining: tables) }
    #expect(failure?.kind == .badData && failure?.place == "32.yaml: line 1: Conv-input:32x32x3-output:16x16x16")
  }

  @Test(
    "A key that is no block, or no other's of its dialect, is refused by line and key",
    arguments: [
      // no layer at all, or shapes and attributes that are none
      ("Conv-input:32x32x3", 0), ("Conv-input:32x32x3-output:16x16", 0), ("Conv-input:32x32x0-output:16x16x16", 0),
      ("Conv-input:99999999999999999999x1x3-output:16x16x16", 0), ("Conv-output:16x16x16-input:32x32x3", 0),
      ("Conv-input:32x32x3-output:16x16x16-a", 0), ("Conv-input:32x32x3-output:16x16x16-a:1-a:2", 0),
      ("Conv-input:32x32x3-output:17x16x16", 0), ("Conv-input:32x32x3-output:16x16x16-hs:1", 0),
      ("Conf-input:1-output:2", 0),
      // no block
      ("expanded_conv-input:16x16x16-output:8x8x24-expand:64-kernel:5-stride:2-idskip:0", 2),
      ("MBConv-input:16x16x16-output:8x8x24-expand:3-kernel:5-stride:2-idskip:0-se:0", 2),
      ("expanded_conv-input:16x16x16-output:8x8x24-expand:64-kernel:4-stride:2-idskip:0-se:1-hs:1", 2),
      ("expanded_conv-input:16x16x16-output:8x8x24-expand:64-kernel:5-stride:0-idskip:0-se:1-hs:1", 2),
      ("expanded_conv-input:16x16x16-output:8x8x24-expand:0-kernel:5-stride:2-idskip:0-se:1-hs:1", 2),
      ("expanded_conv-input:16x16x16-output:8x8x24-expand:6.5-kernel:5-stride:2-idskip:0-se:1-hs:1", 2),
      ("expanded_conv-input:16x16x16-output:8x8x24-expand:64-kernel:5-stride:2-idskip:2-se:1-hs:1", 2),
      ("expanded_conv-input:16x16x16-output:8x8x24-expand:64-kernel:5-stride:2-idskip:0-se:0.5-hs:1", 2),
      ("expanded_conv-input:16x16x16-output:8x8x24-expand:64-kernel:5-stride:2-idskip:0-se:1-hs:3", 2),
      ("expanded_conv-input:16x16x16-output:8x8x24-expand:64-kernel:5-stride:1-idskip:0-se:1-hs:1", 2),
      ("expanded_conv-input:16x16x16-output:8x8x24-expand:64-kernel:5-stride:2-idskip:1-se:1-hs:1", 2),
      ("expanded_conv-input:16x16x16-output:16x16x24-expand:64-kernel:5-stride:1-idskip:1-se:1-hs:1", 2),
      // a second key of a block
      ("expanded_conv-input:16x16x16-output:16x16x16-expand:16-kernel:3-stride:1-idskip:1-se:0-hs:0", 2),
      // heads with a layer missing or too many
      ("Conv_1-input:8x8x24-output:8x8x100", 3), ("Conv_1-input:8x8x24-output:4x4x96", 3),
      ("AvgPool2D-input:7x7x96-output:1x1x96", 3), ("AvgPool2D-input:8x8x96-output:1x1x97", 3),
      ("Conv_2-input:1x1x96-output:1x1x129", 3), ("Conv_2-input:1x1x96-output:2x2x128", 3),
      ("Logits-input:1x1x127-output:10", 3), ("AvgPool2D-input:8x8x96-output:1x1x96", 5),
    ])
  func refused(key: String, index: Int) {
    var keys = SmallTable.mobileNetV3
    keys[index] = key
    let failure = failure { try PublishedTable(SmallTable.rows(keys), at: "t.yaml") }
    #expect(failure?.kind == .badData, "\(key)")
    #expect(failure?.place?.hasPrefix("t.yaml: line ") == true, "\(String(describing: failure))")
    if index < 3 { #expect(failure?.place == "t.yaml: line \(index + 1): \(key)") }
  }

  @Test("Of a dialect that does not say the activation only the published widths are read")
  func unknownWidth() {
    var keys = SmallTable.nsgaNetV2
    keys[2] = "MBConv-input:16x16x40-output:8x8x64-expand:3-kernel:5-stride:2-idskip:0-se:0"
    let failure = failure { try PublishedTable(SmallTable.rows(keys), at: "t.yaml") }
    #expect(failure?.message.contains("64 is no published width") == true)
  }

  @Test(
    "Numbers that no table has are refused",
    arguments: [
      ["std": 1, "var": 1], ["std": 1], ["mean": -1], ["std": -1], ["count": 0], ["count": 1.5], ["count": 1e30],
      ["std": 1e10],
      ["mean": 1e300],
    ] as [[String: Double]])
  func numbers(_ numbers: [String: Double]) {
    var rows = SmallTable.rows(SmallTable.mobileNetV3)
    rows[1].numbers.merge(numbers) { $1 }
    let failure = failure { try PublishedTable(rows, at: "t.yaml") }
    #expect(failure?.kind == .badData && failure?.place?.hasPrefix("t.yaml: line 2: expanded_conv") == true)
  }

  @Test(
    "Of several columns of means all are listed, and the chosen one is taken, without another's spread"
  )
  func columns() throws {
    var rows = SmallTable.rows(SmallTable.mobileNetV3, ["std": 2, "count": 50, "big": 0.5, "small": 3])
    for index in rows.indices { rows[index].others["unit"] = "\"ms\"" }
    let message = try #require(failure { try PublishedTable(rows, at: "t.yaml") }?.message)
    #expect(message.hasPrefix("several columns of means: big, mean, small; choose one, such as `column` "))
    let stem = "32x32x3 > conv3/2 16 h_swish"
    func entry(_ column: String?) throws -> LatencyTable.Entry? {
      try LatencyTable(joining: [PublishedTable(rows, column: column, at: "t.yaml")]).entries[stem]
    }
    let advice = try #require(message.firstMatch(of: /`column` (.*)$/))
    #expect(try entry(String(advice.1)) == .mean(0.5, deviation: nil, count: 50))
    #expect(try entry("mean") == .mean(1, deviation: 2, count: 50) && entry("small")?.milliseconds == 3)

    // What is wrong with another column is nobody's concern; with the chosen one it is, by line and key.
    rows[2].numbers["mean"] = -1
    #expect(try entry("big") == .mean(0.5, deviation: nil, count: 50))
    rows[2].numbers["big"] = nil
    for (column, reason) in [("mean", "mean is -1.0"), ("big", "no big; it has count, mean, small, std, unit")] {
      let failure = failure { try entry(column) }
      #expect(failure?.place == "t.yaml: line 3: \(rows[2].key)" && failure?.message.hasPrefix(reason) == true)
    }
    #expect(failure { try entry("large") }?.message == "no column large; of means there are big, mean, small")

    // The only column need not be named.
    for index in rows.indices { rows[index].numbers = ["milliseconds": 7] }
    #expect(try entry(nil) == .mean(7, deviation: nil, count: nil))
  }

  @Test("A table that lacks a mean, or a spread that others have, or any block, is refused")
  func incomplete() {
    var rows = SmallTable.rows(SmallTable.mobileNetV3, ["std": 1])
    rows[6].numbers["std"] = nil
    #expect(failure { try PublishedTable(rows, at: "t.yaml") }?.place?.hasPrefix("t.yaml: line 7: Logits") == true)
    rows[6].numbers = ["std": 1]
    #expect(failure { try PublishedTable(rows, at: "t.yaml") }?.place?.hasPrefix("t.yaml: line 7: Logits") == true)
    let failure = failure { try PublishedTable([rows[0]], at: "t.yaml") }
    #expect(failure?.kind == .badData && failure?.place == "t.yaml")
  }

  @Test("A table that was cut or damaged is read or refused in one line, and never more")
  func damaged() throws {
    let text = SmallTable.rows(SmallTable.mobileNetV3).map {
      "\($0.key):\n  count: 5\n  mean: \($0.line)\n  std: 0.5\n"
    }
    .joined()
    let bytes = Array(text.utf8)
    let alphabet = Array("0129-:.,{}[]&*!#'\" \n\r\tx\u{0}\u{7f}ne".utf8) + [0x80, 0xff]
    var generator = Lottery(state: 1)
    var whole = 0
    for round in 0..<2000 {
      var damaged = bytes
      switch round % 4 {
      case 0: damaged.removeLast(Int.random(in: 1...bytes.count, using: &generator))
      case 1:
        damaged[Int.random(in: 0..<bytes.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2:
        for _ in 0..<3 {
          damaged[Int.random(in: 0..<bytes.count, using: &generator)] = alphabet.randomElement(using: &generator) ?? 0
        }
      default:
        let at = Int.random(in: 0..<bytes.count, using: &generator)
        let end = min(bytes.count, at + Int.random(in: 1..<60, using: &generator))
        damaged.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &generator))
      }
      do {
        let table = try LatencyTable(joining: [PublishedTable(YAML.table(damaged, at: "t.yaml"), at: "t.yaml")])
        #expect(table.entries.values.allSatisfy { $0.milliseconds.isFinite && $0.reach.above.isFinite })
        whole += 1
      } catch let failure as Failure {
        let line = failure.description
        #expect(failure.kind == .badData && line.hasPrefix("t.yaml") && !line.contains(where: \.isNewline), "\(line)")
      }
    }
    #expect(1..<1000 ~= whole, "\(whole) of 2000 were still tables")
  }
}

/// A generator of few lines: Knuth's, whose high bits are good enough to damage a file.
private struct Lottery: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    func half(_ state: inout UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 32
    }
    return half(&state) << 32 | half(&state)
  }
}
