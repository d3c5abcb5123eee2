import OFAData
import Testing

@Suite("The drawn set")
struct ShapesTests {
  @Test("it has ten balanced classes of colour images, and a held-out part")
  func kind() throws {
    let data = try Dataset.load("shapes")
    #expect((data.train.count, data.heldOut.count, data.test.count) == (8_000, 10_000, 20_000))
    #expect((data.train.height, data.train.width, data.channels, data.classes) == (32, 32, 3, 10))
    for label in 0..<10 {
      #expect(data.test.labels.count { $0 == label } == 2_000)
      #expect(data.heldOut.labels.count { $0 == label } == 1_000)
    }
    #expect(data.classNames.contains("half disk"))
    #expect(Set(data.classNames).count == 10)
  }

  @Test("the same seed draws the same bytes, another seed others, and no image is drawn twice")
  func determinism() throws {
    let data = try Dataset.load("shapes")
    #expect(try Dataset.load("shapes").train.pixels == data.train.pixels)
    #expect(try Dataset.load("shapes", seed: 1).test.pixels != data.test.pixels)
    var seen = Set<[UInt8]>()
    for set in [data.train, data.heldOut, data.test] {
      for index in 0..<set.count {
        seen.insert(set.pixels(of: index))
      }
    }
    #expect(seen.count == 38_000)
  }

  @Test("pixels use the whole range and are mostly neither black nor white")
  func range() throws {
    let test = try Dataset.load("shapes").test
    let ends = test.pixels.count { $0 == 0 || $0 == 255 }
    #expect(Set(test.pixels).count == 256)
    #expect(Double(ends) < 0.1 * Double(test.pixels.count))
  }
}
