import Foundation
import OFAFormats
import TestSupport
import Testing

/// Nobody loses anything by naming a place that is taken.
@Suite("Outputs")
struct OutputTests {
  private struct Note: VersionedDocument {
    static var format: String { "test-note" }
    static var currentVersion: Int { 1 }
    var text: String
  }

  private let kind = Note.fileKind
  private let folderKind = FolderKind(
    "a folder of notes", mark: "note.json", entries: ["note.json": Note.fileKind, "picture": nil])

  /// Expects that an output is refused, and that what is there stays.
  private func expectRefusal(
    _ path: String, _ kind: Failure.Kind, _ words: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try? InputFile.read(path)
    for action in [{ try Output(path).check(for: self.kind) }, { try Output(path).write(Note(text: "new")) }] {
      let thrown = try #require(failure(of: action), sourceLocation: sourceLocation)
      #expect(thrown.kind == kind && thrown.message.contains(words), "\(thrown)", sourceLocation: sourceLocation)
      #expect(thrown.place == path, sourceLocation: sourceLocation)
    }
    #expect(try before.map { try InputFile.read(path) == $0 } ?? true, sourceLocation: sourceLocation)
  }

  @Test("a new file, an empty one and one of ours are written, however it is spaced; a check leaves no trace")
  func ours() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a/b/note.json"
      try Output(path).check(for: kind)
      #expect(names(in: folder).isEmpty)
      try Output(path).write(Note(text: "one"))
      for text in ["{\"format\":\"test-note\",\"version\":1,\"text\":\"two\"}", "{ \"format\" :\n\"test-note\" }", ""] {
        try AtomicFile.write(text, to: path)
        try Output(path).check(for: kind)
        #expect(try InputFile.read(path) == Array(text.utf8))
        try Output(path).write(Note(text: "three"))
        #expect(try Documents.read(Note.self, path).text == "three")
      }
      #expect(names(in: folder + "/a/b") == ["note.json"])
    }
  }

  @Test("a file of somebody else's, or of another kind of ours, stays unless the user says otherwise")
  func foreign() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/x"
      for text in ["weeks of work", "{\"format\": \"test-other\"}", "{\"text\": \"test-note\"}", "\0"] {
        try AtomicFile.write(text, to: path)
        try expectRefusal(path, .usage, "replace it with `force`")
      }
      try Output(path, force: true).write(Note(text: "forced"))
      #expect(try Documents.read(Note.self, path).text == "forced")
    }
  }

  @Test("a place that cannot be written is found before the work; devices are written as they are")
  func unwritable() throws {
    try withTemporaryFolder { folder in
      try expectRefusal(folder, .inputOutput, "a folder is in the place")
      try AtomicFile.write("x", to: folder + "/file")
      try expectRefusal(folder + "/file/below", .inputOutput, "cannot be written")
      symlink("nowhere", folder + "/link")
      try expectRefusal(folder + "/link", .inputOutput, "a link to a place that is not there")
      #expect(names(in: folder) == ["file", "link"])
      #expect(failure { try Output("").check(for: kind) }?.kind == .usage)
      #expect(failure { try Output(folder + "/new/").check(for: kind) }?.kind == .usage)
      #expect(failure { try folderKind.check("") }?.kind == .usage)
      let long = folder + "/" + String(repeating: "ö", count: 127)
      try Output(long).write(Note(text: "a name as long as a name may be"))
      #expect(failure { try Output(long + "öö").check(for: kind) }?.kind == .inputOutput)
    }
    try Output("/dev/null").write(Note(text: "gone"))
    if FileManager.default.fileExists(atPath: "/proc/self") {
      #expect(failure { try Output("/proc/note.json").check(for: kind) }?.kind == .inputOutput)
    }
  }

  @Test("an empty folder and one of ours are replaced, with what a killed program left in it")
  func ourFolder() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/notes"
      func replace(_ text: String) throws {
        try AtomicFolder.replace(path, as: folderKind) { try Output($0 + "/note.json").write(Note(text: text)) }
      }
      mkdir(path, 0o777)
      try replace("one")
      try AtomicFile.write("pixels", to: path + "/picture")
      try AtomicFile.write("cut", to: path + "/.note.json.4711-3.partial")
      try replace("two")
      #expect(names(in: path) == ["note.json"])
      #expect(try Documents.read(Note.self, path + "/note.json").text == "two")
    }
  }

  @Test("a folder with anything else in it stays as it is, and the first such entry is named")
  func foreignFolder() throws {
    let note = "{\"format\": \"test-note\", \"version\": 1, \"text\": \"\"}"
    let cases: [(files: [String: String], named: String)] = [
      (["thesis.tex": "x"], "thesis.tex"), (["note.json": note, "net.py": "x"], "net.py"),
      (["note.json": note, "a/b": "x"], "a"), (["note.json": note, ".git/HEAD": "x"], ".git"),
      (["note.json": "mine"], "note.json"), (["picture": "x"], "picture"),
      (["note.json/x": "a folder of that name"], "note.json"), (["note.json": note, ".env": "x"], ".env"),
      (["note.json": note, "picture/x": "x"], "picture"),
    ]
    for (files, named) in cases {
      try withTemporaryFolder { folder in
        let path = folder + "/project"
        for (name, text) in files { try AtomicFile.write(text, to: "\(path)/\(name)") }
        var begun = false
        let thrown = try #require(failure { try AtomicFolder.replace(path, as: folderKind) { _ in begun = true } })
        #expect(thrown.kind == .usage && thrown.message.contains(": \(named);") && !begun, "\(thrown)")
        for (name, text) in files { #expect(try InputFile.read("\(path)/\(name)") == Array(text.utf8)) }
        #expect(names(in: folder) == ["project"])
      }
    }
  }

  @Test("the current folder, the home folder, those above them and a mounted disk are never replaced")
  func vitalFolders() async throws {
    // The current folder and the home folder are the whole process's, hence one of its own.
    await #expect(processExitsWith: .success) {
      let kind = FolderKind("a folder of notes", mark: "note.json", entries: ["note.json": nil])
      try withTemporaryFolder { folder in
        let (work, home) = (folder + "/a/work", folder + "/b/home")
        for path in [work, home, folder + "/c"] {
          try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        setenv("HOME", home, 1)
        chdir(work)
        symlink(work, folder + "/link")
        for path in [".", "./", "..", "../..", work, folder + "/a", home, folder + "/b", "/", folder + "/link"] {
          let thrown = try #require(failure { try kind.check(path) }, "\(path)")
          #expect(thrown.kind == .usage && thrown.message.contains("never replaced"), "\(thrown)")
        }
        try kind.check("../../c")
        try kind.check("below")
        if FileManager.default.fileExists(atPath: "/dev/shm") {
          #expect(failure { try kind.check("/dev/shm") }?.message.contains("mounted") == true)
        }
      }
    }
  }

  @Test("an error in a folder that is being made names the folder that the user knows")
  func namedFolder() throws {
    try withTemporaryFolder { folder in
      let thrown = failure {
        try AtomicFolder.replace(folder + "/notes", as: folderKind) { part in
          mkdir(part + "/note.json", 0o777)
          try AtomicFile.write("x", to: part + "/note.json")
        }
      }
      #expect(thrown?.place == folder + "/notes/note.json")
    }
  }
}
