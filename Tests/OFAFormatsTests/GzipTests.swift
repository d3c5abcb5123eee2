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

  /// All bytes of a file, decompressed.
  static func decompressed(_ path: String) throws -> [UInt8] {
    try ByteStream(path, decompressing: true).read(1 << 28)
  }

  @Test("members are decompressed one after the other; plain bytes pass through")
  func decompress() throws {
    let members = try Self.compressed("hello ") + Self.compressed("world")
    try withTemporaryFolder { folder in
      try AtomicFile.write(members, to: folder + "/a")
      #expect(try Self.decompressed(folder + "/a") == Array("hello world".utf8))
      try AtomicFile.write("plain", to: folder + "/a")
      #expect(try Self.decompressed(folder + "/a") == Array("plain".utf8))
    }
  }

  @Test("a long text survives in pieces of any size, and is unpacked no further than is asked for")
  func pieces() throws {
    let text = Array(String(repeating: "0123456789abcdef", count: 100_000).utf8)
    let bytes = try Self.compressed(String(decoding: text, as: UTF8.self))
    try withTemporaryFolder { folder in
      let path = folder + "/a.gz"
      try AtomicFile.write(bytes, to: path)
      for size in [1_000, 262_144, 300_000, 1 << 24] {
        let stream = try ByteStream(path, decompressing: true)
        var read: [UInt8] = []
        while true {
          let piece = try stream.read(size)
          read += piece
          if piece.count < size { break }
        }
        #expect(read == text)
      }
      // The second half of the file is not gzip: nobody who reads the beginning gets to know.
      try AtomicFile.write(bytes[..<(bytes.count / 2)] + [UInt8](repeating: 0xff, count: bytes.count / 2), to: path)
      #expect(try ByteStream(path, decompressing: true).read(16) == Array(text[..<16]))
      #expect(failure { try Self.decompressed(path) }?.kind == .badData)
    }
  }

  @Test("zeros behind a member end the file, as gzip -t has it; other bytes there are refused, with a way out")
  func padding() throws {
    let member = try Self.compressed("hello")
    try withTemporaryFolder { folder in
      let path = folder + "/a.gz"
      for padding in [1, 512, 300_000] {
        try AtomicFile.write(member + [UInt8](repeating: 0, count: padding), to: path)
        #expect(try Self.decompressed(path) == Array("hello".utf8))
      }
      for garbage in [[7], [0, 0, 7], [0] + member] as [[UInt8]] {
        try AtomicFile.write(member + garbage, to: path)
        let place = member.count + (garbage.firstIndex { $0 != 0 } ?? 0)
        let failure = failure { try Self.decompressed(path) }
        #expect(failure?.kind == .badData && failure?.message.hasPrefix("byte \(place) follows the gzip data") == true)
        // What the message says to do.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "gzip -dc \(path) > \(folder)/a 2> /dev/null"]
        try process.run()
        process.waitUntilExit()
        #expect(try Self.decompressed(folder + "/a").starts(with: Array("hello".utf8)))
      }
    }
  }

  @Test("cut and damaged files are refused, never a crash")
  func damage() throws {
    let bytes = try Self.compressed((0..<2000).map { String($0 * $0) }.joined(separator: " "))
    try withTemporaryFolder { folder in
      let path = folder + "/a.gz"
      for length in stride(from: 2, to: bytes.count, by: 97) {
        try AtomicFile.write(bytes[..<length], to: path)
        let failure = try #require(failure { try Self.decompressed(path) })
        #expect(
          failure
            == Failure(
              .badData, "the file ends at byte \(length) before its gzip data do; it may be cut, fetch it again",
              at: path))
      }
      var generator = TestGenerator(state: 3)
      for _ in 0..<100 {
        var damaged = bytes
        let position = Int.random(in: 10..<bytes.count, using: &generator)
        damaged[position] ^= UInt8.random(in: 1...255, using: &generator)
        try AtomicFile.write(damaged, to: path)
        #expect(failure { try Self.decompressed(path) }?.kind == .badData)
      }
      try AtomicFile.write(bytes + [1, 2, 3], to: path)
      #expect(failure { try Self.decompressed(path) }?.kind == .badData)
    }
  }
}
