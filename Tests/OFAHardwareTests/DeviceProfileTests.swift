import Foundation
import OFAFormats
import OFAGraph
import OFAHardware
import TestSupport
import Testing

@Suite struct DeviceProfileTests {
  /// A network of two blocks that both compute the same.
  private func graph() -> Graph {
    var graph = Graph(input: .image(height: 8, width: 8, channels: 4), block: "a")
    let filter = Weight("filter", shape: [4, 4, 1, 1])
    let x = graph.convolution(graph.input, "a.convolution", kernelSize: 1, filter: filter)
    graph.beginBlock("b")
    _ = graph.convolution(x, "b.convolution", kernelSize: 1, filter: filter)
    return graph
  }

  private func profile(_ entry: LatencyTable.Entry, correction: LatencyCorrection? = nil) -> DeviceProfile {
    DeviceProfile(
      device: DeviceProfile.Device(name: "board", processor: "Cortex-A72"),
      measurement: DeviceProfile.Measurement(
        runner: "host", runnerVersion: "1", kernelForm: "neon", threads: 1, frequencyMegahertz: 1500,
        date: "2026-03-31",
        repeats: 50, warmUps: 5),
      limits: DeviceProfile.Limits(memoryBytes: 1 << 20), correction: correction,
      table: LatencyTable([graph().signatures[0]: entry, "other": LatencyTable.Entry(medianMilliseconds: 9, count: 1)]))
  }

  private func correction(error: Double) -> LatencyCorrection {
    LatencyCorrection(
      interceptMilliseconds: 1, slope: 2,
      error: PredictionError(
        networks: 50, withinFivePercent: 0.8, withinTenPercent: 0.95, spearman: 0.99, relativeErrorP90: error))
  }

  @Test("Without spread the latency and both ends of its interval are the sum over the blocks")
  func sum() throws {
    let estimate = try profile(LatencyTable.Entry(medianMilliseconds: 1.5, count: 3)).latency(of: graph())
    #expect(estimate.milliseconds == 3 && estimate.low == 3 && estimate.high == 3)
  }

  @Test("The interval of independent blocks widens with the root of their number, to each side by its own spread")
  func spread() throws {
    let entry = LatencyTable.Entry(medianMilliseconds: 1.5, p10Milliseconds: 1.4, p90Milliseconds: 1.8, count: 50)
    let estimate = try profile(entry).latency(of: graph())
    #expect(abs(estimate.low - (3 - 1.6449 / 1.2816 * 0.1 * 2.0.squareRoot())) < 1e-12)
    #expect(abs(estimate.high - (3 + 1.6449 / 1.2816 * 0.3 * 2.0.squareRoot())) < 1e-12)
  }

  @Test("The interval of means reaches 1.6449 deviations to each side, and none where no deviation is known")
  func deviation() throws {
    let estimate = try profile(.mean(1.5, deviation: 0.2, count: nil)).latency(of: graph())
    #expect(estimate.milliseconds == 3)
    #expect(abs(estimate.low - (3 - 1.6449 * 0.2 * 2.0.squareRoot())) < 1e-12)
    #expect(abs(estimate.high - (3 + 1.6449 * 0.2 * 2.0.squareRoot())) < 1e-12)
    let bare = try profile(.mean(1.5, deviation: nil, count: 3)).latency(of: graph())
    #expect(bare.low == 3 && bare.high == 3)
  }

  @Test("An entry of one resolution counts in networks of that resolution alone")
  func resolution() throws {
    var profile = profile(.mean(1.5, deviation: nil, count: 3))
    profile.table.entriesAtResolution[8] = [graph().signatures[0]: .mean(4, deviation: nil, count: nil)]
    #expect(try profile.latency(of: graph()).milliseconds == 8)
    profile.table.entriesAtResolution = [9: [graph().signatures[0]: .mean(4, deviation: nil, count: nil)]]
    #expect(try profile.latency(of: graph()).milliseconds == 3)
  }

  @Test("A correction shifts and scales the sum, and its error widens the interval")
  func corrected() throws {
    let entry = LatencyTable.Entry(medianMilliseconds: 1.5, p10Milliseconds: 1.5, p90Milliseconds: 1.5, count: 50)
    let estimate = try profile(entry, correction: correction(error: 0.1)).latency(of: graph())
    #expect(estimate.milliseconds == 7)
    #expect(abs(estimate.low - 6.3) < 1e-12 && abs(estimate.high - 7.7) < 1e-12)
    let wide = try profile(entry, correction: correction(error: 3)).latency(of: graph())
    #expect(wide.low == 0)
  }

  @Test("A block that was not measured is named")
  func missing() throws {
    var profile = profile(LatencyTable.Entry(medianMilliseconds: 1, count: 1))
    profile.table.entries[graph().signatures[0]] = nil
    #expect(!profile.table.covers(graph()))
    let failure = #expect(throws: Failure.self) { try profile.latency(of: graph()) }
    #expect(failure?.kind == .badData && failure?.place == "board")
    #expect(failure?.message.contains(graph().signatures[0]) == true)
  }

  @Test("A profile that was written and read is the same, and equal profiles have equal bytes")
  func roundTrip() throws {
    let entry = LatencyTable.Entry(medianMilliseconds: 1.5, p10Milliseconds: 1.4, p90Milliseconds: 1.8, count: 50)
    var parts = profile(.mean(0.1, deviation: 0.01, count: 3))
    parts.spaces = ["one", "another"]
    parts.table.entriesAtResolution = [
      9: ["other": .mean(4, deviation: nil, count: nil)], 10: ["other": .mean(5, deviation: 1, count: nil)],
    ]
    for profile in [
      profile(entry, correction: correction(error: 0.05)),
      profile(LatencyTable.Entry(medianMilliseconds: 0.1, count: 0)),
      profile(.mean(0.1, deviation: 0.01, count: 3)), profile(.mean(0.1, deviation: nil, count: nil)), parts,
    ] {
      let text = try Documents.encode(profile)
      let read = try Documents.decode(DeviceProfile.self, from: text, at: "p.json")
      #expect(read == profile)
      #expect(try Documents.encode(read) == text)
    }
  }

  @Test(
    "A profile with numbers that no measurement gives is refused with the path",
    arguments: [
      ("\"medianMilliseconds\": 1.5", "\"medianMilliseconds\": -1", "blocks[0]"),
      ("\"p10Milliseconds\": 1.4", "\"p10Milliseconds\": 1.6", "blocks[0]"),
      ("\"p90Milliseconds\": 1.8", "\"p90Milliseconds\": 1.2", "blocks[0]"),
      ("\"count\": 50", "\"count\": -1", "blocks[0]"), ("\"slope\": 2", "\"slope\": 0", "correction"),
      ("\"memoryBytes\": 1048576", "\"memoryBytes\": 0", "limits"), ("\"version\": 3", "\"version\": 9", "version"),
      ("\"medianMilliseconds\": 1.5", "\"medianMilliseconds\": 1e308", "blocks[0]"),
      ("\"p90Milliseconds\": 1.8", "\"p90Milliseconds\": 1e308", "blocks[0]"),
      ("\"medianMilliseconds\": 9", "\"meanMilliseconds\": 1e10", "blocks[1]"),
      ("\"slope\": 2", "\"slope\": 1e308", "correction"),
      ("ofa-device-profile", "ofa-space", "format"),
      ("\"signature\": \"other\"", "\"signature\": 3", "blocks[1].signature"),
      ("\"runner\": ", "\"ruñer\": ", "measurement"),
      ("\"medianMilliseconds\": 1.5", "\"meanMilliseconds\": 1.5", "blocks[0]"),
      ("\"medianMilliseconds\": 1.5", "\"medianMilliseconds\": 1.5, \"meanMilliseconds\": 1.5", "blocks[0]"),
      ("\"medianMilliseconds\": 1.5", "\"medianMilliseconds\": 1.5, \"deviationMilliseconds\": 1", "blocks[0]"),
      ("\"medianMilliseconds\": 1.5", "\"resolution\": 8, \"medianMilliseconds\": 1.5", "blocks[0]"),
      (", \"count\": 50", "", "blocks[0]"), ("\"medianMilliseconds\": 9", "\"meanMilliseconds\": -9", "blocks[1]"),
      ("\"medianMilliseconds\": 9", "\"meanMilliseconds\": 9, \"deviationMilliseconds\": -1", "blocks[1]"),
    ])
  func refused(original: String, replacement: String, path: String) throws {
    let entry = LatencyTable.Entry(medianMilliseconds: 1.5, p10Milliseconds: 1.4, p90Milliseconds: 1.8, count: 50)
    let text = try Documents.encode(profile(entry, correction: correction(error: 0.05)))
    let changed = text.replacingOccurrences(of: original, with: replacement)
    #expect(changed != text)
    let failure = #expect(throws: Failure.self) {
      try Documents.decode(DeviceProfile.self, from: changed, at: "p.json")
    }
    #expect(failure?.kind == .badData && failure?.place?.contains(path) == true, "\(String(describing: failure))")
  }

  @Test("A profile of the first version is read as it was meant")
  func firstVersion() throws {
    let entry = LatencyTable.Entry(medianMilliseconds: 1.5, p10Milliseconds: 1.4, p90Milliseconds: 1.8, count: 50)
    let profile = profile(entry, correction: correction(error: 0.05))
    let text = try Documents.encode(profile).replacingOccurrences(of: "\"version\": 3", with: "\"version\": 1")
    #expect(try Documents.decode(DeviceProfile.self, from: text, at: "p.json") == profile)
  }

  @Test("A profile without spaces has no such key, and one without it has none")
  func noSpaces() throws {
    let text = try Documents.encode(profile(LatencyTable.Entry(medianMilliseconds: 1, count: 1)))
    #expect(!text.contains("spaces"))
    #expect(try Documents.decode(DeviceProfile.self, from: text, at: "p.json").spaces.isEmpty)
  }

  /// A profile of a data sheet.
  private var untimed: DeviceProfile {
    DeviceProfile(
      device: DeviceProfile.Device(name: "board"),
      measurement: DeviceProfile.Measurement(runner: "none", sources: ["its data sheet"]),
      limits: DeviceProfile.Limits(memoryBytes: 1 << 20))
  }

  @Test("Of a device that was not measured no latency is told, but how to measure it")
  func notMeasured() throws {
    #expect(try Documents.decode(DeviceProfile.self, from: Documents.encode(untimed), at: "p.json") == untimed)
    #expect(!untimed.isTimed)
    let failure = #expect(throws: Failure.self) { try untimed.latency(of: graph()) }
    #expect(failure?.kind == .badData && failure?.place == "board")
    #expect(failure?.message.contains("ofa profile --space S --runner ssh:USER@HOST --output FILE") == true)
  }

  @Test("What keeps others from relying on a profile is told, each thing by its key; nothing of one that tells all")
  func doubts() {
    let sound = profile(LatencyTable.Entry(medianMilliseconds: 1, count: 1), correction: correction(error: 0.1))
    #expect(sound.doubts.isEmpty && untimed.doubts.isEmpty)
    func doubts(_ profile: DeviceProfile, _ change: (inout DeviceProfile) -> Void) -> [String] {
      var profile = profile
      change(&profile)
      return profile.doubts
    }
    let cases: [(key: String, doubts: [String])] = [
      ("measurement.date", doubts(sound) { $0.measurement.date = nil }),
      ("measurement.date", doubts(sound) { $0.measurement.date = "yesterday" }),
      ("measurement.runnerVersion", doubts(sound) { $0.measurement.runnerVersion = nil }),
      ("measurement.kernelForm", doubts(sound) { $0.measurement.kernelForm = nil }),
      ("measurement.threads", doubts(sound) { $0.measurement.threads = nil }),
      ("correction.error", doubts(sound) { $0.correction = nil }),
      (
        "of fresh networks 4 % were within 5 %, 9 % within 10 %",
        doubts(sound) {
          $0.correction?.error.withinFivePercent = 0.04
          $0.correction?.error.withinTenPercent = 0.09
        }
      ),
      (
        "9 % within 10 %, and two halves of their own measurement for 40 %",
        doubts(sound) {
          $0.correction?.error.withinTenPercent = 0.09
          $0.correction?.error.halvesWithinFivePercent = 0.4
        }
      ),
      ("limits.memoryBytes is 512", doubts(sound) { $0.limits.memoryBytes = 512 }),
      ("limits.storageBytes is 10000000000001", doubts(untimed) { $0.limits.storageBytes = 10_000_000_000_001 }),
      ("measurement.sources", doubts(untimed) { $0.measurement.sources = nil }),
      ("limits", doubts(untimed) { $0.limits = DeviceProfile.Limits() }),
    ]
    for (key, doubts) in cases { #expect(doubts.count == 1 && doubts[0].contains(key), "\(key): \(doubts)") }
    // Kernel forms are this package's.
    #expect(
      doubts(sound) { ($0.measurement.runner, $0.measurement.kernelForm) = ("onnxruntime", nil) }.isEmpty)
  }

  @Test("A share of networks that is none is refused", arguments: [-0.1, 1.1, 1e300])
  func shares(share: Double) throws {
    let entry = LatencyTable.Entry(medianMilliseconds: 1, count: 1)
    for key in [
      \PredictionError.withinFivePercent, \PredictionError.withinTenPercent, \PredictionError.shareOfHalves,
    ] {
      var profile = profile(entry, correction: correction(error: 0.1))
      profile.correction?.error[keyPath: key] = share
      let text = try Documents.encode(profile)
      let failure = #expect(throws: Failure.self) { try Documents.decode(DeviceProfile.self, from: text, at: "p.json") }
      #expect(failure?.kind == .badData && failure?.message.contains("from 0 to 1") == true)
    }
  }

  @Test("A yardstick that took no time, or none that can be measured, is refused", arguments: [0, -1, 1e308])
  func yardstick(milliseconds: Double) throws {
    var profile = profile(LatencyTable.Entry(medianMilliseconds: 1, count: 1))
    profile.measurement.yardstickMilliseconds = milliseconds
    let text = try Documents.encode(profile)
    let failure = #expect(throws: Failure.self) { try Documents.decode(DeviceProfile.self, from: text, at: "p.json") }
    #expect(failure?.kind == .badData && failure?.message.contains("yardstickMilliseconds") == true)
  }

  @Test("Two entries of one signature are refused")
  func duplicate() throws {
    let text = try Documents.encode(profile(LatencyTable.Entry(medianMilliseconds: 1, count: 1)))
    let changed = text.replacingOccurrences(of: "\"other\"", with: "\"\(graph().signatures[0])\"")
    let failure = #expect(throws: Failure.self) {
      try Documents.decode(DeviceProfile.self, from: changed, at: "p.json")
    }
    #expect(failure?.message.contains("second entry") == true && failure?.place == "p.json: blocks[1]")
  }
}

extension PredictionError {
  /// The share of halves, as one that is always told.
  fileprivate var shareOfHalves: Double {
    get { halvesWithinFivePercent ?? 0 }
    set { halvesWithinFivePercent = newValue }
  }
}
