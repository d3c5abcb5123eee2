import Foundation
import OFAFormats
import TestSupport
import Testing

/// A kind of folder that is told by a file x.
private let notes = FolderKind("a folder of notes", mark: "x", entries: ["x": nil, "y": nil])

@Suite("Files")
struct FilesTests {
  @Test("a file is replaced whole, and nothing is left beside it")
  func replace() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a/b.txt"
      try AtomicFile.write("one", to: path)
      try AtomicFile.write([1, 2, 3], to: path)
      #expect(try InputFile.read(path) == [1, 2, 3])
      #expect(names(in: folder + "/a") == ["b.txt"])
    }
  }

  @Test("a link stays a link, and its target is replaced")
  func link() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("old", to: folder + "/target")
      symlink("target", folder + "/link")
      try AtomicFile.write("new", to: folder + "/link")
      #expect(try InputFile.read(folder + "/target") == Array("new".utf8))
      #expect(names(in: folder) == ["link", "target"])
    }
  }

  @Test("a failure is one line, whatever the file that it quotes holds")
  func oneLine() {
    let quoted = Failure(.badData, "\"a\r\nb\u{1b}[2J\u{2028}µ\" is no type", at: "x: [\n]")
    #expect(quoted.description == #"x: [\n]: "a\r\nb\u{1B}[2J\u{2028}µ" is no type"#)
    let long = Failure(.badData, String(repeating: "ab", count: 5_000)).description
    #expect(long.count == 1_001 && long.hasSuffix("ab…"))
  }

  @Test("a full device is an input/output failure that names the place")
  func fullDevice() throws {
    let failure = try #require(failure { try AtomicFile.write("x", to: "/dev/full") })
    #expect(
      failure
        == Failure(
          .inputOutput, "cannot be written: No space left on device; free some space and try again", at: "/dev/full"))
    #expect(FileManager.default.fileExists(atPath: "/dev/full"))
  }

  @Test("a file that grows too long leaves the old one, and nothing half-written")
  func noRoom() async throws {
    // The limit holds for the whole process, hence one of its own.
    await #expect(processExitsWith: .success) {
      try withTemporaryFolder { folder in
        let path = folder + "/a.bin"
        try AtomicFile.write("old", to: path)
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 1 << 16, rlim_max: 1 << 16)
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        let failure = try #require(failure { try AtomicFile.write([UInt8](repeating: 7, count: 1 << 20), to: path) })
        #expect(failure.kind == .inputOutput)
        #expect(failure.place == path)
        #expect(try InputFile.read(path) == Array("old".utf8))
        #expect(names(in: folder) == ["a.bin"])

        try AtomicFolder.replace(folder + "/model", as: notes) { try AtomicFile.write("kept", to: $0 + "/x") }
        let second = TestSupport.failure {
          try AtomicFolder.replace(folder + "/model", as: notes) { model in
            try AtomicFile.write("small", to: model + "/x")
            try AtomicFile.write([UInt8](repeating: 7, count: 1 << 20), to: model + "/y")
          }
        }
        #expect(second?.kind == .inputOutput)
        #expect(try InputFile.read(folder + "/model/x") == Array("kept".utf8))
        #expect(names(in: folder) == ["a.bin", "model"])
      }
    }
  }

  @Test("a folder in the place of a file, and a file in the place of a folder, are refused")
  func wrongKind() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("x", to: folder + "/file")
      #expect(failure { try AtomicFile.write("x", to: folder) }?.kind == .inputOutput)
      #expect(failure { try AtomicFile.write("x", to: folder + "/file/below") }?.kind == .inputOutput)
      #expect(failure { try AtomicFolder.replace(folder + "/file", as: notes) { _ in } }?.kind == .inputOutput)
      #expect(names(in: folder) == ["file"])
    }
  }

  @Test("a folder is replaced whole, or stays when its making fails")
  func folders() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/runs/model"
      try AtomicFolder.replace(path + "/", as: notes) { try AtomicFile.write("1", to: $0 + "/x") }
      try AtomicFolder.replace(path, as: notes) {
        try AtomicFile.write("2", to: $0 + "/x")
        try AtomicFile.write("2", to: $0 + "/y")
      }
      #expect(names(in: path) == ["x", "y"])
      let thrown = try #require(
        failure {
          try AtomicFolder.replace(path, as: notes) { temporary in
            try AtomicFile.write("3", to: temporary + "/third")
            throw Failure(.diverged, "stop")
          }
        })
      #expect(thrown == Failure(.diverged, "stop"))
      #expect(names(in: path) == ["x", "y"])
      #expect(names(in: folder + "/runs") == ["model"])
    }
  }

  @Test("missing files, folders and long files are refused; empty files and devices are read")
  func reading() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/f"
      #expect(failure { try InputFile.read(path) } == Failure(.missingInput, "no such file", at: path))
      #expect(failure { try InputFile.read(folder) }?.kind == .missingInput)
      try AtomicFile.write([UInt8](repeating: 1, count: 1000), to: path)
      #expect(try InputFile.read(path, limit: 1000).count == 1000)
      #expect(
        failure { try InputFile.read(path, limit: 999) }
          == Failure(.badData, "longer than 999 bytes, the most that is read", at: path))
      #expect(failure { try InputFile.read("/dev/zero", limit: 1 << 20) }?.kind == .badData)
      #expect(try InputFile.read("/dev/null").isEmpty)
      try AtomicFile.write("", to: path)
      #expect(try InputFile.read(path).isEmpty)
    }
  }

  @Test("of what the system tells of a hundred processors, as much is read as any program needs")
  func systemText() throws {
    try withTemporaryFolder { folder in
      #expect(InputFile.systemText(folder + "/cpuinfo") == nil)
      let text = String(repeating: "model name : of many\n", count: 10_000)
      try AtomicFile.write(text, to: folder + "/cpuinfo")
      #expect(InputFile.systemText(folder + "/cpuinfo") == String(text.prefix(1 << 16)))
    }
  }
}
