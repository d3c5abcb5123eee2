import OFAData
import Testing

@Suite("Data sets")
struct DatasetTests {
  /// Images that are told apart by their pixels: image `i` is all `i`.
  static func numbered(_ labels: [Int], classes: Int) -> ImageSet {
    ImageSet(
      name: "numbered", height: 1, width: 1, channels: 1, classes: classes,
      pixels: labels.indices.map(UInt8.init), labels: labels)
  }

  @Test("held-out images are taken from training in the exact number, in proportion from each class", arguments: 0...60)
  func split(count: Int) {
    let labels = (0..<60).map { $0 < 30 ? 0 : $0 < 50 ? 1 : 2 }
    let all = Self.numbered(labels, classes: 3)
    let data = Dataset(name: "n", training: all, test: all, heldOutCount: count)
    #expect(data.heldOut.count == count)
    #expect((data.train.pixels + data.heldOut.pixels).sorted() == all.pixels)
    #expect(data.train.pixels == data.train.pixels.sorted())
    for (label, size) in [30, 20, 10].enumerated() {
      let held = data.heldOut.labels.count { $0 == label }
      #expect(abs(Double(held) - Double(count * size) / 60) <= 1)
    }
    for set in [data.train, data.heldOut] {
      #expect(set.labels == set.pixels.map { labels[Int($0)] })
    }
  }

  @Test("the held-out draw depends on the seed alone; a tenth is the default")
  func seeds() {
    let all = Self.numbered((0..<200).map { $0 % 4 }, classes: 4)
    func heldOut(_ seed: UInt64) -> [UInt8] { Dataset(name: "n", training: all, test: all, seed: seed).heldOut.pixels }
    #expect(heldOut(0) == heldOut(0))
    #expect(heldOut(0) != heldOut(1))
    #expect(heldOut(0).count == 20)
    #expect(heldOut(0) != Array(0..<20))
  }

  @Test("Every leading part of the held-out images has all classes in proportion, however the set is ordered")
  func leadingParts() {
    // By class, as folders of pictures are read; the last class is half as large.
    let labels = [0, 1, 2, 3].flatMap { Array(repeating: $0, count: $0 == 3 ? 50 : 100) }
    let all = ImageSet(
      name: "n", height: 1, width: 1, channels: 1, classes: 4, pixels: labels.indices.map { UInt8($0 / 2) },
      labels: labels)
    let given = Dataset(name: "n", train: all, heldOut: all, test: all)
    let drawn = Dataset(name: "n", training: all, test: all, heldOutCount: 70)
    for (data, count) in [(given, 35), (drawn, 35)] {
      let leading = data.heldOut.labels.prefix(count)
      #expect((0..<4).map { label in leading.count { $0 == label } } == [10, 10, 10, 5])
    }
    #expect(given.heldOut.labels.sorted() == labels)
  }

  @Test("moments are those of the definition, of the training images only")
  func normalization() {
    let images = randomImages(count: 50, height: 5, width: 3, channels: 3)
    let data = Dataset(name: "n", training: images, test: images, heldOutCount: 10)
    for channel in 0..<3 {
      let values = stride(from: channel, to: data.train.pixels.count, by: 3).map { Double(data.train.pixels[$0]) / 255 }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      #expect(abs(Double(data.normalization.means[channel]) - mean) < 1e-6)
      #expect(abs(Double(data.normalization.standardDeviations[channel]) - variance.squareRoot()) < 1e-6)
    }
  }

  @Test("images of one brightness still have a deviation")
  func constant() {
    let black = ImageSet(name: "b", height: 2, width: 2, channels: 1, classes: 1, pixels: [0, 0, 0, 0], labels: [0])
    #expect(Normalization(of: black).standardDeviations == [1 / 255])
  }
}
