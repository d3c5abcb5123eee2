import Foundation
import OFAFormats
import TestSupport
import Testing

@Suite("JSON")
struct JSONTests {
  struct Stage: Codable, Hashable {
    var stride: Int
    var depths: [Int]
    var ratio: Double?
  }

  struct Space: Codable, Hashable {
    var name: String
    var stages: [Stage]
    var extra: [String: Int]
  }

  enum Kind: String, Codable, CaseIterable { case relu, hardSwish }

  let space = Space(
    name: "tiny \"quoted\" é 🙂 / \u{0} end",
    stages: [Stage(stride: 2, depths: [2, 3, 4], ratio: 0.1), Stage(stride: 1, depths: [], ratio: nil)],
    extra: ["b": 2, "a": 1, "c": 3])

  @Test("decode after encode is the identity, pretty and compact")
  func roundTrip() throws {
    for pretty in [true, false] {
      let text = try JSON.encode(space, pretty: pretty)
      #expect(try JSON.decode(Space.self, from: text, at: "t") == space)
    }
  }

  @Test("keys are written in the type's order, dictionaries by key, plain lists on one line")
  func layout() throws {
    let simple = Space(name: "a/b", stages: [Stage(stride: 2, depths: [2, 3], ratio: 1)], extra: ["b": 2, "a": 1])
    #expect(
      try JSON.encode(simple, pretty: false)
        == #"{"name":"a/b","stages":[{"stride":2,"depths":[2,3],"ratio":1}],"extra":{"a":1,"b":2}}"#)
    #expect(
      try JSON.encode(simple) == """
        {
          "name": "a/b",
          "stages": [
            {
              "stride": 2,
              "depths": [ 2, 3 ],
              "ratio": 1
            }
          ],
          "extra": { "a": 1, "b": 2 }
        }
        """)
  }

  @Test("integers are exact at their ends, and what does not fit is refused")
  func integers() throws {
    func again<T: Codable & Equatable>(_ value: T) throws -> T {
      try JSON.decode([T].self, from: JSON.encode([value]), at: "t")[0]
    }
    #expect(try again(Int64.max) == .max)
    #expect(try again(Int64.min) == .min)
    #expect(try again(UInt64.max) == .max)
    #expect(try again(UInt64(Int64.max) + 1) == UInt64(Int64.max) + 1)
    #expect(try JSON.decode(Int.self, from: "224.0", at: "t") == 224)
    for text in ["256", "-1", "1.5", "1e3", "99999999999999999999999", "true", "\"1\"", "null"] {
      let failure = try #require(failure { try JSON.decode(UInt8.self, from: text, at: "t") })
      #expect(failure.kind == .badData)
    }
    for text in ["9223372036854775808", "1e19", "99999999999999999999999", "-1e19"] {
      #expect(failure { try JSON.decode(Int.self, from: text, at: "t") }?.kind == .badData, "\(text)")
    }
    #expect(
      failure { try JSON.decode(UInt8.self, from: "256", at: "t") }
        == Failure(.badData, "256 is not a whole number from 0 to 255", at: "t"))
  }

  @Test("doubles and floats of any magnitude read back the same")
  func numbers() throws {
    var generator = TestGenerator(state: 7)
    var doubles: [Double] = [0, -0.0, 0.1, 1e16, 1e22, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .pi]
    var floats: [Float] = [0, -0.0, 0.1, 16_777_216, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .pi]
    for _ in 0..<10_000 {
      let double = Double(bitPattern: generator.next())
      let float = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
      if double.isFinite { doubles.append(double) }
      if float.isFinite { floats.append(float) }
    }
    let sameDoubles = try JSON.decode([Double].self, from: JSON.encode(doubles), at: "t")
    let sameFloats = try JSON.decode([Float].self, from: JSON.encode(floats), at: "t")
    #expect(sameDoubles.map(\.bitPattern) == doubles.map(\.bitPattern))
    #expect(sameFloats.map(\.bitPattern) == floats.map(\.bitPattern))
  }

  @Test("numbers that are not finite are refused with their path")
  func notFinite() {
    #expect(
      failure { try JSON.encode(["loss": [1, Double.nan]]) }
        == Failure(.internalError, "nan cannot be written as JSON", at: "loss[1]"))
    #expect(
      failure { try JSON.encode(-Float.infinity) } == Failure(.internalError, "-inf cannot be written as JSON"))
    for text in ["NaN", "Infinity", "-Infinity", "1e999", "[NaN]"] {
      #expect(failure { try JSON.decode(Double.self, from: text, at: "t") }?.kind == .badData, "\(text)")
    }
    #expect(failure { try JSON.decode(Float.self, from: "1e39", at: "t") }?.kind == .badData)
  }

  @Test("an error says the path inside the document and what is wrong")
  func paths() {
    func place(_ text: String) -> String {
      failure { try JSON.decode(Space.self, from: text, at: "space.json") }?.description ?? "none"
    }
    #expect(place("[]") == "space.json: [] is not an object")
    #expect(place("{}") == "space.json: name: missing")
    #expect(place(#"{"name": 3}"#) == "space.json: name: 3 is not a string")
    #expect(place(#"{"name": null}"#) == "space.json: name: null is not a string")
    #expect(place(#"{"name": "x", "stages": {}}"#) == "space.json: stages: {} is not an array")
    #expect(
      place(#"{"name": "x", "stages": [{"stride": 1, "depths": []}, {"stride": "two"}]}"#)
        == #"space.json: stages[1].stride: "two" is not a whole number from -9223372036854775808 to 9223372036854775807"#
    )
    #expect(
      place(#"{"name": "x", "stages": [], "extra": {"odd key": true}}"#).hasPrefix(
        #"space.json: extra["odd key"]: true is"#))
    #expect(
      failure { try JSON.decode([Kind].self, from: #"["relu","swish"]"#, at: "t") }?.place == "t: [1]")
  }

  @Test("a name that is unknown is refused with those that are known, and what is no text as such")
  func names() throws {
    func failure(_ text: String) -> String? {
      TestSupport.failure { try JSON.decode([Kind].self, from: text, at: "t") }?.description
    }
    #expect(try JSON.decode([Kind].self, from: #"["relu","hardSwish"]"#, at: "t") == [.relu, .hardSwish])
    #expect(failure(#"["relu","swish"]"#) == "t: [1]: 'swish' is unknown; known are relu, hardSwish")
    #expect(failure("[3]") == "t: [0]: 3 is not a string")
  }

  @Test(
    "malformed text is refused with its line",
    arguments: [
      ("", "the text ends too soon"), ("{\"a\": 1,", "the text ends too soon"), ("{\n\"a\": 1,\n}", "line 3"),
      ("[1, 2,]", "line 1"), ("[1] 2", "line 1"), ("[1] /* no */", "line 1"),
      ("nul", "too soon"),
      ("[01]", "line 1"), ("\"a", "too soon"), ("[1}", "line 1"), ("{\"a\" 1}", "line 1"), ("[1]\u{0}[2]", "zero byte"),
      ("tru", "too soon"), ("TRUE", "line 1"),
    ])
  func malformed(text: String, part: String) throws {
    let failure = try #require(failure { try JSON.decode([Int].self, from: text, at: "t") })
    #expect(failure.kind == .badData)
    #expect(failure.place == "t")
    #expect(failure.message.contains(part), "\(failure.message)")
    #expect(failure.message.hasPrefix("malformed JSON at line"))
    #expect(!failure.message.contains("\n"))
  }

  @Test("text that is not UTF-8 is refused")
  func notUTF8() {
    #expect(failure { try JSON.decode(String.self, from: [0x22, 0xff, 0x22], at: "t") }?.kind == .badData)
  }

  @Test("nesting is bounded, so that no text exhausts the stack")
  func nesting() throws {
    indirect enum Nest: Decodable {
      case list([Nest])
      init(from decoder: any Decoder) throws { self = .list(try decoder.singleValueContainer().decode([Nest].self)) }
    }
    func text(_ levels: Int) -> String {
      String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    _ = try JSON.decode(Nest.self, from: text(JSON.deepestNesting - 1), at: "t")
    for levels in [JSON.deepestNesting + 1, 1_000_000] {
      let failure = try #require(failure { try JSON.decode(Nest.self, from: text(levels), at: "t") })
      #expect(failure.message.hasSuffix("more than 64 levels deep"), "\(failure)")
    }
  }

  @Test("unknown keys are refused where asked, with their path")
  func unknownKeys() throws {
    let text = #"{"name": "x", "stages": [{"stride": 1, "depths": [], "sride": 2}], "extra": {"any": 1}}"#
    #expect(try JSON.decode(Space.self, from: text, at: "t").stages.count == 1)
    #expect(
      failure { try JSON.decode(Space.self, from: text, at: "t", unknownKeys: .refused) }
        == Failure(.badData, "unknown key; known here are depths, ratio, stride", at: "t: stages[0].sride"))
  }

  @Test("a failure that a type throws while decoding gets the path")
  func thrownInside() {
    struct Even: Decodable {
      init(from decoder: any Decoder) throws {
        let number = try decoder.singleValueContainer().decode(Int.self)
        if number % 2 != 0 { throw Failure(.usage, "\(number) is odd") }
      }
    }
    #expect(
      failure { try JSON.decode([Even].self, from: "[2,3]", at: "t") } == Failure(.usage, "3 is odd", at: "t: [1]"))
  }

  @Test("nested containers, super coders and null keep their places")
  func containers() throws {
    struct Odd: Codable, Equatable {
      var list: [Int?] = [1, nil, 3]
      var inner = 4
      enum Keys: String, CodingKey { case list, nested, inner }
      init() {}
      init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: Keys.self)
        var items = try keys.nestedUnkeyedContainer(forKey: .list)
        list = []
        while !items.isAtEnd {
          if try items.decodeNil() { list.append(nil) } else { list.append(try Int(from: items.superDecoder())) }
        }
        inner = try keys.nestedContainer(keyedBy: Keys.self, forKey: .nested).decode(Int.self, forKey: .inner)
        _ = try Int(from: keys.superDecoder())
      }
      func encode(to encoder: any Encoder) throws {
        var keys = encoder.container(keyedBy: Keys.self)
        var items = keys.nestedUnkeyedContainer(forKey: .list)
        for item in list {
          if let item { try item.encode(to: items.superEncoder()) } else { try items.encodeNil() }
        }
        var nested = keys.nestedContainer(keyedBy: Keys.self, forKey: .nested)
        try nested.encode(inner, forKey: .inner)
        try 9.encode(to: keys.superEncoder())
      }
    }
    let text = try JSON.encode(Odd(), pretty: false)
    #expect(text == #"{"list":[1,null,3],"nested":{"inner":4},"super":9}"#)
    #expect(try JSON.decode(Odd.self, from: text, at: "t") == Odd())
  }

  @Test("random damage to a text is an error or a value, never a crash")
  func damage() throws {
    var generator = TestGenerator(state: 11)
    let bytes = Array(try JSON.encode(space).utf8)
    for _ in 0..<3_000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        damaged[Int.random(in: damaged.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      if Bool.random(using: &generator) { damaged.removeLast(Int.random(in: 0..<damaged.count, using: &generator)) }
      do {
        _ = try JSON.decode(Space.self, from: damaged, at: "t")
      } catch let failure as Failure {
        #expect(failure.kind == .badData)
      }
    }
  }
}
