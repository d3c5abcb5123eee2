import OFAFormats
import OFANumerics
import OFASpace
import TestSupport
import Testing

@Suite("Subnets")
struct SubnetTests {
  @Test("Depths are clamped, entries of left-out blocks are ignored and reset")
  func canonical() throws {
    let space = try tinySpace()
    let subnet = SubnetDocument(
      resolution: 9, depths: [1, 7], kernelSizes: [11, 99, 5, 5, 5], expandRatios: [2.5, -1, 6, 0.5, 6])
    let canonical = try space.subnet(subnet)
    #expect(
      space.document(of: canonical)
        == SubnetDocument(
          resolution: 9, depths: [1, 3], kernelSizes: [11, 3, 5, 5, 5], expandRatios: [2.5, 1, 6, 0.5, 6]))
    #expect(try space.subnet(space.document(of: canonical)) == canonical)
  }

  @Test("Canonical subnets are equal exactly when their graphs are")
  func canonicalMeansEqualGraphs() throws {
    let space = try tinySpace()
    let subnets = Array(space.subnets())
    #expect(Set(subnets.map(space.graph(of:))).count == subnets.count)
  }

  @Test("What lies outside the space is named")
  func outside() throws {
    let space = try tinySpace()
    func message(_ change: (inout SubnetDocument) -> Void) -> String? {
      var subnet = space.document(of: space.largest)
      change(&subnet)
      let found = failure { try space.subnet(subnet) }
      #expect(found?.kind == .badData)
      return found?.message
    }
    #expect(message { $0.resolution = 7 } == "resolution 7 is not from 8 to 4096")
    #expect(message { $0.resolution = 1 << 40 } != nil)
    #expect(message { $0.depths[1] = 2 } == "depth 2 of stage 1 is outside tiny; choose from 1, 3")
    #expect(message { $0.depths[0] = 0 } == "depth 0 of stage 0 is outside tiny; choose from 1, 2")
    #expect(
      message { $0.kernelSizes[1] = 5 } == "kernel size 5 of stages.0.1 is outside tiny; choose from 3, 11")
    #expect(
      message { $0.expandRatios[4] = 1 } == "expand ratio 1 of stages.1.2 is outside tiny; choose from 0.5, 6")
    #expect(message { $0.expandRatios[4] = .nan } != nil)
    #expect(message { $0.depths = [1] } == "depths has 1 entries, but tiny has 2 stages")
    #expect(message { $0.kernelSizes.append(5) } == "kernelSizes has 6 entries, but tiny has 5 blocks")
    #expect(message { $0.widthIndices = [0] } == "the subnet has widthIndices, but tiny has no elastic widths")
  }

  @Test("Corners are the ends of every list")
  func corners() throws {
    let space = try tinySpace()
    #expect(
      space.document(of: space.largest)
        == SubnetDocument(
          resolution: 12, depths: [2, 3], kernelSizes: [11, 11, 5, 5, 5], expandRatios: [2.5, 2.5, 6, 6, 6]))
    #expect(
      space.document(of: space.smallest)
        == SubnetDocument(
          resolution: 8, depths: [1, 1], kernelSizes: [3, 3, 5, 5, 5], expandRatios: [1, 1, 0.5, 0.5, 0.5]))
  }

  @Test("An id is short and tells resolution, depths, expand ratios and kernel sizes")
  func id() throws {
    let small = try SearchSpace.named(Name.small)
    let subnet = try small.subnet(
      SubnetDocument(
        resolution: 28, depths: [2, 3, 2, 2, 4], kernelSizes: (0..<20).map { [3, 5, 7][$0 % 3] },
        expandRatios: (0..<20).map { [3, 4, 6][$0 / 4 % 3] }))
    #expect(small.id(of: subnet) == "r28-33.35-45.47.43-67.63-33.35-45.47.43.45")
    let tiny = try tinySpace()
    #expect(tiny.id(of: tiny.largest) == "r12-e2.5k11.e2.5k11-65.65.65")
    #expect(tiny.id(of: tiny.smallest) == "r8-13-e0.5")
    #expect(try tiny.subnet(id: "r8-13-e0.5k5") == tiny.smallest)
    let resnet = try SearchSpace.named(Name.resnet)
    #expect(
      resnet.id(of: resnet.smallest)
        == "r128-w000000-s0-e0.2.e0.2-e0.2.e0.2-e0.2.e0.2.e0.2.e0.2-e0.2.e0.2")
  }

  @Test("An id gives its subnet back, and no two subnets share one")
  func idRoundTrip() throws {
    let tiny = try tinySpace()
    let all = Array(tiny.subnets())
    for subnet in all { #expect(try tiny.subnet(id: tiny.id(of: subnet)) == subnet) }
    #expect(Set(all.map(tiny.id(of:))).count == all.count)
    var generator = SeededGenerator(seed: 1, stream: "ids")
    for name in SearchSpace.builtInNames {
      let space = try SearchSpace.named(name)
      for _ in 0..<200 {
        let subnet = space.randomSubnet(using: &generator)
        #expect(try space.subnet(id: space.id(of: subnet)) == subnet)
      }
    }
    // Ratios of one digit, of two, and with a fraction, next to each other, of one kernel size.
    let ratios = try space(
      tinyText.replacing("\"expandRatios\": [0.5, 6]", with: "\"expandRatios\": [0.5, 6, 12]")
        .replacing("\"kernelSizes\": [5]", with: "\"kernelSizes\": [3]"))
    for subnet in ratios.subnets() { #expect(try ratios.subnet(id: ratios.id(of: subnet)) == subnet) }
  }

  @Test(
    "A text that is no id is a matter of usage",
    arguments: [
      "", "r", "12-13-e0.5k5", "r8-", "r8-13.", "r8-13-", "r8-1-e0.5k5", "r8-13-e0.", "r8-13-e.k5", "r8-13-ek5",
      "r8-13-e0.5k5x", "r8 -13-e0.5k5", "r99999999999999999999-13-e0.5k5", "r-8-13-e0.5k5", "r8-13-e1.2.3k5", "ø",
    ])
  func noID(text: String) throws {
    let space = try tinySpace()
    #expect(failure { try space.subnet(id: text) }?.kind == .usage)
    #expect(failure { try space.subnet(parsing: text) }?.kind == .usage)
  }

  @Test(
    "An id of another space is bad data",
    arguments: [
      "r8-13", "r8-13-e0.5k5-13", "r8-13.13.13-e0.5k5", "r8-15-e0.5k5", "r8-13-e0.5k5.e0.5k5", "r7-13-e0.5k5",
    ])
  func idOutside(text: String) throws {
    let space = try tinySpace()
    #expect(failure { try space.subnet(id: text) }?.kind == .badData)
  }

  @Test("All forms of a line give the same subnet")
  func forms() throws {
    let space = try SearchSpace.named(Name.small)
    let expected = space.uniform(depth: 3, expandRatio: 4, kernelSize: 5, resolution: 32)
    let id = space.id(of: expected)
    let subnet = try JSON.encode(space.document(of: expected), pretty: false)
    let text = """
      {"resolution":32,"depths":3,"kernelSizes":5,"expandRatios":4}
      {"resolution":32,"depths":[3,3,3,3,3],"kernelSizes":5,"expandRatios":4,"note":"kept"}

      \(subnet)
        {"id": "anything", "subnet": \(subnet), "predictedAccuracy": 0.9}
      {"subnet": "\(id)"}
      {"id":"\(id)","topOneAccuracy":0.5}
      "\(id)"\r
      \(id)
      """
    let subnets = try space.subnets(readingLines: text, at: "subnets.jsonl")
    #expect(subnets.count == 8)
    #expect(subnets.allSatisfy { $0 == expected })
    for line in text.split(whereSeparator: \.isNewline) { #expect(try space.subnet(parsing: String(line)) == expected) }
  }

  @Test("The ends of a space have names, on a line of their own, as JSON or within it")
  func ends() throws {
    let space = try SearchSpace.named(Name.small)
    let lines = """
      largest
      "smallest"
      {"id": "largest"}
      """
    #expect(try space.subnets(readingLines: lines, at: "subnets") == [space.largest, space.smallest, space.largest])
    #expect(try space.subnet(parsing: " smallest\n") == space.smallest)
    #expect(failure { try space.subnet(parsing: "Largest") }?.kind == .usage)
  }

  @Test("A number for the depths clamps in stages that have fewer blocks")
  func clampedNumber() throws {
    let space = try tinySpace()
    let subnet = try space.subnet(
      parsing: #"{"resolution":8,"depths":3,"kernelSizes":[3,3,5,5,5],"expandRatios":[1,1,6,6,6]}"#)
    #expect(space.document(of: subnet).depths == [2, 3])
  }

  @Test(
    "A line that is no subnet is refused with its number and the path in it",
    arguments: [
      ("{", "lines line 2", Failure.Kind.usage), ("[]", "lines line 2", .usage), ("{} x", "lines line 2", .usage),
      (#"{"resolution":8}"#, "lines line 2: depths", .usage),
      (#"{"resolution":8,"depths":1,"kernelSizes":[3,null],"expandRatios":1}"#, "lines line 2: kernelSizes[1]", .usage),
      (#"{"resolution":8.5,"depths":1,"kernelSizes":3,"expandRatios":1}"#, "lines line 2: resolution", .usage),
      (#"{"resolution":8,"depths":1,"kernelSizes":"3","expandRatios":1}"#, "lines line 2: kernelSizes", .usage),
      (#"{"subnet":{"resolution":8}}"#, "lines line 2: subnet.depths", .usage),
      (#""r8""#, "lines line 2", .badData),
      (#"{"resolution":8,"depths":1,"kernelSizes":3,"expandRatios":1}"#, "lines line 2", .badData),
      (#"{"resolution":8,"depths":[],"kernelSizes":3,"expandRatios":1}"#, "lines line 2", .badData),
    ])
  func badLines(line: String, place: String, kind: Failure.Kind) throws {
    let space = try tinySpace()
    let found = failure { try space.subnets(readingLines: "\n\(line)\n", at: "lines") }
    #expect(found?.place == place && found?.kind == kind, "\(found.map { "\($0)" } ?? "accepted")")
  }

  @Test("What has one choice need not be named, in lists neither")
  func oneChoice() throws {
    let space = try SearchSpace.named("ofa_resnet50")
    let whole = try space.subnet(
      parsing: #"{"resolution":224,"depths":2,"kernelSizes":3,"expandRatios":0.35,"widthIndices":2}"#)
    #expect(
      try space.subnet(parsing: #"{"resolution":224,"depths":2,"expandRatios":0.35,"widthIndices":2}"#) == whole)
    let proxyless = try SearchSpace.named("ofa_proxyless_d234_e346_k357_w1.3")
    func depths(_ list: String) throws -> Subnet {
      try proxyless.subnet(parsing: #"{"resolution":224,"depths":\#(list),"kernelSizes":5,"expandRatios":4}"#)
    }
    #expect(try depths("[2,3,4,2,3]") == depths("[2,3,4,2,3,1]"))
    #expect(failure { try depths("[2,3,4,2]") }?.message.contains("depths has 4 entries") == true)
    let one = try SearchSpace.named(Name.small).adapted(resolutions: [16])
    let named = try one.subnet(parsing: #"{"resolution":16,"depths":2,"kernelSizes":3,"expandRatios":3}"#)
    #expect(try one.subnet(parsing: #"{"depths":2,"kernelSizes":3,"expandRatios":3}"#) == named)
  }

  @Test(
    "The original implementation's own form is a subnet too",
    arguments: [
      (
        Name.small, #"{"wid":null,"ks":7,"e":6,"d":4,"r":[32]}"#,
        #"{"resolution":32,"depths":4,"kernelSizes":7,"expandRatios":6}"#
      ),
      (
        Name.small,
        #"{"ks":[3,5,7,3,3,5,7,3,3,5,7,3,3,5,7,3,3,5,7,3],"e":[3,4,6,4,3,4,6,4,3,4,6,4,3,4,6,4,3,4,6,4],"d":[2,3,"#
          + #"4,3,2],"r":24}"#,
        #"{"resolution":24,"depths":[2,3,4,3,2],"kernelSizes":[3,5,7,3,3,5,7,3,3,5,7,3,3,5,7,3,3,5,7,3],"#
          + #""expandRatios":[3,4,6,4,3,4,6,4,3,4,6,4,3,4,6,4,3,4,6,4]}"#
      ),
      (
        "ofa_resnet50", #"{"d":[2,1,0,2,1],"e":0.2,"w":[0,2,1,2,0,1],"image_size":224}"#,
        #"{"resolution":224,"depths":[2,1,0,2,1],"expandRatios":0.2,"widthIndices":[0,2,1,2,0,1]}"#
      ),
      (
        "ofa_resnet50", #"{"subnet":{"d":2,"e":0.35,"w":2,"ks":null,"r":[192]}}"#,
        #"{"resolution":192,"depths":2,"expandRatios":0.35,"widthIndices":2}"#
      ),
    ])
  func originalForm(name: String, text: String, own: String) throws {
    let space = try SearchSpace.named(name)
    #expect(try space.subnet(parsing: text) == space.subnet(parsing: own))
  }

  @Test("A byte order mark before a line, an id or a JSON text is passed over")
  func mark() throws {
    let space = try tinySpace()
    let id = space.id(of: space.largest)
    #expect(try space.subnet(parsing: "\u{feff}\(id)\r\n") == space.largest)
    let lines = "\u{feff}\"\(id)\"\r\n\u{feff}\(try JSON.encode(space.document(of: space.largest), pretty: false))\n"
    #expect(try space.subnets(readingLines: lines, at: "lines") == [space.largest, space.largest])
  }

  @Test("A text without subnets is refused")
  func noLines() throws {
    let space = try tinySpace()
    #expect(failure { try space.subnets(readingLines: "\n \n", at: "empty.jsonl") }?.place == "empty.jsonl")
  }

  @Test("A subnet's JSON is that of the documentation and survives a round trip")
  func json() throws {
    let space = try tinySpace()
    let text = try JSON.encode(space.document(of: space.largest), pretty: false)
    #expect(
      text == #"{"resolution":12,"depths":[2,3],"kernelSizes":[11,11,5,5,5],"expandRatios":[2.5,2.5,6,6,6]}"#
        || text == #"{"resolution":12,"depths":[2,3],"kernelSizes":[11,11,5,5,5],"expandRatios":[2.5,2.5,6.0,6.0,6.0]}"#
    )
    #expect(try space.subnet(JSON.decode(SubnetDocument.self, from: text, at: "")) == space.largest)
  }
}
