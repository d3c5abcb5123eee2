import OFAData
import OFAFormats
import TestSupport
import Testing

@Suite("CIFAR files")
struct CIFARTests {
  /// Records whose labels go round; the planes of image `i` are all `i`, `i + 1` and `i + 2`, but for the first pixel
  /// of each.
  static func records(_ range: Range<Int>, hundred: Bool = false) -> [UInt8] {
    range.flatMap { index -> [UInt8] in
      let labels = hundred ? [UInt8(index % 20), UInt8(index % 100)] : [UInt8(index % 10)]
      return labels
        + (0..<3).flatMap { [UInt8(200 + $0)] + [UInt8](repeating: UInt8(truncatingIfNeeded: index + $0), count: 1023) }
    }
  }

  func check(_ images: ImageSet, first: Int, classes: Int) {
    #expect((images.height, images.width, images.channels, images.classes) == (32, 32, 3, classes))
    for index in 0..<images.count {
      let number = first + index
      #expect(images.labels[index] == number % classes)
      let pixels = images.pixels(of: index)
      #expect(Array(pixels[..<3]) == [200, 201, 202])
      #expect(Array(pixels[3..<6]) == (0..<3).map { UInt8(truncatingIfNeeded: number + $0) })
      #expect(Array(pixels[3069...]) == Array(pixels[3..<6]))
    }
  }

  @Test("CIFAR-10 and CIFAR-100 are told apart by the length of their records", arguments: [false, true])
  func trainAndTest(hundred: Bool) throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write(Self.records(0..<120, hundred: hundred), to: folder + "/train.bin")
      try AtomicFile.write(Self.records(0..<10, hundred: hundred), to: folder + "/test.bin")
      let data = try Dataset.load(folder, heldOutCount: 0)
      check(data.train, first: 0, classes: hundred ? 100 : 10)
      check(data.test, first: 0, classes: hundred ? 100 : 10)
      #expect(data.classNames[1] == (hundred ? "aquarium_fish" : "automobile"))
      #expect(data.augmentation == Augmentation(padding: 2, mirroring: .alternating))
    }
  }

  @Test(
    "classes have the official names, or those of the folder's list where it names as many", arguments: [false, true])
  func names(hundred: Bool) throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write(Self.records(0..<200, hundred: hundred), to: folder + "/train.bin")
      try AtomicFile.write(Self.records(0..<10, hundred: hundred), to: folder + "/test.bin")
      let list = folder + (hundred ? "/fine_label_names.txt" : "/batches.meta.txt")
      let official = try Dataset.load(folder).classNames
      #expect(
        official.count == (hundred ? 100 : 10) && official.sorted() == official && Set(official).count == official.count
      )
      #expect(official.last == (hundred ? "worm" : "truck"))
      try AtomicFile.write("airplane\nautomobile\n", to: list)
      #expect(try Dataset.load(folder).classNames == official)
      let own = (0..<official.count).map { "class \($0)" }
      try AtomicFile.write("\u{feff}" + own.joined(separator: "\r\n") + "\r\n\r\n", to: list)
      #expect(try Dataset.load(folder).classNames == own)
    }
  }

  @Test("the five official batches are read in order")
  func batches() throws {
    try withTemporaryFolder { folder in
      for batch in 0..<5 {
        try AtomicFile.write(Self.records(batch * 7..<batch * 7 + 7), to: folder + "/data_batch_\(batch + 1).bin")
      }
      #expect(
        failure { try Dataset.load(folder) }
          == Failure(.missingInput, "no such file; the set is not whole", at: folder + "/test_batch.bin"))
      try AtomicFile.write(Self.records(0..<3), to: folder + "/test_batch.bin")
      check(try Dataset.load(folder, heldOutCount: 0).train, first: 0, classes: 10)
    }
  }

  @Test("cut, overlong and empty files and labels out of range are refused")
  func damaged() throws {
    try withTemporaryFolder { folder in
      func load(train: [UInt8], test: [UInt8]) throws -> Failure {
        try AtomicFile.write(train, to: folder + "/train.bin")
        try AtomicFile.write(test, to: folder + "/test.bin")
        return try #require(failure { try Dataset.load(folder) })
      }
      let (train, test) = (Self.records(0..<20), Self.records(0..<5))
      let cut = try load(train: train.dropLast(), test: test)
      #expect(cut.kind == .badData)
      #expect(cut.place == folder + "/train.bin")
      #expect(
        cut.message == "61459 bytes are no whole number of records of 3073 (CIFAR-10) or 3074 bytes (CIFAR-100); "
          + "the file may be cut or damaged, fetch it again")
      #expect(try load(train: train, test: test + [1]).place == folder + "/test.bin")
      let hundred = Self.records(0..<20, hundred: true)
      #expect(try load(train: hundred, test: Self.records(0..<4, hundred: true) + [1]).place == folder + "/test.bin")
      #expect(try load(train: [], test: test).message.hasPrefix("no images in CIFAR-10 training images"))

      var wrong = train
      wrong[2 * 3073] = 10
      let label = try load(train: wrong, test: test)
      #expect(
        label
          == Failure(
            .badData, "label 10 of record 2 is not below 10; the file may be damaged, or of another set",
            at: folder + "/train.bin"))
      wrong = hundred
      wrong[3 * 3074 + 1] = 100
      #expect(
        try load(train: wrong, test: Self.records(0..<4, hundred: true)).message.hasPrefix(
          "label 100 of record 3 is not below 100"))
    }
  }
}
