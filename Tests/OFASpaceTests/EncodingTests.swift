import OFANumerics
import OFASpace
import TestSupport
import Testing

@Suite("Encoding")
struct EncodingTests {
  @Test("Features give their subnet back, and no two subnets share them")
  func roundTrip() throws {
    let space = try tinySpace()
    var seen: Set<[Float]> = []
    for subnet in space.subnets() {
      let features = space.encoding(of: subnet)
      #expect(features.count == space.encodingSize)
      #expect(try space.subnet(encoding: features) == subnet)
      seen.insert(features)
    }
    #expect(seen.count == 400)
  }

  @Test("There is a one for each present block's kernel size and expand ratio, and for the resolution")
  func ones() throws {
    var generator = SeededGenerator(seed: 2, stream: "encoding")
    let space = try SearchSpace.named(Name.small)
    #expect(space.encodingSize == 60 + 60 + 3)
    for _ in 0..<200 {
      let subnet = space.randomSubnet(using: &generator)
      let features = space.encoding(of: subnet)
      let blocks = Float(space.document(of: subnet).depths.reduce(0, +))
      #expect(features[0..<60].reduce(0, +) == blocks)
      #expect(features[60..<120].reduce(0, +) == blocks)
      #expect(features[120...].reduce(0, +) == 1)
      #expect(try space.subnet(encoding: features) == subnet)
    }
  }

  @Test("The order is kernel sizes, expand ratios, resolution")
  func order() throws {
    let space = try tinySpace()
    let subnet = try space.subnet(id: "r12-13.e2.5k11-65")
    #expect(
      space.encoding(of: subnet)
        == [1, 0, 0, 1, 1, 0, 0] + [1, 0, 0, 1, 0, 1, 0, 0, 0, 0] + [0, 1])
  }

  @Test("A space of one resolution has no feature for it")
  func oneResolution() throws {
    let space = try tinySpace().adapted(resolutions: [16])
    #expect(space.encodingSize == 17)
    #expect(try space.subnet(encoding: space.encoding(of: space.largest)) == space.largest)
  }

  @Test("Features that are no subnet's are refused")
  func refusals() throws {
    let space = try tinySpace()
    let good = space.encoding(of: space.largest)
    func refused(_ change: (inout [Float]) -> Void) -> Bool {
      var features = good
      change(&features)
      return failure { try space.subnet(encoding: features) }?.kind == .badData
    }
    #expect(refused { $0.removeLast() })
    #expect(refused { $0[0] = 1 })  // two kernel sizes
    #expect(refused { $0[1] = 0.5 })
    #expect(refused { $0[1] = 0 })  // a block without a kernel size but with an expand ratio
    #expect(refused { $0[$0.count - 1] = 0 })  // no resolution
    #expect(
      refused {
        $0[5] = 0; $0[14] = 0
      })  // a hole among a stage's blocks
    #expect(refused { $0[0] = .nan })
    #expect(!refused { _ in })
  }
}
