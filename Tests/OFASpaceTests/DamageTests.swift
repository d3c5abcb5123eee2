import OFAFormats
import OFANumerics
import OFASpace
import Testing

@Suite("Damaged input")
struct DamageTests {
  @Test("A damaged document is refused or gives a space that works, and never traps")
  func documents() throws {
    var generator = SeededGenerator(seed: 1, stream: "damage")
    var accepted = 0
    for text in [tinyText, try Documents.encode(SearchSpace.named(Name.small))] {
      for _ in 0..<1_500 {
        let damaged = damage(text, using: &generator)
        do {
          let space = try Documents.decode(SearchSpace.self, from: damaged, at: "damaged")
          accepted += 1
          for subnet in [space.smallest, space.largest, space.randomSubnet(using: &generator)] {
            #expect(space.graph(of: subnet).costs.peakActivationBytes > 0)
            #expect(try space.subnet(id: space.id(of: subnet)) == subnet)
            #expect(try space.subnet(encoding: space.encoding(of: subnet)) == subnet)
          }
        } catch {
          #expect(error is Failure, "\(error)")
        }
      }
    }
    #expect(accepted > 50, "only \(accepted) were accepted")
  }

  @Test("A damaged subnet is refused or canonical, and never traps")
  func subnets() throws {
    let space = try SearchSpace.named(Name.small)
    var generator = SeededGenerator(seed: 2, stream: "damage")
    for _ in 0..<3_000 {
      let subnet = space.randomSubnet(using: &generator)
      let text =
        Bool.random(using: &generator)
        ? space.id(of: subnet) : try JSON.encode(space.document(of: subnet), pretty: false)
      do {
        let read = try space.subnet(parsing: damage(text, using: &generator))
        #expect(try space.subnet(space.document(of: read)) == read)
      } catch {
        let kind = (error as? Failure)?.kind
        #expect(kind == .usage || kind == .badData, "\(error)")
      }
    }
  }

  /// The text with one to three places changed: a character replaced, digits put in, a stretch left out.
  private func damage(_ text: String, using generator: inout SeededGenerator) -> String {
    var bytes = Array(text.utf8)
    let alphabet = Array(#"0123456789.,-+eErk[]{}":xnull "#.utf8)
    for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: bytes[index] = alphabet.randomElement(using: &generator) ?? 0
      case 1:
        // A digit after a digit keeps the document whole and changes a number.
        let digit = bytes[index...].firstIndex { (48...57).contains($0) } ?? index
        bytes.insert(UInt8.random(in: 48...57, using: &generator), at: digit)
      case 2: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...4, using: &generator)))
      default: bytes.removeLast(Int.random(in: 0...min(3, bytes.count), using: &generator))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
