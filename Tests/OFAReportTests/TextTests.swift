import OFAReport
import Testing

@Suite struct TextTests {
  @Test(
    "A value is written in its unit with three digits, a share in percent with two decimals",
    arguments: [
      (Measure.milliseconds, 0.2531, "253 µs"), (.milliseconds, 0.00912, "9.12 µs"), (.milliseconds, 25, "25.0 ms"),
      (.milliseconds, 1500, "1.50 s"), (.seconds, 95, "1.58 min"), (.seconds, 12.34, "12.3 s"),
      (.multiplyAccumulates, 28_564_032, "28.6 M"), (.multiplyAccumulates, 566_170_656, "566 M"), (.count, 0, "0"),
      (.count, 999, "999"), (.bytes, 512, "512 B"), (.bytes, 86_000, "86.0 kB"), (.bytes, 1_234_567, "1.23 MB"),
      (.fraction, 0.85119, "85.12 %"), (.fraction, 1, "100.00 %"), (.number, 0.5, "0.50"), (.number, -2, "−2.00"),
      (.number, .nan, "–"), (.number, -0.001, "0.00"), (.fraction, .infinity, "–"),
      (.rate, 0.000485, "4.9·10⁻⁴"), (.rate, 0, "0.00"), (.rate, 0.5, "0.50"),
    ])
  func texts(measure: Measure, value: Double, text: String) {
    #expect(measure.text(value) == text)
  }

  @Test(
    "A value of any size is written with two digits and a power of ten",
    arguments: [
      (21_758_655_492_572_485_851.0, "2.2·10¹⁹"), (1.6689300537109375e-06, "1.7·10⁻⁶"), (9.96e5, "1.0·10⁶"), (3, "3.0"),
      (0, "0.0"), (-12, "−1.2·10¹"), (1e-308, "1.0·10⁻³⁰⁸"), (.nan, "–"),
    ])
  func powers(value: Double, text: String) {
    #expect(Measure.powerOfTen(value) == text)
  }

  @Test("Escaped text holds nothing that a document could take for markup, and reads back as it was")
  func escaping() {
    for value in UInt32(0x20)...0x2FF {
      guard let scalar = Unicode.Scalar(value), !(0x7F..<0xA0).contains(value) else { continue }
      let text = "a\(Character(scalar))b"
      let result = escaped(text)
      #expect(!result.contains { "<>\"'".contains($0) })
      var back = result
      for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        back = back.split(separator: entity, omittingEmptySubsequences: false).joined(separator: character)
      }
      #expect(back == text)
    }
    #expect(escaped("a\u{0}b\u{1B}c\td\ne") == "a b c\td\ne")
  }

  @Test("A coordinate has at most one decimal, or two where that is asked for")
  func coordinates() {
    for (value, text) in [(1.0, "1"), (1.25, "1.3"), (-0.04, "0"), (-0.06, "-0.1"), (-3.5, "-3.5"), (719.96, "720")] {
      #expect(coordinate(value) == text)
    }
    for (value, text) in [(1.0, "1"), (1.256, "1.26"), (-0.004, "0"), (0.05, "0.05"), (99.999, "100")] {
      #expect(coordinate(value, decimals: 2) == text)
    }
  }

  @Test("A table's columns line up: words at the left, numbers at the right, no space at a line's end")
  func table() {
    let table = Table(
      [.text("subnet"), .number("latency"), .text("remark")],
      [["smallest", "131 µs", ""], ["r32", "1.25 ms", "chosen\nby hand"]])
    #expect(
      table.text == """
        subnet    latency  remark
        ────────  ───────  ──────────────
        smallest   131 µs
        r32       1.25 ms  chosen by hand

        """)
    #expect(Table([.text("a")], []).text == "a\n─\n")
  }

  @Test("A table is no wider than its terminal: words are broken where their parts end, and nothing of them is lost")
  func narrow() {
    let id = "r32-67.67.67.67-67.67.67.67-67.67.67.67-67.67.67.67-67.67.67.67"
    let table = Table(
      [.number("top-1"), .text("class"), .text("id")],
      [["99.16 %", "cat", id], ["9.00 %", "a word and another", "r24"]])
    #expect(
      table.text(columns: 60) == """
          top-1  class               id
        ───────  ──────────────────  ───────────────────────────────
        99.16 %  cat                 r32-67.67.67.67-67.67.67.67-67.
                                     67.67.67-67.67.67.67-67.67.67.
                                     67
         9.00 %  a word and another  r24

        """)
    // Where little is left, the last column stands below.
    #expect(
      table.text(columns: 26) == """
          top-1  class
          id
        ───────  ─────────────────
        99.16 %  cat
          r32-67.67.67.67-67.67.
          67.67-67.67.67.67-67.67.
          67.67-67.67.67.67
         9.00 %  a word and
                 another
          r24

        """)
    let natural = table.text.split(separator: "\n")[1].count
    for columns in 1...100 {
      let text = table.text(columns: columns)
      #expect(text.split(separator: "\n").allSatisfy { TerminalText.columns(of: $0) <= columns }, "\(columns)")
      #expect(columns < natural || text == table.text)
      // The first row has nothing else of which an id could be made.
      let row = text.split(separator: "─\n").last?.dropFirst(9).filter { "r-.0123456789".contains($0) } ?? ""
      #expect(columns < 18 || row.hasPrefix(id), "\(columns): \(text)")
    }
    #expect(
      Table([.text("class"), .number("n")], [["猫", "1"], ["😀", "2"], ["cat", "3"]]).text == """
        class  n
        ─────  ─
        猫     1
        😀     2
        cat    3

        """)
  }

  @Test("A line of parts drops those that give way first until it fits, and cuts what cannot give way")
  func parts() {
    let parts: [TerminalText.Part] = [
      ("training: depth 1", 0), ("37 %", 0), ("epoch 3.1, loss 0.9, 649 images/s", 2), ("3 min 20 s left", 1),
    ]
    let expected = [
      120: "training: depth 1 · 37 % · epoch 3.1, loss 0.9, 649 images/s · 3 min 20 s left",
      60: "training: depth 1 · 37 % · 3 min 20 s left", 39: "training: depth 1 · 37 %", 10: "training:…", 1: "…",
    ]
    for (columns, line) in expected { #expect(TerminalText.line(parts, columns: columns) == line) }
    for columns in 1...120 { #expect(TerminalText.line(parts, columns: columns).count <= columns) }
    #expect(TerminalText.line([("猫猫猫", 0)], columns: 5) == "猫猫…")
  }
}
