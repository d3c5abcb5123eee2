import Foundation
import OFAFormats
import TestSupport
import Testing

@Suite("Plain text")
struct PlainTextTests {
  private let text = "{\"µ\": 1} 😀\n"

  /// A text in every encoding with a mark, and without.
  private var encoded: [[UInt8]] {
    let scalars = text.unicodeScalars.map(\.value)
    func bytes(_ units: [some FixedWidthInteger]) -> [UInt8] {
      units.flatMap { unit in withUnsafeBytes(of: unit) { Array($0) } }
    }
    return [
      Array(text.utf8), [0xef, 0xbb, 0xbf] + Array(text.utf8),
      [0xff, 0xfe] + bytes(text.utf16.map(\.littleEndian)), [0xfe, 0xff] + bytes(text.utf16.map(\.bigEndian)),
      [0xff, 0xfe, 0, 0] + bytes(scalars.map(\.littleEndian)), [0, 0, 0xfe, 0xff] + bytes(scalars.map(\.bigEndian)),
    ]
  }

  @Test("a text is the same in every encoding that a byte order mark tells")
  func marks() throws {
    for bytes in encoded { #expect(try PlainText.utf8(bytes, at: "t") == Array(text.utf8)) }
    #expect(try PlainText.utf8([], at: "t").isEmpty)
  }

  @Test("what its mark says is UTF-16 and is not, is refused; any other bytes are handed on")
  func broken() throws {
    for bytes in [[0xff, 0xfe, 0x61], [0xff, 0xfe, 0, 0xd8], [0xfe, 0xff, 0xd8, 0, 0, 0x61]] as [[UInt8]] {
      let failure = failure { try PlainText.utf8(bytes, at: "t") }
      #expect(failure?.kind == .badData && failure?.message.contains("save it as UTF-8") == true)
    }
    #expect(try PlainText.utf8([0xff, 0x41], at: "t") == [0xff, 0x41])
  }

  @Test("every reader of a text passes over a mark")
  func readers() throws {
    for mark in [[], [0xef, 0xbb, 0xbf]] as [[UInt8]] {
      #expect(try JSON.decode([Int].self, from: mark + Array("[1, 2]".utf8), at: "t") == [1, 2])
      #expect(try JSONLines.decode(Int.self, from: mark + Array("1\n2\n".utf8), at: "t") == [1, 2])
      // As when files with marks are put one behind the other.
      #expect(
        try JSONLines.decode(Int.self, from: mark + Array("1\n".utf8) + mark + Array("2\n".utf8), at: "t") == [1, 2])
      #expect(try YAML.table(mark + Array("a: {mean: 1}".utf8), at: "t").map(\.key) == ["a"])
    }
  }

  @Test("a table's rows keep their lengths, empty lines are none, and an empty last field needs no newline")
  func table() throws {
    func rows(_ text: String) throws -> [[String]] { try CommaSeparatedValues.rows(of: Array(text.utf8), at: "t") }
    #expect(try rows("a,b\r\n\r\n1,\"x, \"\"y\"\"\"\n  \n2\n\n") == [["a", "b"], ["1", "x, \"y\""], ["2"]])
    #expect(try rows("a,b\n1,") == [["a", "b"], ["1", ""]])
    #expect(try rows("").isEmpty && rows("\n\n").isEmpty)
    #expect(try rows("\u{feff}a\n\"\"") == [["a"]])
    // Rows as long as the longest would take 400 million fields.
    let wide = try rows(String(repeating: ",", count: 20_000) + "\n" + String(repeating: "1\n", count: 20_000))
    #expect(wide.count == 20_001 && wide.last == ["1"])
  }

  @Test(
    "a quotation mark that is never closed is refused",
    arguments: ["\"", "a,b\n1,\"2\n3,4\n", "a\n\"b\"\"\n", "a\""])
  func unclosed(text: String) {
    let failure = failure { try CommaSeparatedValues.rows(of: Array(text.utf8), at: "t") }
    #expect(failure?.kind == .badData && failure?.message.contains("do not pair") == true)
  }

  @Test("names that begin with a dot are no part of a folder's list, which is in order")
  func folder() throws {
    try withTemporaryFolder { folder in
      for name in ["b", "._a", ".DS_Store", "a", ".x/y"] { try AtomicFile.write("x", to: "\(folder)/\(name)") }
      #expect(try InputFolder.names(in: folder) == ["a", "b"])
      #expect(failure { try InputFolder.names(in: folder + "/a") }?.kind == .missingInput)
      #expect(failure { try InputFolder.names(in: folder + "/none") }?.kind == .missingInput)
    }
  }
}
