import Foundation
import OFAData
import OFAFormats
import TestSupport
import Testing

@Suite("IDX files")
struct IDXTests {
  /// The four files of a set of 3×2 images: by name, their bytes.
  struct Files {
    var contents: [String: [UInt8]]

    init(
      train: String = "train", test: String = "t10k", prefix: String = "", separator: String = "-", firstLabel: Int = 0
    ) {
      contents = [:]
      for (part, count) in [(train, 20), (test, 10)] {
        contents["\(prefix)\(part)-images\(separator)idx3-ubyte"] =
          bigEndian([0x803, count, 3, 2]) + randomBytes(count * 6, seed: UInt64(count))
        contents["\(prefix)\(part)-labels\(separator)idx1-ubyte"] =
          bigEndian([0x801, count]) + (0..<count).map { UInt8($0 % 5 + firstLabel) }
      }
    }

    func write(to folder: String) throws {
      for (name, bytes) in contents { try AtomicFile.write(bytes, to: folder + "/" + name) }
    }
  }

  @Test("images and labels come back as they are", arguments: ["-", "."])
  func reading(separator: String) throws {
    try withTemporaryFolder { folder in
      let files = Files(separator: separator)
      try files.write(to: folder)
      let data = try Dataset.load(folder, heldOutCount: 0)
      #expect(data.train.count == 20)
      #expect(data.train.pixels == Array(try #require(files.contents["train-images\(separator)idx3-ubyte"])[16...]))
      #expect(data.test.pixels == Array(try #require(files.contents["t10k-images\(separator)idx3-ubyte"])[16...]))
      #expect(data.train.labels == (0..<20).map { $0 % 5 })
      #expect((data.size.height, data.size.width, data.channels, data.classes) == (3, 2, 1, 5))
      #expect(data.classNames == ["0", "1", "2", "3", "4"])
      #expect(data.augmentation == Augmentation(padding: 4, mirrors: false))
    }
  }

  @Test("compressed files are read alike")
  func compressed() throws {
    try withTemporaryFolder { folder in
      try Files().write(to: folder)
      let plain = try Dataset.load(folder)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["gzip", "-r", folder]
      try process.run()
      process.waitUntilExit()
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).allSatisfy { $0.hasSuffix(".gz") })
      let again = try Dataset.load(folder)
      #expect(again.train.pixels == plain.train.pixels)
      #expect(again.test.labels == plain.test.labels)
    }
  }

  @Test("EMNIST's splits are named in the path, and labels from 1 become labels from 0")
  func splits() throws {
    try withTemporaryFolder { folder in
      try Files(test: "test", prefix: "emnist-letters-", firstLabel: 1).write(to: folder)
      #expect(try Dataset.load(folder, heldOutCount: 0).train.labels == (0..<20).map { $0 % 5 })
      try Files(test: "test", prefix: "emnist-digits-").write(to: folder)
      #expect(
        failure { try Dataset.load(folder) }
          == Failure(
            .usage,
            "several image sets: emnist-digits, emnist-letters; name one, such as \(folder)/emnist-digits", at: folder))
      #expect(try Dataset.load(folder + "/emnist-letters").classes == 5)
    }
  }

  @Test("missing files are named")
  func missing() throws {
    try withTemporaryFolder { folder in
      #expect(failure { try Dataset.load(folder) }?.kind == .missingInput)
      #expect(
        failure { try Dataset.load(folder + "/nothing") }
          == Failure(
            .missingInput, "no such folder of images; the one built-in set is \"shapes\"", at: folder + "/nothing"))
      for name in Files().contents.keys.sorted() where name != "train-images-idx3-ubyte" {
        var files = Files()
        files.contents[name] = nil
        let folder = folder + "/without-" + name
        try files.write(to: folder)
        #expect(
          failure { try Dataset.load(folder) }
            == Failure(.missingInput, "no such file, nor one with .gz", at: "\(folder)/\(name)"))
      }
    }
  }

  static let damages: [(name: String, message: String, damage: @Sendable (inout [UInt8]) -> Void)] = [
    (
      "train-images-idx3-ubyte", "magic number 0x00000802, expected 0x00000803 of an IDX file of images", { $0[3] = 2 }
    ),
    ("t10k-labels-idx1-ubyte", "magic number 0x00000803, expected 0x00000801 of an IDX file of labels", { $0[3] = 3 }),
    ("train-images-idx3-ubyte", "119 bytes of images follow the header, which says 20×3×2", { $0.removeLast() }),
    ("train-images-idx3-ubyte", "121 bytes of images follow the header, which says 20×3×2", { $0.append(0) }),
    ("train-images-idx3-ubyte", "the header is cut", { $0.removeLast($0.count - 10) }),
    ("train-images-idx3-ubyte", "0 bytes, expected 0x00000803", { $0 = [] }),
    ("train-images-idx3-ubyte", "which says 4294967295×4294967295×4294967295", { for i in 4..<16 { $0[i] = 255 } }),
    ("train-images-idx3-ubyte", "which says 20×0×2", { $0[11] = 0 }),
    ("train-labels-idx1-ubyte", "19 bytes of labels follow", { $0.removeLast() }),
    (
      "train-labels-idx1-ubyte", "19 labels for 20 images of",
      {
        $0.removeLast()
        $0[7] = 19
      }
    ),
    ("train-labels-idx1-ubyte", "labels run from 0 to 200, but none is 5", { $0[10] = 200 }),
    ("t10k-labels-idx1-ubyte", "label 5 of image 2 is not one of the training labels 0 to 4", { $0[10] = 5 }),
  ]

  @Test("a damaged file is refused with one line that says what is wrong where", arguments: damages.indices)
  func damaged(index: Int) throws {
    let (name, message, damage) = Self.damages[index]
    try withTemporaryFolder { folder in
      var files = Files()
      var bytes = try #require(files.contents[name])
      damage(&bytes)
      files.contents[name] = bytes
      try files.write(to: folder)
      let failure = try #require(failure { try Dataset.load(folder) })
      #expect(failure.kind == .badData)
      #expect(failure.place == "\(folder)/\(name)")
      #expect(failure.message.contains(message), "\(failure.message)")
      #expect(!failure.message.contains("\n"))
    }
  }

  @Test("training and test images of different sizes are refused")
  func sizes() throws {
    try withTemporaryFolder { folder in
      var files = Files()
      files.contents["t10k-images-idx3-ubyte"]?.replaceSubrange(0..<16, with: bigEndian([0x803, 10, 2, 3]))
      try files.write(to: folder)
      #expect(
        failure { try Dataset.load(folder) }?.message.hasPrefix("training images are 3×2, test images 2×3") == true)
    }
  }

  @Test("MNIST is what it is known to be", .enabled(if: sharedData("mnist") != nil, "needs shared/data/mnist"))
  func mnist() throws {
    let data = try Dataset.load(try #require(sharedData("mnist")))
    #expect((data.train.count, data.heldOut.count, data.test.count) == (55_000, 5_000, 10_000))
    #expect((data.size.height, data.size.width, data.channels, data.classes) == (28, 28, 1, 10))
    #expect(data.test.labels.prefix(10) == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
    // The mean and deviation that everybody uses are those of all 60,000.
    #expect(abs(data.normalization.means[0] - 0.1307) < 0.0005)
    #expect(abs(data.normalization.standardDeviations[0] - 0.3081) < 0.0005)
  }
}
