import Foundation
import OFAFormats
import TestSupport
import Testing

@Suite("Safetensors")
struct SafetensorsTests {
  let file = Safetensors(
    metadata: ["kind": "test", "about": "é"],
    tensors: [
      .init("b", shape: [2, 3], values: [1, -2, 3.5, .infinity, 0, -0.0]), .init("a", shape: [], values: [7]),
      .init("empty", shape: [0, 4], values: []),
    ])

  /// A file of a header and bytes.
  static func bytes(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
    let length = header.utf8.count
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8) + data
  }

  @Test("what the format is called comes first in a file, however long the rest of its metadata is")
  func formatFirst() throws {
    let bytes = try Safetensors(
      metadata: ["classes": String(repeating: "x", count: 1 << 19), "format": "f"], tensors: []
    ).encoded()
    let head = String(decoding: bytes.dropFirst(8).prefix(40), as: UTF8.self)
    #expect(head.hasPrefix(#"{"__metadata__":{"format":"f","#))
  }

  @Test("tensors and metadata read back, in the order of their names")
  func roundTrip() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/w.safetensors"
      try file.write(to: path)
      let again = try Safetensors(reading: path)
      #expect(again.metadata == file.metadata)
      #expect(again.tensors.map(\.name) == ["a", "b", "empty"])
      #expect(again["b"] == file["b"])
      #expect(again["b"]?.values[5].sign == .minus)
      #expect(again["a"]?.shape == [])
      #expect(again["empty"]?.values == [])
      #expect(again["nothing"] == nil)
      #expect(try again.encoded() == file.encoded())
    }
  }

  @Test("the bytes are those of the format")
  func layout() throws {
    let small = Safetensors(tensors: [.init("x", shape: [1], values: [1])])
    let header = #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    #expect(try small.encoded() == Self.bytes(header + "  ", [0, 0, 128, 63]))
  }

  @Test("every element type is converted")
  func elementTypes() throws {
    func read(_ type: String, _ data: [UInt8]) throws -> [Float] {
      let header = "{\"x\":{\"dtype\":\"\(type)\",\"shape\":[2],\"data_offsets\":[0,\(data.count)]}}"
      return try Safetensors(bytes: Self.bytes(header, data), at: "t")["x"]?.values ?? []
    }
    func little<T>(_ values: [T]) -> [UInt8] { values.withUnsafeBytes(Array.init) }
    #expect(try read("F64", little([1.5, -2])) == [1.5, -2])
    #expect(try read("F32", little([Float(1.5), -2])) == [1.5, -2])
    #expect(try read("F16", little([Float16(1.5), -2])) == [1.5, -2])
    #expect(try read("BF16", [0xc0, 0x3f, 0x00, 0xc0]) == [1.5, -2])
    #expect(try read("I64", little([Int64(5), -7])) == [5, -7])
    #expect(try read("I32", little([Int32(5), -7])) == [5, -7])
    #expect(try read("I16", little([Int16(5), -7])) == [5, -7])
    #expect(try read("I8", little([Int8(5), -7])) == [5, -7])
    #expect(try read("U8", [5, 200]) == [5, 200])
    #expect(try read("BOOL", [0, 1]) == [0, 1])
  }

  static let refused: [(String, [UInt8], String)] = {
    let four: [UInt8] = [0, 0, 0, 0]
    let cases: [(String, Int, String)] = [
      (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 3, "only 3 bytes follow the header, which says 4"),
      (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 5, "more than 4 bytes follow the header"),
      (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "bytes [0, 4] do not fit the shape [2] of F32"),
      (#"{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "do not fit the shape [-1]"),
      (#"{"x":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}"#, 4, "do not fit"),
      (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "do not fit"),
      (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, 4, "do not fit"),
      (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4, "do not fit"),
      (#"{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, 0, "do not fit"),
      (#"{"x":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,4]}}"#, 4, "do not fit"),
      (
        #"{"x":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}"#, 4,
        "the most that is read"
      ),
      (#"{"x":{"dtype":"C64","shape":[1],"data_offsets":[0,4]}}"#, 4, "\"C64\" is not one of F64, F32"),
      (#"{"x":{"shape":[1],"data_offsets":[0,4]}}"#, 4, "missing"),
      (#"{"x":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}"#, 4, "is not a whole number"),
      (
        #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
        4,
        "expected to begin at 4"
      ),
      (#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "are expected to begin at 0"),
      (#"{"__metadata__":{"a":1}}"#, 0, "1 is not a string"),
      ("[]", 0, "[] is not an object"),
      ("{", 0, "malformed JSON"),
      ("", 0, "malformed JSON"),
    ]
    return cases.map { ($0, Array((four + four)[..<$1]), $2) }
  }()

  @Test("a header that does not fit its bytes is refused", arguments: refused)
  func refusals(header: String, data: [UInt8], message: String) throws {
    let failure = try #require(failure { try Safetensors(bytes: Self.bytes(header, data), at: "w") })
    #expect(failure.kind == .badData)
    #expect(failure.place?.hasPrefix("w") == true)
    #expect(failure.message.contains(message), "\(failure)")
  }

  @Test("a cut file and a header length beyond the file are refused")
  func cut() throws {
    let bytes = try file.encoded()
    for length in 0..<bytes.count {
      #expect(failure { try Safetensors(bytes: Array(bytes[..<length]), at: "w") }?.kind == .badData)
    }
    for length in [UInt64.max, 1 << 63, 1 << 40, 9] {
      let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + [123, 125]
      let failure = try #require(failure { try Safetensors(bytes: bytes, at: "w") })
      #expect(failure.message.hasPrefix("the header's length is \(length), but only 2 bytes follow"))
    }
  }

  @Test("random damage is an error or other values, never a crash")
  func damage() throws {
    let bytes = try file.encoded()
    var generator = TestGenerator(state: 5)
    for _ in 0..<5_000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let position = Int.random(in: damaged.indices, using: &generator)
        damaged[position] =
          Bool.random(using: &generator)
          ? UInt8.random(in: 0...255, using: &generator) : UInt8.random(in: 0x30...0x39, using: &generator)
      }
      do {
        let read = try Safetensors(bytes: damaged, at: "w")
        #expect(read.tensors.reduce(0) { $0 + $1.values.count } <= 4 * damaged.count)
      } catch let failure as Failure {
        #expect(failure.kind == .badData)
      }
    }
  }
}
