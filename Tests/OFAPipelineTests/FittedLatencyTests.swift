import Foundation
import OFAFormats
import OFAHardware
import OFANumerics
import OFAPipeline
import OFAProfiling
import OFASpace
import TestSupport
import Testing

/// What fits to whole networks reach on networks that others measured and published. `OFA_SPLITS` says how many random
/// splits each figure is the mean of; one unless it is given.
@Suite("Fitted latency on published networks", .enabled(if: sharedFolder != nil), .serialized)
struct FittedLatencyTests {
  private static let splits = ProcessInfo.processInfo.environment["OFA_SPLITS"].flatMap(Int.init) ?? 1
  private static let families = ["mobilenetv1", "mobilenetv2", "mobilenetv3", "mnasnet", "proxylessnas"]
  private static let devices = ["cortexA76cpu_tflite21", "adreno640gpu_tflite21", "adreno630gpu_tflite21"]

  private static func data(_ path: String) throws -> String { try #require(sharedFolder) + "/data/" + path }

  /// The networks of nn-Meter's families; of one split the first part of each file.
  private static let nnMeter = Result { () throws -> [String: TimedNetworks] in
    var networks: [String: TimedNetworks] = [:]
    for family in families {
      let path = try data("devices/nn-meter/\(family).jsonl.gz")
      var bytes = try ByteStream(path, decompressing: true).read(splits > 1 ? 1 << 30 : 1 << 19)
      bytes = Array(bytes.prefix(through: bytes.lastIndex(of: UInt8(ascii: "\n")) ?? 0))
      networks[family] = try TimedNetworks(bytes, space: nil, at: path)
    }
    return networks
  }

  /// Networks in an order of a split's own: the first for a fit, the others to judge it.
  private func split(
    _ networks: [TimedNetwork], _ seed: Int, train: Int
  ) -> (train: [TimedNetwork], test: [TimedNetwork]) {
    var generator = SeededGenerator(seed: UInt64(seed), stream: "split")
    let shuffled = networks.shuffled(using: &generator)
    return (Array(shuffled.prefix(train)), Array(shuffled.dropFirst(train)))
  }

  private func error(_ result: LayerLatencyFit.Result, on networks: [TimedNetwork]) throws -> PredictionError {
    PredictionError(
      predicted: try networks.map {
        result.correction.interceptMilliseconds + (try result.layers.milliseconds(of: $0.layers))
      }, measured: networks.map(\.latencyMilliseconds))
  }

  /// The part of networks whose latency is in the interval of 90 %.
  private func coverage(_ result: LayerLatencyFit.Result, on networks: [TimedNetwork]) throws -> Double {
    let inside = try networks.count { network in
      let predicted = result.correction.interceptMilliseconds + (try result.layers.milliseconds(of: network.layers))
      return abs(network.latencyMilliseconds / predicted - 1) <= result.correction.error.relativeErrorP90
    }
    return Double(inside) / Double(networks.count)
  }

  private func percents(_ values: [Double]) -> String {
    String(
      format: "mean %.1f %%, least %.1f %%", 100 * Statistics.mean(values), 100 * (values.min() ?? 0))
  }

  @Test(
    "nn-Meter's families: 100 networks of the family", arguments: splits > 1 ? devices : Array(devices.prefix(1)))
  func sameFamily(device: String) throws {
    let all = try Self.nnMeter.get()
    var means: [Double] = []
    for family in Self.families {
      let networks = try #require(all[family]).networks(column: device, at: "").timed
      var (shares, covered, five) = ([Double](), [Double](), [Double]())
      var kinds: [String] = []
      for seed in 0..<Self.splits {
        let (train, test) = split(networks, seed, train: 100)
        let result = try LayerLatencyFit(networks: train, seed: UInt64(seed)).fitted()
        let error = try error(result, on: test)
        shares.append(error.withinTenPercent)
        five.append(error.withinFivePercent)
        covered.append(try coverage(result, on: test))
        kinds.append(result.kind.rawValue)
      }
      if Self.splits > 1 {
        print(
          "100 of \(family) on \(device): within 10 % \(percents(shares)); within 5 % \(percents(five)); interval",
          percents(covered), "trees \(kinds.count { $0 == "trees" }) of \(kinds.count)")
      }
      means.append(Statistics.mean(shares))
    }
    #expect(Statistics.mean(means) >= 0.97 && means.allSatisfy { $0 >= 0.92 }, "\(means)")
  }

  @Test("nn-Meter's families: ten networks of a family that no source has", arguments: devices)
  func unseenFamily(device: String) throws {
    let all = try Self.nnMeter.get()
    let networks = try all.mapValues { try $0.networks(column: device, at: "").timed }
    var means: [Double] = []
    for family in Self.families {
      let others = Self.families.filter { $0 != family }.flatMap { networks[$0] ?? [] }
      let source = LayerLatencyFit.Source(networks: others)
      var (shares, covered) = ([Double](), [Double]())
      for seed in 0..<Self.splits {
        let (ten, test) = split(try #require(networks[family]), seed, train: 10)
        let result = try LayerLatencyFit(networks: ten, sources: [source]).fitted()
        shares.append(try error(result, on: test).withinTenPercent)
        covered.append(try coverage(result, on: test))
      }
      if Self.splits > 1 {
        print("10 of \(family) on \(device): within 10 % \(percents(shares)); interval \(percents(covered))")
      }
      means.append(Statistics.mean(shares))
    }
    #expect(Statistics.mean(means) >= 0.9 && means.allSatisfy { $0 >= 0.7 }, "\(means)")
  }

  /// The rows of a CSV without quotes, by the names of its first row.
  private func table(_ path: String) throws -> (names: [Substring: Int], rows: [[Substring]]) {
    let bytes = try ByteStream(Self.data(path), decompressing: true).read(1 << 28)
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    return (Dictionary(uniqueKeysWithValues: lines[0].enumerated().map { ($1, $0) }), Array(lines.dropFirst()))
  }

  @Test(
    "HELP's subnets on a Titan RTX at batch 64", arguments: [(100, 0.85), (500, 0.98)])
  func titan(train: Int, share: Double) throws {
    let space = try SearchSpace.named("ofa_mbv3_d234_e346_k357_w1.0")
    let (names, rows) = try table("devices/ofa_mbv3_gpus.csv")
    func column(_ name: Substring, _ row: [Substring]) throws -> Substring { row[try #require(names[name])] }
    let networks = try rows.enumerated().filter { Self.splits > 1 || $0.offset % 2 == 0 }.map { _, row in
      func list(_ name: Substring) throws -> String {
        try column(name, row).split(separator: "-").joined(separator: ",")
      }
      let subnet = try space.subnet(
        parsing: """
          {"r":\(try column("r", row)),"d":[\(try list("d"))],"e":[\(try list("e"))],"ks":[\(try list("ks"))]}
          """)
      return TimedNetwork(
        layers: space.graph(of: subnet).layers,
        latencyMilliseconds: Double(try column("lat_ms_titan_rtx_64", row)) ?? .nan)
    }
    var (shares, covered) = ([Double](), [Double]())
    for seed in 0..<Self.splits {
      let (train, test) = split(networks, seed, train: train)
      let result = try LayerLatencyFit(networks: train, seed: UInt64(seed)).fitted()
      shares.append(try error(result, on: test).withinFivePercent)
      covered.append(try coverage(result, on: test))
    }
    if Self.splits > 1 { print("\(train) of HELP: within 5 % \(percents(shares)); interval \(percents(covered))") }
    #expect(Statistics.mean(shares) >= share, "\(shares)")
  }

  /// A cell of NAS-Bench-201 as layers: an operation of the cell that the result depends on, and that depends on the
  /// input, is a layer of its kind, any other one of a kind of its own, because compilers of graphs leave it out and
  /// other programs do not. Each stands for the fifteen copies that the network has, so its sizes say nothing.
  private func layers(ofCell text: Substring) -> [Layer] {
    let operations = text.split(whereSeparator: { "|+".contains($0) }).map { $0.split(separator: "~")[0] }
    // The edges from node to node in the text's order.
    let edges = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)]
    let isThere = operations.map { $0 != "none" }
    var (reached, used) = ([true, false, false, false], [false, false, false, true])
    for (index, edge) in edges.enumerated() where isThere[index] && reached[edge.0] { reached[edge.1] = true }
    for (index, edge) in edges.enumerated().reversed() where isThere[index] && used[edge.1] { used[edge.0] = true }
    return zip(operations, edges).map { operation, edge in
      let isLive = operation != "none" && reached[edge.0] && used[edge.1]
      return Layer(
        isLive ? String(operation) : "unused \(operation)", inputChannels: 1, outputChannels: 1, kernelSize: 0,
        inputSize: 1)
    }
  }

  @Test("NAS-Bench-201: ten cells on each device, after those of all others")
  func cells() throws {
    let (names, rows) = try table("nasbench201/nb201_full.csv.gz")
    let columns = names.keys.filter { $0.hasPrefix("lat_") }.sorted()
    #expect(columns.count == 27)
    let column = try #require(names["arch_str"])
    let kept = stride(from: 0, to: rows.count, by: Self.splits > 1 ? 1 : 8).map { rows[$0] }
    let cells = kept.map { layers(ofCell: $0[column]) }
    let latencies = try columns.map { name in
      let place = try #require(names[name])
      return try kept.map { row in try #require(Double(row[place])) }
    }
    func network(_ cell: Int, on device: Int) -> TimedNetwork {
      TimedNetwork(layers: cells[cell], latencyMilliseconds: latencies[device][cell])
    }
    /// What a device is, whatever the batch: the sources that would make it easy are left out as well.
    func name(_ device: Int) -> String {
      columns[device].split(separator: "_").dropFirst().filter { Int($0) == nil }.joined(separator: "_")
    }
    for isHard in Self.splits > 1 ? [false, true] : [true] {
      var means: [Double] = []
      var byDevice = [[Double]](repeating: [], count: columns.count)
      for seed in 0..<Self.splits {
        var generator = SeededGenerator(seed: UInt64(seed), stream: "cells")
        let known = cells.indices.shuffled(using: &generator).prefix(Self.splits > 1 ? 900 : 300)
        for device in columns.indices {
          let ten = cells.indices.shuffled(using: &generator).prefix(10)
          let others = columns.indices.filter { isHard ? name($0) != name(device) : $0 != device }
          let sources = others.map { other in
            LayerLatencyFit.Source(networks: known.map { network($0, on: other) })
          }
          let result = try LayerLatencyFit(networks: ten.map { network($0, on: device) }, sources: sources).fitted()
          let test = Set(cells.indices).subtracting(ten).sorted()
          byDevice[device].append(
            Statistics.spearman(
              try test.map { try result.layers.milliseconds(of: cells[$0]) }, test.map { latencies[device][$0] }))
        }
        means.append(Statistics.mean(byDevice.map { $0[seed] }))
      }
      if Self.splits > 1 {
        print("cells, other batches of a device \(isHard ? "left out" : "known"): mean \(means)")
        for (device, values) in byDevice.enumerated() { print("  \(columns[device]) \(Statistics.mean(values))") }
      }
      #expect(Statistics.mean(means) >= 0.932, "\(means)")
    }
  }
}
