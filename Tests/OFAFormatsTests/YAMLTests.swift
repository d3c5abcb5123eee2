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
    "What is no number of 0 or more is refused when it is asked for",
    arguments: ["nan", ".nan", "inf", "-1", "1,5", "x", "1 2", "~", "true", "0x", "1e999", "[1]", "{a: 1}"])
  func numbers(_ number: String) throws {
    let row = try #require(try rows("a:\n  mean: \(number)\n  std: 2\n").first)
    #expect(try row.number("std") == 2 && row.number("var") == nil)
    let failure = failure { try row.number("mean") }
    #expect(failure?.message.hasPrefix("mean is ") == true, "\(String(describing: failure))")
  }

  /// The same three rows as people and libraries write them.
  static let styles = [
    "a:1x1:\n  count: 500\n  mean: 1.25\nb:\n  count: 3\n  mean: 0.002\nc:\n  count: 3\n  mean: 0.002\n",
    "\"a:1x1\":\n  \"count\": 500\n  'mean': 1.25\n'b': {count: 3, mean: 2e-3}\nc: {\"count\":3,\"mean\":\"0.002\"}\n",
    "{\"a:1x1\": {\"count\": 500, \"mean\": 1.25}, \"b\": {\"count\": 3, \"mean\": 0.002}, \"c\": {\"count\": 3, "
      + "\"mean\": 0.002}}",
    "{\"a:1x1\":{\"count\":500,\"mean\":1.25},\"b\":{\"count\":3,\"mean\":2E-3},\"c\":{\"count\":3.0,\"mean\":0.002}}",
    "{\n\t\"a:1x1\": {\n\t\t\"count\": 500,\n\t\t\"mean\": 1.25\n\t},\n\t\"b\": {\"count\": 3, \"mean\": "
      + "0.002},\n\t\"c\": {\"mean\": 0.002, \"count\": 3}\n}\n",
    "{a:1x1: {count: 500, mean: 1.25}, b: {count: 3, mean: 0.002}, c: {count: 3, mean: 0.002}}\n",
    "a:1x1: {count: 500,\n  mean: 1.25}\nb: &id001\n  count: 3\n  mean: 0.002\nc: *id001\n",
    "%YAML 1.1\n---\na:1x1: &x {count: 500, mean: 1.25}\nb: &y {<<: *x, count: 3, mean: 0.002}\nc: {<<: [*y, "
      + "*x]}\n...\n",
    "? a:1x1\n: count: 500\n  mean: 1.25\n? \"b\"\n: {count: 3, mean: 0.002}\n? c\n: &c\n  ? count\n  : 3\n  "
      + "mean: 0.002\n",
    "# it's [ms] * 1: \"plain\"\r\na:1x1:   # {\r\n  count: !!int 500\r\n  mean: !!float 1.25\r\n\r\nb: !!map "
      + "{count: 3, mean: 0.002}\r\nc:\r\n      count:  3\r\n      mean:   0.002",
    "\u{feff}---\na:1x1:\n  count: 500\n  mean: 1.25\n\nb:\n  count: +3\n  mean: .002\nc:\n  count:\n    3\n  "
      + "mean: >-\n    0.002\n",
  ]

  @Test("Rows are the same in every style that libraries and people write", arguments: styles)
  func everyStyle(text: String) throws {
    let rows = try rows(text)
    #expect(rows.map(\.key) == ["a:1x1", "b", "c"])
    #expect(try rows.map { try $0.number("count") } == [500, 3, 3])
    #expect(try rows.map { try $0.number("mean") } == [1.25, 0.002, 0.002])
  }

  @Test("Keys beyond 128 bytes, which libraries mark with a question mark, are read")
  func longKeys() throws {
    let keys = (0..<200).map { String(repeating: "k", count: 150) + ":\($0)x1" }
    let block = keys.map { "? \($0)\n: mean: 1\n" }.joined()
    let flow = "{" + keys.map { "? \($0)\n  : {mean: 1}" }.joined(separator: ", ") + "}"
    for text in [block, flow] { #expect(try rows(text).map(\.key) == keys) }
  }

  @Test("Comments may say anything")
  func comments() throws {
    let text = """
      # what? [ms]: times * 2, {?} : *x
      a:  # [µs]: *a
        # ? - why
        mean: 1  # }: *y
      b: &x {mean: 1}
      c: *x
      """
    #expect(try rows(text).map(\.key) == ["a", "b", "c"])
  }

  @Test("The canonical style, in which every value has its tag, is read")
  func canonical() throws {
    let rows = (0..<40).map { "  ? !!str \"a:\($0)\"\n  : !!map {\n    ? !!str \"mean\"\n    : !!float \"1.5\",\n  }" }
    #expect(try self.rows("---\n!!map {\n" + rows.joined(separator: ",\n") + "\n}\n").count == 40)
  }

  @Test(
    "What is more or less than a table is refused with its line",
    arguments: [
      ("", nil), ("# nothing\n", nil), ("a\n", nil), ("---\n", nil), ("a: 1\n", 1), ("a:\n", 1),
      ("a: {mean: 1}\na: {mean: 2}\n", 1), ("a: {mean: 1, mean: 2}\n", 1), ("a: {mean: 1}\n---\nb: {mean: 1}\n", 2),
      ("a: {mean: 1}\n\"a\": {mean: 2}\n", 1), ("a:\n  mean: 1\n   std: 2\n", 3), ("a: {mean: 1\n", 2),
      ("a:\n\tmean: 1\n", 2), ("a: *x\n", 1), ("a:\n  - 1\n", 1), ("- a\n", nil), ("a: [1]\n", 1),
      ("a: |\n  mean\n", 1),
      ("a: b: 1\n", 1), ("}{\n", 1), ("a: {mean: 1} x\n", 1), ("a: &a {b: *a}\n", 1), ("? [a]\n: {mean: 1}\n", 1),
      ("a: {}\n", 1), ("[{\"mean\": 1}]", nil), ("a: &x {mean: 1}\n? *x\n: {mean: 1}\n", 2), ("a: {mean: \"1}\n", 2),
    ] as [(String, Int?)])
  func refused(text: String, line: Int?) {
    let failure = failure { try rows(text) }
    #expect(failure?.kind == .badData, "\(text)")
    let place = line.map { "t.yaml: line \($0)" } ?? "t.yaml"
    #expect(failure?.place?.hasPrefix(place) == true, "\(text): \(String(describing: failure))")
    #expect(failure?.description.contains(where: \.isNewline) == false)
  }

  /// Texts whose meaning is far larger than they are, or that nest without end, each about as long as may be.
  static let malicious: [(name: String, text: String)] = {
    let many = 200_000
    func doubled(_ link: (Int) -> String) -> String { "a0: &a0 {mean: 1}\n" + (1..<60).map(link).joined() }
    return [
      ("[", String(repeating: "[", count: many)), ("{a: ", String(repeating: "{a: ", count: many)),
      ("- ", String(repeating: "- ", count: many)), ("? ", String(repeating: "? ", count: many)),
      ("&a ", String(repeating: "&a ", count: many)), ("a: ", String(repeating: "a: ", count: many)),
      ("{ and line ends", String(repeating: "{\n", count: many)), ("{? ", String(repeating: "{? ", count: many)),
      (
        "nested lists",
        String(repeating: "[", count: 990) + String(repeating: "1,", count: many) + String(repeating: "]", count: 990)
      ),
      ("[ in comments", String(repeating: "# \r[", count: many) + "\na: ["), ("a ring", "a: &a [*a]\n"),
      ("indentation", (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()),
      ("a long key", String(repeating: "a", count: many) + ": {b: 1}"),
      ("a zero", "a\u{0}: {mean: 1}\n"),
      ("doubling lists", doubled { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }),
      ("doubling keys", doubled { "a\($0): &a\($0) {? *a\($0 - 1) : *a\($0 - 1)}\n" } + "? {x: *a59}\n: {mean: 1}\n"),
      ("doubling in a key", doubled { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" } + "[*a59]: {mean: 1}\n"),
      (
        "doubling in a block key",
        doubled { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" } + "? x: *a59\n: {mean: 1}\n"
      ),
      (
        "hidden in what looks like a comment",
        doubled { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }
          + "x: \"\n # \"\n? [*a59]\n: 1\n# \u{2028}? [*a59]\n: {mean: 1}\n"
      ),
      ("an alias as a key", doubled { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" } + "*a59 : {mean: 1}\n"),
      ("doubling merges", doubled { "a\($0): &a\($0) {<<: [*a\($0 - 1), *a\($0 - 1)]}\n" }),
      (
        "a large row many times",
        "a: &a {" + (0..<50_000).map { "f\($0): 1, " }.joined() + "g: 1}\n"
          + (0..<50_000).map { "r\($0): *a\n" }.joined()
      ),
      (
        "keys within keys",
        String(repeating: "? ", count: 900) + "[" + String(repeating: "1,", count: many) + "1]\n: {mean: 1}\n"
      ),
      (
        "keys within keys in braces",
        String(repeating: "{", count: 900) + String(repeating: "1,", count: many)
          + String(repeating: "}: 1", count: 900)
      ),
    ]
  }()

  @Test("Texts that nest or repeat without end are refused at once", arguments: malicious.indices)
  func bounded(index: Int) {
    let (name, text) = Self.malicious[index]
    let start = ContinuousClock.now
    #expect(failure { try rows(text) }?.kind == .badData, "\(name)")
    // Far less than anything that doubles takes, far more than a slow machine needs.
    #expect(ContinuousClock.now - start < .seconds(60), "\(name): \(ContinuousClock.now - start)")
  }

  @Test("Bytes that are no text are refused")
  func noText() {
    #expect(failure { try YAML.table([0x61, 0x3a, 0xff, 0xfe], at: "t.yaml") }?.kind == .badData)
  }
}
