import OFAFormats
import TestSupport
import Testing

@Suite struct YAMLTests {
  private func rows(_ text: String) throws -> [YAML.Row] { try YAML.table(Array(text.utf8), at: "t.yaml") }

  @Test("Rows have their keys, lines and numbers, in order; comments, empty lines and line ends do not matter")
  func table() throws {
    let text = """
      # measured on µs clocks [sic]\r
      ---

      Conv-input:8x8x3-output:4x4x16:   # the first
        count: 500\r
        mean: 1.25
      a b: {count: 3, mean: 2e-3}
      """
    #expect(
      try rows(text) == [
        YAML.Row(key: "Conv-input:8x8x3-output:4x4x16", line: 4, numbers: ["count": 500, "mean": 1.25]),
        YAML.Row(key: "a b", line: 7, numbers: ["count": 3, "mean": 0.002]),
      ])
  }

  @Test(
    "What is no number of 0 or more is refused with its line and key",
    arguments: ["nan", ".nan", "inf", "-1", "1,5", "x", "", "1 2", "~", "true", "0x", "1e999"])
  func numbers(_ number: String) {
    let failure = failure { try rows("a:\n  mean: 1\nb:\n  mean: \(number)\n") }
    #expect(failure?.kind == .badData && failure?.place == "t.yaml: line 3: b", "\(String(describing: failure))")
    #expect(failure?.message.hasPrefix("mean is ") == true)
  }

  @Test(
    "What is more or less than a table is refused with its line",
    arguments: [
      ("", nil), ("# nothing\n", nil), ("a\n", nil), ("---\n", nil), ("a: 1\n", 1), ("a:\n", 1),
      ("a:\n  b:\n    c: 1\n", 1),
      ("a: {mean: 1}\na: {mean: 2}\n", 1), ("a: {mean: 1, mean: 2}\n", 1), ("a: {mean: 1}\n---\nb: {mean: 1}\n", 2),
      ("a:\n  mean: 1\n   std: 2\n", 3), ("a: {mean: 1\n", 1), ("a:\n\tmean: 1\n", 2), ("a: &x\n  mean: 1\n", 1),
      ("a: *x\n", 1), ("a: !!map\n  mean: 1\n", 1), ("a:\n  - 1\n", 2), ("- a\n", 1), ("a: [1]\n", 1),
      ("\"a\": {mean: 1}\n", 1), ("'a': {mean: 1}\n", 1), ("? a\n: {mean: 1}\n", 1), ("a: |\n  mean\n", 1),
      ("a: {b: {c: 1}}\n", 1), ("µ: {mean: 1}\n", 1), ("a: b: 1\n", 1), ("%YAML 1.1\n---\na: {mean: 1}\n", 1),
      ("a:\n                  mean: 1\n", 2), ("}{\n", 1), ("a: {mean: 1#2}\n", 1), ("a: {mean: 1} x\n", 1),
    ] as [(String, Int?)])
  func refused(text: String, line: Int?) {
    let failure = failure { try rows(text) }
    #expect(failure?.kind == .badData, "\(text)")
    let place = line.map { "t.yaml: line \($0)" } ?? "t.yaml"
    #expect(failure?.place?.hasPrefix(place) == true, "\(text): \(String(describing: failure))")
    #expect(failure?.description.contains(where: \.isNewline) == false)
  }

  @Test("Texts that nest or repeat without end are refused at once")
  func malicious() {
    let many = 200_000
    for text in [
      String(repeating: "[", count: many), String(repeating: "{a: ", count: many), String(repeating: "- ", count: many),
      String(repeating: "? ", count: many), String(repeating: "&a ", count: many),
      String(repeating: "a: ", count: many),
      String(repeating: "{\n", count: many), String(repeating: "# \r[", count: many) + "\na: [", "a: &a [*a]\n",
      (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
      String(repeating: "a", count: many) + ": {b: 1}",
      "\u{feff}a: {mean: 1}", "a\u{0}: {mean: 1}\n", "a: {mean: 1}\u{2028}b: {mean: 1}\n",
    ] {
      #expect(failure { try rows(text) }?.kind == .badData, "\(text.prefix(40))")
    }
    #expect(failure { try YAML.table([0x61, 0x3a, 0xff, 0xfe], at: "t.yaml") }?.kind == .badData)
  }
}
