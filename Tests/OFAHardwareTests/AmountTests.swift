import Foundation
import OFAFormats
import OFAHardware
import OFANumerics
import TestSupport
import Testing

@Suite struct AmountTests {
  @Test(
    "Times are read in their units",
    arguments: [
      ("25ms", 25.0), ("600us", 0.6), ("600µs", 0.6), ("2s", 2000), ("1.5min", 90_000), ("1h", 3_600_000), ("5 ms", 5),
      ("1500ns", 0.0015), (".5ms", 0.5),
    ])
  func times(text: String, milliseconds: Double) throws {
    #expect(abs(try Amount.milliseconds(text, at: "latency") - milliseconds) < 1e-12 * milliseconds)
    let duration = try Amount.duration(text, at: "time")
    #expect(abs(duration / .milliseconds(1) - milliseconds) < 1e-9 * milliseconds)
  }

  @Test(
    "Counts are read with decimal multiples",
    arguments: [
      ("300M", 300_000_000), ("9M", 9_000_000), ("1.5G", 1_500_000_000), ("2000000", 2_000_000), ("100k", 100_000),
      ("1.001k", 1001), ("1", 1),
    ])
  func counts(text: String, count: Int) throws {
    #expect(try Amount.count(text, at: "macs") == count)
  }

  @Test(
    "Bytes are read with decimal and binary multiples",
    arguments: [
      ("100kB", 100_000), ("1MB", 1_000_000), ("1MiB", 1_048_576), ("4KiB", 4096), ("512B", 512), ("0.5MiB", 524_288),
      ("2GB", 2_000_000_000), ("1GiB", 1 << 30),
    ])
  func bytes(text: String, count: Int) throws {
    #expect(try Amount.bytes(text, at: "memory") == count)
  }

  @Test(
    "A time of zero, of nonsense or without a unit is a usage failure that shows an example",
    arguments: [
      "0ms", "-5ms", "25", "", "ms", "25MB", "25 m s", "nanms", "infms", "1e400ms", "1.2.3ms", "٣ms", "ten ms",
    ])
  func refusedTimes(text: String) throws {
    let failure = try #require(failure { try Amount.milliseconds(text, at: "latency") })
    #expect(failure.kind == .usage)
    #expect(failure.place == "latency")
    #expect(failure.message.contains("\"\(text)\"") && failure.message.contains("25ms"))
  }

  @Test(
    "A span beyond a thousand years, or too short to be one, is a usage failure and not a trap",
    arguments: [
      String(repeating: "9", count: 60) + "h", String(repeating: "9", count: 308) + "h", "0.00000000000001ns",
    ])
  func extremeSpans(text: String) throws {
    let failure = try #require(failure { try Amount.duration(text, at: "time") })
    #expect(failure.kind == .usage && failure.place == "time" && failure.message.contains(text))
    #expect(try Amount.duration("8760000h", at: "time") == .longestSpan)
  }

  @Test("What is wrong with an amount is said in words")
  func messages() {
    #expect(failure { try Amount.milliseconds("25", at: "f") }?.message.contains("has no unit") == true)
    #expect(failure { try Amount.milliseconds("25MB", at: "f") }?.message.contains("unknown unit \"MB\"") == true)
    #expect(failure { try Amount.count("0", at: "f") }?.message.contains("not above zero") == true)
    #expect(failure { try Amount.count("0.5", at: "f") }?.message.contains("not a whole number") == true)
    #expect(failure { try Amount.bytes("many", at: "f") }?.message.contains("not an amount") == true)
  }

  @Test(
    "A count or size of zero, of nonsense, of another unit or out of range is refused",
    arguments: ["0", "-3", "x", "3X", "3ms", "0.1", "99999999999G", "", "0M", "nan"])
  func refusedCounts(text: String) {
    #expect(failure { try Amount.count(text, at: "macs") }?.kind == .usage)
    #expect(failure { try Amount.bytes(text, at: "memory") }?.kind == .usage)
  }

  @Test("A size without a unit is refused")
  func sizeWithoutUnit() {
    #expect(failure { try Amount.bytes("100000", at: "memory") }?.message.contains("has no unit") == true)
  }

  @Test("Budgets bound what was given and nothing else")
  func budgets() throws {
    var budgets = try Budgets(latency: "250us", multiplyAccumulates: "9M", peakActivationBytes: "100kB")
    #expect(budgets.bounded == [.latency, .multiplyAccumulates, .peakActivationBytes])
    #expect(budgets.limit(on: .latency) == 0.25)
    #expect(budgets.limit(on: .multiplyAccumulates) == 9e6)
    #expect(budgets.limit(on: .peakActivationBytes) == 1e5)
    #expect(budgets.limit(on: .parameters) == nil)
    budgets.bound(.multiplyAccumulates, by: 10e6)
    #expect(budgets.limit(on: .multiplyAccumulates) == 9e6)
    #expect(Budgets().isEmpty)
  }

  @Test("Floating-point operations bound half as many multiply-accumulates")
  func flops() throws {
    #expect(try Budgets(flops: "600M").limit(on: .multiplyAccumulates) == 300e6)
    #expect(try Budgets(multiplyAccumulates: "200M", flops: "600M").limit(on: .multiplyAccumulates) == 200e6)
  }

  @Test("A bound is called what was typed, and its values are written as the setting takes them")
  func names() throws {
    let budgets = try Budgets(
      latency: "1.5 ms", multiplyAccumulates: "200M", flops: "300M", peakActivationBytes: "1MiB")
    #expect(budgets.name(of: .latency) == "`latency` 1.5 ms")
    #expect(budgets.name(of: .peakActivationBytes) == "`peakActivationBytes` 1MiB")
    #expect(budgets.words.hasPrefix("latency at most 1.5ms, multiply-accumulates at most 150M"))
    // The lower of two holds, and it counts twice as many.
    #expect(budgets.name(of: .multiplyAccumulates) == "`flops` 300M")
    #expect(budgets.amount(3_430_328, of: .multiplyAccumulates, .up) == "6.861M")
    #expect(try Budgets(multiplyAccumulates: "1M").amount(3_430_328, of: .multiplyAccumulates, .up) == "3.431M")
    let limited = budgets.limited(by: DeviceProfile.Limits(memoryBytes: 262_144), of: "phone")
    #expect(limited.name(of: .peakActivationBytes) == "the memory of phone, 262.1kB")
    var computed = Budgets()
    computed.bound(.latency, by: 0.25)
    #expect(computed.name(of: .latency) == "`latency` 250us")
  }

  @Test("An amount that was rounded up and read again is no less, one that was rounded down no more, by a thousandth")
  func rounded() throws {
    var generator = SeededGenerator(seed: 1, stream: "amounts")
    for quantity in Quantity.allCases {
      for _ in 0..<2_000 {
        let value = exp(Double.random(in: -7...16, using: &generator))
        let isWhole = quantity != .latency
        let exact = isWhole ? value.rounded(.up) : value
        for rule in [FloatingPointRoundingRule.up, .down] {
          let text = quantity.amount(exact, rule)
          let read: Double =
            switch quantity {
            case .latency: try Amount.milliseconds(text, at: "")
            case .multiplyAccumulates, .parameters: Double(try Amount.count(text, at: ""))
            case .weightBytes, .peakActivationBytes: Double(try Amount.bytes(text, at: ""))
            }
          #expect(rule == .up ? read >= exact : read <= exact, "\(exact) is \(text)")
          #expect(abs(read - exact) <= 1.01e-3 * exact, "\(exact) is \(text)")
          #expect(text.count { $0.isNumber } <= 4, "\(text)")
        }
      }
    }
  }

  @Test("A value of any size is written")
  func anySize() {
    for quantity in Quantity.allCases {
      for value in [0, 1e-300, 1e16 + 2, 1.7e200, Double.greatestFiniteMagnitude] {
        for rule in [FloatingPointRoundingRule.up, .down] { #expect(!quantity.amount(value, rule).isEmpty) }
      }
    }
  }

  @Test("A device's limits lower the budgets and never raise them")
  func deviceLimits() throws {
    let budgets = try Budgets(peakActivationBytes: "100kB")
      .limited(by: DeviceProfile.Limits(memoryBytes: 200_000, storageBytes: 1_000_000), of: "phone")
    #expect(budgets.limit(on: .peakActivationBytes) == 1e5)
    #expect(budgets.limit(on: .weightBytes) == 1e6)
    #expect(budgets.device(bounding: .weightBytes) == "phone" && budgets.device(bounding: .peakActivationBytes) == nil)
  }
}
