import OFAData
import OFANumerics
import Testing

@Suite("Batches")
struct BatchTests {
  let normalization = Normalization(means: [0.4, 0.5, 0.6], standardDeviations: [0.2, 0.25, 0.3])

  /// What a batch is by definition: shifted with black, resized in both directions, mirrored, normalized; in double
  /// precision.
  func expected(
    _ images: ImageSet, _ index: Int, row: Int = 0, column: Int = 0, isMirrored: Bool = false, resolution: Int
  ) -> [Double] {
    let pixels = images.pixels
    func weight(_ x: Int, _ i: Int, from: Int) -> Double {
      let scale = Double(from) / Double(resolution)
      func triangle(_ i: Int) -> Double {
        max(0, 1 - abs(Double(i) + 0.5 - (Double(x) + 0.5) * scale) / max(scale, 1))
      }
      return triangle(i) / (0..<from).map(triangle).reduce(0, +)
    }
    func pixel(_ y: Int, _ x: Int, _ channel: Int) -> Double {
      guard 0..<images.height ~= y + row, 0..<images.width ~= x + column else { return 0 }
      let place = ((index * images.height + y + row) * images.width + x + column) * images.channels + channel
      return Double(pixels[place])
    }
    var values: [Double] = []
    for y in 0..<resolution {
      for x in 0..<resolution {
        let from = isMirrored ? resolution - 1 - x : x
        for channel in 0..<images.channels {
          var sum = 0.0
          for i in 0..<images.height {
            for j in 0..<images.width {
              sum += weight(y, i, from: images.height) * weight(from, j, from: images.width) * pixel(i, j, channel)
            }
          }
          values.append(
            (sum / 255 - Double(normalization.means[channel])) / Double(normalization.standardDeviations[channel]))
        }
      }
    }
    return values
  }

  func worst(_ values: [Float], _ expected: [Double]) -> Double {
    guard values.count == expected.count else { return .infinity }
    return zip(values, expected).map { abs(Double($0) - $1) }.max() ?? 0
  }

  @Test(
    "every resolution is the definition's resampling", arguments: [1, 2, 3, 5, 7, 8, 9, 12, 16, 23],
    [(8, 8), (9, 5), (1, 1), (2, 7)])
  func resampling(resolution: Int, size: (Int, Int)) {
    let images = randomImages(count: 2, height: size.0, width: size.1, channels: 3)
    let values = BatchLoader(images, normalization).batch(of: [1, 0], resolution: resolution).values()
    let definition = [1, 0].flatMap { expected(images, $0, resolution: resolution) }
    #expect(worst(values, definition) < 1e-5)
  }

  @Test("Of an image whose middle is seen, the rest counts for nothing; unless told otherwise all of it counts")
  func center() {
    let side = 16
    let whole = randomImages(count: 1, height: side, width: side, channels: 3)
    let rows = (2..<14).flatMap { row -> ArraySlice<UInt8> in
      let first = 3 * (row * side + 2)
      return whole.pixels[first..<first + 36]
    }
    let middle = ImageSet(name: "m", height: 12, width: 12, channels: 3, classes: 10, pixels: rows, labels: [0])
    for resolution in [7, 12, 20] {
      let seen = BatchLoader(whole, normalization, centerFraction: 0.75).batch(of: [0], resolution: resolution)
      let expected = BatchLoader(middle, normalization).batch(of: [0], resolution: resolution)
      #expect(seen.values() == expected.values())
    }
    #expect(Window(height: 8, width: 8).center(0.875) == Window(row: 0, column: 0, height: 7, width: 7))
    #expect(Window(row: 3, column: 5, height: 256, width: 256).center(0.875).row == 19)
    #expect(Window(height: 1, width: 1).center(0.01) == Window(height: 1, width: 1))
  }

  @Test("Pillow resizes alike")
  func pillow() {
    // from PIL import Image; import numpy as np
    // x = np.array([(i * i * 37) % 256 for i in range(36)], dtype=np.uint8).reshape(6, 6)
    // for n in (4, 9): print(np.asarray(Image.fromarray(x).resize((n, n), Image.BILINEAR)).ravel().tolist())
    let images = ImageSet(
      name: "p", height: 6, width: 6, channels: 1, classes: 1, pixels: (0..<36).map { UInt8($0 * $0 * 37 % 256) },
      labels: [0])
    let plain = Normalization(means: [0], standardDeviations: [1])
    for (resolution, pillow) in PillowNumbers.all {
      let values = BatchLoader(images, plain).batch(of: [0], resolution: resolution).values()
      // Pillow rounds to a byte after each direction.
      #expect(worst(values.map { $0 * 255 }, pillow) <= 1.01)
    }
  }

  @Test("training images are shifted and mirrored as the definition says, at any resolution", arguments: [8, 6, 11])
  func augmentation(resolution: Int) throws {
    let images = randomImages(count: 1, height: 8, width: 8, channels: 3)
    let loader = BatchLoader(images, normalization, augmentation: Augmentation(padding: 4, mirroring: .random))
    let batches = (0..<200).map { loader.batch(of: [0], resolution: resolution, epoch: $0, seed: 1) }
    // A shift of 4 at 32 is one of 1 at 8: nine shifts, mirrored or not, and nothing else.
    var definitions: [[Double]] = []
    for row in -1...1 {
      for column in -1...1 {
        for isMirrored in [false, true] {
          definitions.append(
            expected(images, 0, row: row, column: column, isMirrored: isMirrored, resolution: resolution))
        }
      }
    }
    var seen = Set<Int>()
    for batch in batches {
      let image = batch.values()
      seen.insert(try #require(definitions.firstIndex { worst(image, $0) < 1e-5 }))
    }
    #expect(seen.count == definitions.count)
  }

  @Test("a square anywhere in the image is erased: it has the mean, all else is as before", arguments: [8, 16, 32])
  func erasing(resolution: Int) {
    let images = randomImages(count: 1, height: 16, width: 16, channels: 3)
    let loader = BatchLoader(
      images, normalization, augmentation: Augmentation(padding: 0, mirroring: .none, erasing: 8))
    let plain = loader.batch(of: [0], resolution: resolution).values()
    let side = resolution / 4
    var coverage = [Int](repeating: 0, count: resolution * resolution)
    for epoch in 0..<400 {
      let own = loader.batch(of: [0], resolution: resolution, epoch: epoch, seed: 1).values()
      let changed = (0..<resolution * resolution).filter { pixel in
        (0..<3).contains { own[pixel * 3 + $0] != plain[pixel * 3 + $0] }
      }
      for pixel in changed {
        coverage[pixel] += 1
        #expect((0..<3).allSatisfy { own[pixel * 3 + $0] == 0 })
      }
      // A square of that side, or what the edges leave of it.
      let rows = Set(changed.map { $0 / resolution })
      let columns = Set(changed.map { $0 % resolution })
      #expect(changed.count == rows.count * columns.count)
      #expect((side / 2...side).contains(rows.count) && (side / 2...side).contains(columns.count))
    }
    #expect(coverage.allSatisfy { $0 > 0 })
  }

  @Test("a shift beyond the image leaves it black")
  func farShift() {
    let images = randomImages(count: 1, height: 4, width: 4, channels: 3)
    let loader = BatchLoader(images, normalization, augmentation: Augmentation(padding: 100, mirroring: .random))
    for epoch in 0..<100 {
      #expect(loader.batch(of: [0], resolution: 4, epoch: epoch, seed: 1).values().allSatisfy { $0.isFinite })
    }
  }

  @Test("pieces filled in any order give the same bytes, and touch nothing else")
  func pieces() {
    let images = randomImages(count: 16, height: 9, width: 9, channels: 3)
    let loader = BatchLoader(images, normalization, augmentation: Augmentation(padding: 8, mirroring: .random))
    let batch = loader.batch(of: 0..<16, resolution: 7, epoch: 0, seed: 2)
    var pieces = [Float](repeating: .nan, count: 16 * batch.valuesPerImage)
    pieces.withUnsafeMutableBufferPointer { buffer in
      for range in [10..<16, 0..<3, 3..<3, 4..<10] { batch.fill(range, into: buffer) }
    }
    let whole = batch.values()
    let untouched = (3 * batch.valuesPerImage)..<(4 * batch.valuesPerImage)
    #expect(pieces[untouched].allSatisfy { $0.isNaN })
    pieces.replaceSubrange(untouched, with: whole[untouched])
    #expect(pieces == whole)
  }

  @Test("an epoch shows every image once, and equal seeds give equal batches")
  func order() {
    let images = randomImages(count: 100, height: 4, width: 4, channels: 3)
    let loader = BatchLoader(images, normalization, augmentation: Augmentation(padding: 8, mirroring: .random))
    func run(_ seed: UInt64) -> (order: [Int], values: [Float]) {
      var generator = SeededGenerator(seed: seed, stream: "epoch")
      let order = loader.order(using: &generator)
      return (order, loader.batch(of: order.prefix(32), resolution: 4, epoch: 0, seed: seed).values())
    }
    #expect(run(1).order.sorted() == Array(0..<100))
    #expect(run(1).order != Array(0..<100))
    #expect(run(1) == run(1))
    #expect(run(1).order != run(2).order)
  }

  @Test("evaluation goes through the images in order; the last batch is short", arguments: [1, 3, 10, 11])
  func evaluation(size: Int) {
    let images = randomImages(count: 10, height: 4, width: 4, channels: 3, classes: 5)
    let loader = BatchLoader(images, normalization, augmentation: Augmentation(padding: 4, mirroring: .random))
    let batches = loader.batches(of: size, resolution: 4)
    #expect(batches.flatMap(\.labels) == images.labels)
    #expect(batches.dropLast().allSatisfy { $0.count == size })
    #expect(batches.flatMap { $0.values() } == loader.batch(of: 0..<10, resolution: 4).values())
    #expect(loader.batches(of: size, resolution: 4, limit: 7).flatMap(\.labels) == Array(images.labels.prefix(7)))
    #expect(loader.batches(of: size, resolution: 4, limit: 0).isEmpty)
  }

  @Test("an image is seen alike in an epoch whatever batch it is in, and otherwise in the next")
  func perImage() {
    let images = randomImages(count: 20, height: 32, width: 32, channels: 3)
    let loader = BatchLoader(
      images, normalization,
      augmentation: Augmentation(
        padding: 4, mirroring: .random, erasing: 8, crop: Augmentation.Crop(leastArea: 0.3),
        jitter: Augmentation.Jitter(brightness: 0.3, contrast: 0.3, saturation: 0.3)))
    let together = loader.batch(of: 0..<20, resolution: 16, epoch: 4, seed: 1).values()
    let size = 16 * 16 * 3
    for index in 0..<20 {
      let alone = loader.batch(of: [index], resolution: 16, epoch: 4, seed: 1).values()
      #expect(alone == Array(together[index * size..<(index + 1) * size]))
      #expect(alone != loader.batch(of: [index], resolution: 16, epoch: 5, seed: 1).values())
      #expect(alone != loader.batch(of: [index], resolution: 16, epoch: 4, seed: 2).values())
    }
  }

  @Test("alternating mirrors each image in every second epoch, half of them in the first")
  func alternating() {
    let images = randomImages(count: 100, height: 8, width: 8, channels: 3)
    let loader = BatchLoader(images, normalization, augmentation: Augmentation(mirroring: .alternating))
    func mirrored(_ index: Int, _ epoch: Int) -> Bool {
      loader.batch(of: [index], resolution: 8, epoch: epoch, seed: 1).values()
        != loader.batch(of: [index], resolution: 8).values()
    }
    let first = (0..<100).map { mirrored($0, 0) }
    #expect(30...70 ~= first.count { $0 })
    for epoch in 1..<4 { #expect((0..<100).allSatisfy { mirrored($0, epoch) == (first[$0] != (epoch % 2 == 1)) }) }
  }

  @Test("crops lie in the image, within their bounds of area and aspect, and reach all of it")
  func crops() {
    let images = randomImages(count: 1, height: 40, width: 60, channels: 1)
    let crop = Augmentation.Crop(leastArea: 0.2, greatestAspect: 1.5)
    var (least, most) = (1.0, 0.0)
    for epoch in 0..<2_000 {
      var generator = SeededGenerator(seed: 1, stream: "crops", epoch)
      let window = crop.window(height: 40, width: 60, using: &generator)
      #expect(window.row >= 0 && window.row + window.height <= 40)
      #expect(window.column >= 0 && window.column + window.width <= 60)
      let area = Double(window.height * window.width) / 2_400
      let aspect = Double(window.width) / Double(window.height)
      (least, most) = (min(least, area), max(most, area))
      #expect(0.18...1 ~= area && (0.6...1.6 ~= aspect))
    }
    #expect(least < 0.25 && most > 0.8)
    // What the definition says of the window's pixels alone.
    let loader = BatchLoader(
      images, Normalization(means: [0.5], standardDeviations: [0.25]), augmentation: Augmentation(crop: crop))
    let values = loader.batch(of: [0], resolution: 8, epoch: 3, seed: 1).values()
    var generator = SeededGenerator(seed: 1, stream: "augmentation", 3 << 32)
    let window = crop.window(height: 40, width: 60, using: &generator)
    let pixels = images.pixels
    let cut = ImageSet(
      name: "cut", height: window.height, width: window.width, channels: 1, classes: 1,
      pixels: (0..<window.height).flatMap { y in
        (0..<window.width).map { pixels[(window.row + y) * 60 + window.column + $0] }
      }, labels: [0])
    let direct = BatchLoader(cut, Normalization(means: [0.5], standardDeviations: [0.25])).batch(of: [0], resolution: 8)
    #expect(values == direct.values())
  }

  @Test("colours change as the definition says, and stay within those of a pixel")
  func jitter() {
    let images = randomImages(count: 1, height: 8, width: 8, channels: 3)
    let plain = Normalization(means: [0, 0, 0], standardDeviations: [1 / 255, 1 / 255, 1 / 255])
    let pixels = images.pixels.map { Double($0) }
    func seen(_ jitter: Augmentation.Jitter, _ epoch: Int) -> [Double] {
      BatchLoader(images, plain, augmentation: Augmentation(jitter: jitter))
        .batch(of: [0], resolution: 8, epoch: epoch, seed: 1).values().map { Double($0) }
    }
    func grey(_ values: [Double], _ pixel: Int) -> Double {
      0.299 * values[3 * pixel] + 0.587 * values[3 * pixel + 1] + 0.114 * values[3 * pixel + 2]
    }
    let mean = (0..<64).map { grey(pixels, $0) }.reduce(0, +) / 64
    // The factor is read off the value that is farthest from its centre and not held at an end.
    func check(_ values: [Double], _ centre: (Int) -> Double) {
      let inner = values.indices.filter { 1..<254 ~= values[$0] }
      guard let far = inner.max(by: { abs(pixels[$0] - centre($0)) < abs(pixels[$1] - centre($1)) }) else { return }
      let factor = (values[far] - centre(far)) / (pixels[far] - centre(far))
      #expect(0.49...1.51 ~= factor)
      for index in values.indices {
        let expected = min(max(centre(index) + factor * (pixels[index] - centre(index)), 0), 255)
        #expect(abs(values[index] - expected) < 0.05)
      }
    }
    for epoch in 0..<10 {
      check(seen(Augmentation.Jitter(brightness: 0.5), epoch)) { _ in 0 }
      check(seen(Augmentation.Jitter(contrast: 0.5), epoch)) { _ in mean }
      check(seen(Augmentation.Jitter(saturation: 0.5), epoch)) { grey(pixels, $0 / 3) }
    }
  }
}
