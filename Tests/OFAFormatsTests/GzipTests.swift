import Foundation
import OFAFormats
import TestSupport
import Testing

@Suite("Gzip")
struct GzipTests {
  /// A text as the program `gzip` compresses it.
  static func compressed(_ text: String) throws -> [UInt8] {
    try withTemporaryFolder { folder in
      try AtomicFile.write(text, to: folder + "/t")
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["gzip", "-n", folder + "/t"]
      try process.run()
      process.waitUntilExit()
      return try InputFile.read(folder + "/t.gz")
    }
  }

  @Test("members are decompressed one after the other; plain bytes pass through")
  func decompress() throws {
    let members = try Self.compressed("hello ") + Self.compressed("world")
    try withTemporaryFolder { folder in
      try AtomicFile.write(members, to: folder + "/a")
      #expect(try InputFile.readDecompressed(folder + "/a") == Array("hello world".utf8))
      try AtomicFile.write("plain", to: folder + "/a")
      #expect(try InputFile.readDecompressed(folder + "/a") == Array("plain".utf8))
    }
  }

  @Test("a long text survives, and a limit below its length refuses it")
  func limits() throws {
    let text = String(repeating: "0123456789abcdef", count: 100_000)
    let bytes = try Self.compressed(text)
    try withTemporaryFolder { folder in
      let path = folder + "/a.gz"
      try AtomicFile.write(bytes, to: path)
      #expect(try InputFile.readDecompressed(path) == Array(text.utf8))
      let failure = try #require(failure { try InputFile.readDecompressed(path, limit: 1_000_000) })
      #expect(failure.message.hasPrefix("decompresses to more than 1000000 bytes"))
    }
  }

  @Test("cut and damaged files are refused, never a crash")
  func damage() throws {
    let bytes = try Self.compressed((0..<2000).map { String($0 * $0) }.joined(separator: " "))
    try withTemporaryFolder { folder in
      let path = folder + "/a.gz"
      for length in stride(from: 2, to: bytes.count, by: 97) {
        try AtomicFile.write(bytes[..<length], to: path)
        let failure = try #require(failure { try InputFile.readDecompressed(path) })
        #expect(failure == Failure(.badData, "the gzip file ends too soon; fetch it again", at: path))
      }
      var generator = TestGenerator(state: 3)
      for _ in 0..<100 {
        var damaged = bytes
        let position = Int.random(in: 10..<bytes.count, using: &generator)
        damaged[position] ^= UInt8.random(in: 1...255, using: &generator)
        try AtomicFile.write(damaged, to: path)
        #expect(failure { try InputFile.readDecompressed(path) }?.kind == .badData)
      }
      try AtomicFile.write(bytes + [1, 2, 3], to: path)
      #expect(failure { try InputFile.readDecompressed(path) }?.kind == .badData)
    }
  }
}
