import OFAFormats
import OFAHardware
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
    #expect(abs(try Amount.milliseconds(text, flag: "--max-latency") - milliseconds) < 1e-12 * milliseconds)
    let duration = try Amount.duration(text, flag: "--time-limit")
    #expect(abs(duration / .milliseconds(1) - milliseconds) < 1e-9 * milliseconds)
  }

  @Test(
    "Counts are read with decimal multiples",
    arguments: [
      ("300M", 300_000_000), ("9M", 9_000_000), ("1.5G", 1_500_000_000), ("2000000", 2_000_000), ("100k", 100_000),
      ("1.001k", 1001), ("1", 1),
    ])
  func counts(text: String, count: Int) throws {
    #expect(try Amount.count(text, flag: "--max-macs") == count)
  }

  @Test(
    "Bytes are read with decimal and binary multiples",
    arguments: [
      ("100kB", 100_000), ("1MB", 1_000_000), ("1MiB", 1_048_576), ("4KiB", 4096), ("512B", 512), ("0.5MiB", 524_288),
      ("2GB", 2_000_000_000), ("1GiB", 1 << 30),
    ])
  func bytes(text: String, count: Int) throws {
    #expect(try Amount.bytes(text, flag: "--max-memory") == count)
  }

  @Test(
    "A time of zero, of nonsense or without a unit is a usage failure that shows an example",
    arguments: [
      "0ms", "-5ms", "25", "", "ms", "25MB", "25 m s", "nanms", "infms", "1e400ms", "1.2.3ms", "٣ms", "ten ms",
    ])
  func refusedTimes(text: String) throws {
    let failure = try #require(failure { try Amount.milliseconds(text, flag: "--max-latency") })
    #expect(failure.kind == .usage)
    #expect(failure.place == "--max-latency")
    #expect(failure.message.contains("\"\(text)\"") && failure.message.contains("25ms"))
  }

  @Test(
    "A span beyond a thousand years, or too short to be one, is a usage failure and not a trap",
    arguments: [
      String(repeating: "9", count: 60) + "h", String(repeating: "9", count: 308) + "h", "0.00000000000001ns",
    ])
  func extremeSpans(text: String) throws {
    let failure = try #require(failure { try Amount.duration(text, flag: "--time") })
    #expect(failure.kind == .usage && failure.place == "--time" && failure.message.contains(text))
    #expect(try Amount.duration("8760000h", flag: "--time") == .longestSpan)
  }

  @Test("What is wrong with an amount is said in words")
  func messages() {
    #expect(failure { try Amount.milliseconds("25", flag: "f") }?.message.contains("has no unit") == true)
    #expect(failure { try Amount.milliseconds("25MB", flag: "f") }?.message.contains("unknown unit \"MB\"") == true)
    #expect(failure { try Amount.count("0", flag: "f") }?.message.contains("not above zero") == true)
    #expect(failure { try Amount.count("0.5", flag: "f") }?.message.contains("not a whole number") == true)
    #expect(failure { try Amount.bytes("many", flag: "f") }?.message.contains("not an amount") == true)
  }

  @Test(
    "A count or size of zero, of nonsense, of another unit or out of range is refused",
    arguments: ["0", "-3", "x", "3X", "3ms", "0.1", "99999999999G", "", "0M", "nan"])
  func refusedCounts(text: String) {
    #expect(failure { try Amount.count(text, flag: "--max-macs") }?.kind == .usage)
    #expect(failure { try Amount.bytes(text, flag: "--max-memory") }?.kind == .usage)
  }

  @Test("A size without a unit is refused")
  func sizeWithoutUnit() {
    #expect(failure { try Amount.bytes("100000", flag: "--max-memory") }?.message.contains("has no unit") == true)
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

  @Test("A device's limits lower the budgets and never raise them")
  func deviceLimits() throws {
    let budgets = try Budgets(peakActivationBytes: "100kB")
      .limited(by: DeviceProfile.Limits(memoryBytes: 200_000, storageBytes: 1_000_000), of: "phone")
    #expect(budgets.limit(on: .peakActivationBytes) == 1e5)
    #expect(budgets.limit(on: .weightBytes) == 1e6)
    #expect(budgets.device(bounding: .weightBytes) == "phone" && budgets.device(bounding: .peakActivationBytes) == nil)
  }
}
