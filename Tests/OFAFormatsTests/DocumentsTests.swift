import OFAFormats
import TestSupport
import Testing

@Suite("Documents")
struct DocumentsTests {
  struct Note: VersionedDocument, Hashable {
    static let format = "ofa-note"
    static let currentVersion = 2
    var text: String
  }

  @Test("format and version come first, and the document reads back")
  func roundTrip() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/deep/er/note.json"
      try Documents.write(Note(text: "hello"), to: path)
      let text = String(decoding: try InputFile.read(path), as: UTF8.self)
      #expect(text == "{\n  \"format\": \"ofa-note\",\n  \"version\": 2,\n  \"text\": \"hello\"\n}\n")
      #expect(try Documents.read(Note.self, path) == Note(text: "hello"))
    }
  }

  @Test(
    "another format, a newer version, a misspelt key and a missing file are refused",
    arguments: [
      (#"{"text": "x"}"#, "n.json: format: missing"),
      (
        #"{"format": "ofa-space", "version": 2}"#,
        #"n.json: format: "ofa-space" is another kind of document, not "ofa-note""#
      ),
      (
        #"{"format": "ofa-note", "version": 3}"#,
        "n.json: version: newer than 2, the newest that this program reads; get a newer program"
      ),
      (
        #"{"format": "ofa-note", "version": 0}"#,
        "n.json: version: 0 is no version; the first is 1"
      ),
      (
        #"{"format": "ofa-note", "version": 1, "text": "x", "txt": 1}"#,
        "n.json: txt: unknown key; known here are format, text, version"
      ),
      (#"{"format": "ofa-note", "version": 1}"#, "n.json: text: missing"),
    ])
  func refusals(text: String, message: String) throws {
    let failure = try #require(failure { try Documents.decode(Note.self, from: text, at: "n.json") })
    #expect(failure.kind == .badData)
    #expect(failure.description == message)
  }

  @Test("an older version is read")
  func older() throws {
    let text = #"{"format": "ofa-note", "version": 1, "text": "x"}"#
    #expect(try Documents.decode(Note.self, from: text, at: "n.json") == Note(text: "x"))
    #expect(failure { try Documents.read(Note.self, "/nowhere/n.json") }?.kind == .missingInput)
  }
}
