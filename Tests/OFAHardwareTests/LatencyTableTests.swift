import OFAFormats
import OFAHardware
import Testing

@Suite struct LatencyTableTests {
  private let table = LatencyTable(
    [
      "32x32x3 > conv3 16 h_swish": 3, "16x16x8 > conv1 24": 8, "16x16x3 > pool": 4,
      "2x2x80 > conv1 240 h_swish pool linearb 10": 10, "2x2x80 > conv1 240 h_swish pool linearb 100": 100,
    ].mapValues { LatencyTable.Entry(medianMilliseconds: $0, count: 1) })

  @Test("A first block for grey images is that for colour, where only that was measured")
  func channels() throws {
    #expect(try table.entry("32x32x1 > conv3 16 h_swish").milliseconds == 3)
  }

  @Test(
    "A last block is that of the nearest number of classes, the exact one first",
    arguments: [(10, 10), (2, 10), (37, 10), (55, 10), (56, 100), (1000, 100)])
  func classes(_ classes: Int, _ measured: Double) throws {
    let signature = "2x2x80 > conv1 240 h_swish pool linearb \(classes)"
    #expect(try table.entry(signature).milliseconds == measured)
  }

  @Test("A number of classes that no block has is passed over, and not reckoned with")
  func impossibleClasses() throws {
    let head = "2x2x80 > conv1 240 h_swish pool linearb "
    var table = table
    table.entries[head + "\(Int.min)"] = LatencyTable.Entry(medianMilliseconds: 1, count: 1)
    #expect(try table.entry(head + "12").milliseconds == 10)
  }

  @Test(
    "No other block stands for one that was not measured",
    arguments: [
      "32x32x2 > conv3 16 h_swish", "16x16x3 > conv1 24", "16x16x1 > conv1 24", "16x16x1 > pool",
      "2x2x80 > conv1 240 h_swish pool linear 10", "2x2x80 > conv1 320 h_swish pool linearb 10",
      "2x2x80 > conv1 240 h_swish pool linearb ten",
    ])
  func strangers(_ signature: String) {
    let failure = #expect(throws: Failure.self) { try table.entry(signature) }
    #expect(failure?.kind == .badData && failure?.message.contains("\"\(signature)\"") == true)
  }
}
