import Foundation
import OFAFormats
import OFASpace
import TestSupport
import Testing

@Suite("Space documents")
struct DocumentTests {
  @Test("Every file in the folder of documents is built in, under its own name, in the program's own form")
  func builtIn() throws {
    let folder = packageRoot + "/Sources/OFASpace/Spaces"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(files == SearchSpace.builtInNames.map { $0 + ".json" }.sorted())
    for file in files {
      let space = try SearchSpace.named(folder + "/" + file)
      #expect(try space == SearchSpace.named(space.name))
      #expect(file == space.name + ".json")
    }
  }

  @Test("A space survives writing and reading", arguments: SearchSpace.builtInNames)
  func roundTrip(name: String) throws {
    let original = try SearchSpace.named(name).adapted(
      classes: 7, channels: 1, widthMultiplier: 0.35, resolutions: [40, 33, 40])
    let text = try Documents.encode(original)
    let copy = try space(text)
    #expect(copy == original)
    #expect(copy.hashValue == original.hashValue)
    #expect(try Documents.encode(copy) == text)
    #expect(copy.resolutions == [33, 40])
    #expect(copy.classes == 7 && copy.channels == 1)
    #expect(try space(Documents.encode(tinySpace())) == tinySpace())
  }

  @Test("An unknown name lists the names; a path that is not there says so")
  func unknown() {
    let unknown = failure { try SearchSpace.named("mobile") }
    #expect(unknown?.kind == .usage)
    #expect(SearchSpace.builtInNames.allSatisfy { unknown?.message.contains($0) == true })
    #expect(failure { try SearchSpace.named("no/such/file.json") }?.kind == .missingInput)
    #expect(failure { try SearchSpace.named("mobile.json") }?.kind == .missingInput)
  }

  /// A change to the tiny document, where it is refused, and a part of the message.
  typealias Refusal = (from: String, to: String, path: String, message: String)

  @Test(
    "A document that breaks a rule is refused with the path inside it",
    arguments: [
      (#""ofa-space""#, #""ofa-device""#, "format", "another kind"),
      (#""version": 1"#, #""version": 2"#, "version", "newer"),
      (#""name": "tiny""#, #""name": """#, "name", "name"),
      (#""name": "tiny""#, #""name": "a/b""#, "name", "'/'"),
      (#""channels": 1"#, #""channels": 0"#, "channels", "0 is not from 1"),
      (#""channels": 1"#, #""channels": -3"#, "channels", "-3"),
      (#""channels": 1"#, #""channels": 1.5"#, "channels", "1.5"),
      (#""classes": 3"#, #""classes": 0"#, "classes", "from 1"),
      (#""classes": 3"#, #""classes": 99999999999999999999"#, "classes", "is not"),
      ("[8, 12]", "[]", "resolutions", "one or more"),
      ("[8, 12]", "[12, 8]", "resolutions", "ascending"),
      ("[8, 12]", "[8, 8]", "resolutions", "ascending"),
      ("[8, 12]", "[7, 8]", "resolutions", "from 8"),
      ("[8, 12]", "[8, 5000]", "resolutions", "to 4096"),
      (#""widthMultiplier": 1"#, #""widthMultiplier": 0"#, "widthMultiplier", "0.0"),
      (#""widthMultiplier": 1"#, #""widthMultiplier": 17"#, "widthMultiplier", "17"),
      (#""widthDivisor": 1"#, #""widthDivisor": 0"#, "widthDivisor", "from 1"),
      ("1e-5", "0", "epsilon", "0.0"),
      ("1e-5", "-1", "epsilon", "-1"),
      (#""width": 5"#, #""width": 0"#, "stem.width", "from 1"),
      (#""width": 5"#, #""widht": 5"#, "stem.width", "missing"),
      (#""width": 5"#, #""width": 5, "padding": 1"#, "stem.padding", "unknown key"),
      (#""kernelSize": 3"#, #""kernelSize": 4"#, "stem.kernelSize", "odd"),
      (#""kernelSize": 3"#, #""kernelSize": 65"#, "stem.kernelSize", "63"),
      (#""stride": 1, "activation": "relu""#, #""stride": 0, "activation": "relu""#, "stem.stride", "from 1"),
      (#""activation": "relu6""#, #""activation": "gelu""#, "stages[0].activation", "h_swish"),
      ("[1, 2],", "[0, 2],", "stages[0].depths", "from 1"),
      ("[1, 2],", "[2, 1],", "stages[0].depths", "ascending"),
      ("[1, 2],", "3,", "stages[0].depths", "3"),
      ("[3, 11]", "[3, 6]", "stages[0].kernelSizes", "odd"),
      ("[3, 11]", "[3, 3]", "stages[0].kernelSizes", "ascending"),
      ("[0.5, 6]", "[0, 6]", "stages[1].expandRatios", "from 0.001"),
      ("[0.5, 6]", "[]", "stages[1].expandRatios", "one or more"),
      (#""squeezeExcite": true"#, #""squeezeExcite": 1"#, "stages[1].squeezeExcite", "1"),
      (#""head": {}"#, #""head": {"mix": {"width": 4}}"#, "head.mix.activation", "missing"),
      (#""head": {}"#, #""head": {"pool": 1}"#, "head.pool", "unknown key"),
      (#""width": 10,"#, #""width": 16384,"#, "stages", "weights"),
    ] as [Refusal])
  func refusals(refusal: Refusal) {
    #expect(tinyText.contains(refusal.from))
    let found = failure { try space(tinyText.replacingOccurrences(of: refusal.from, with: refusal.to)) }
    #expect(found?.kind == .badData)
    #expect(found?.place == "space.json: \(refusal.path)", "\(refusal)")
    #expect(found?.message.contains(refusal.message) == true, "\(found?.message ?? "accepted")")
  }

  @Test("A document without stages, or cut short, is refused")
  func incomplete() {
    let start = tinyText.range(of: #""stages": ["#)?.upperBound ?? tinyText.endIndex
    let end = tinyText.range(of: "],\n  \"head\"")?.lowerBound ?? tinyText.endIndex
    let found = failure { try space(tinyText.replacingCharacters(in: start..<end, with: "")) }
    #expect(found?.place == "space.json: stages")
    #expect(failure { try space(String(tinyText.dropLast(9))) }?.kind == .badData)
  }

  @Test("Values in place of a space's own are checked as a document's are")
  func adapting() throws {
    let space = try tinySpace()
    #expect(failure { try space.adapted(classes: 0) }?.kind == .usage)
    #expect(failure { try space.adapted(channels: 0) }?.kind == .usage)
    #expect(failure { try space.adapted(widthMultiplier: .nan) }?.kind == .usage)
    #expect(failure { try space.adapted(widthMultiplier: 100) }?.kind == .usage)
    #expect(failure { try space.adapted(resolutions: [4]) }?.message == "resolution 4 is not from 8 to 4096")
    #expect(failure { try space.adapted(resolutions: []) }?.kind == .usage)
    #expect(try space.adapted() == space)
  }

  @Test("The bounds leave no document that overflows: the widest of all is refused, not trapped")
  func extremes() {
    let widest = tinyText.replacingOccurrences(of: #""width": 6"#, with: #""width": 16384"#)
      .replacingOccurrences(of: #""width": 10"#, with: #""width": 16384"#)
      .replacingOccurrences(of: #""widthMultiplier": 1"#, with: #""widthMultiplier": 16"#)
      .replacingOccurrences(of: "[0.5, 6]", with: "[64]").replacingOccurrences(of: "[1, 3]", with: "[64]")
    #expect(failure { try space(widest) }?.place == "space.json: stages")
  }

  @Test("More choices than a search can price are refused, in a document and where resolutions are given")
  func choices() throws {
    let odd = (0..<32).map { "\(2 * $0 + 1)" }.joined(separator: ", ")
    let ratios = (1...32).map { "\($0)" }.joined(separator: ", ")
    let rich = tinyText.replacingOccurrences(of: "[3, 11]", with: "[\(odd)]")
      .replacingOccurrences(of: "[1, 2.5]", with: "[\(ratios)]")
    let found = try space(rich)
    #expect(failure { try found.adapted(resolutions: Array(8...4_096)) }?.kind == .usage)
    let multipliers = #""widthMultiplier": 1, "widthMultipliers": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]"#
    let richer = rich.replacingOccurrences(of: #""widthMultiplier": 1"#, with: multipliers)
      .replacingOccurrences(of: "[1, 3]", with: "[1, 64]")
    #expect(failure { try space(richer) }?.message.contains("more than 5000000") == true)
  }

  @Test(
    "Tensors whose sizes overflow 64 bits are refused too, and so are more expand ratios than a block can price"
  )
  func overflows() throws {
    let bottlenecks = tinyText.replacingOccurrences(of: #""width": 6"#, with: #""kind": "bottleneck", "width": 16384"#)
      .replacingOccurrences(of: #""widthMultiplier": 1"#, with: #""widthMultiplier": 16"#)
      .replacingOccurrences(of: "[3, 11]", with: "[63]").replacingOccurrences(of: "[1, 2.5]", with: "[64]")
    #expect(failure { try space(bottlenecks) }?.place == "space.json: stages")
    let ratios = "[\((1...33).map { "\($0)" }.joined(separator: ", "))]"
    let many = tinyText.replacingOccurrences(of: "[1, 2.5]", with: ratios)
    #expect(failure { try space(many) }?.place == "space.json: stages[0].expandRatios")
  }
}
