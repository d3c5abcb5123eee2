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
      #expect((data.train.height, data.train.width, data.channels, data.classes) == (3, 2, 1, 5))
      #expect(data.classNames == ["0", "1", "2", "3", "4"])
      #expect(data.augmentation == Augmentation(padding: 4))
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

  @Test("EMNIST's splits are named in the path, labels from 1 become labels from 0, and pictures are turned")
  func splits() throws {
    try withTemporaryFolder { folder in
      let letters = Files(test: "test", prefix: "emnist-letters-", firstLabel: 1)
      try letters.write(to: folder)
      let data = try Dataset.load(folder, heldOutCount: 0)
      #expect(data.train.labels == (0..<20).map { $0 % 5 } && data.classNames == ["A", "B", "C", "D", "E"])
      #expect(data.train.commonSize ?? (0, 0) == (2, 3))
      for (set, name) in [(data.train, "train"), (data.test, "test")] {
        let stored = try #require(letters.contents["emnist-letters-\(name)-images-idx3-ubyte"])[16...]
        #expect(set.count == stored.count / 6)
        for index in 0..<set.count {
          for (y, x) in (0..<2).flatMap({ y in (0..<3).map { (y, $0) } }) {
            #expect(set.pixels[index * 6 + y * 3 + x] == stored[16 + index * 6 + x * 2 + y])
          }
        }
      }
      try Files(test: "test", prefix: "emnist-digits-").write(to: folder)
      #expect(
        failure { try Dataset.load(folder) }
          == Failure(
            .usage,
            "several image sets: emnist-digits, emnist-letters; name one, such as \(folder)/emnist-digits", at: folder))
      #expect(try Dataset.load(folder + "/emnist-letters").classes == 5)
    }
  }

  @Test(
    "EMNIST's classes are called by what they show, unless the split has no such labels",
    arguments: [
      ("emnist-digits-", 0, "0 1 2 3 4"), ("emnist-mnist-", 0, "0 1 2 3 4"), ("EMNIST-letters-", 22, "V W X Y Z"),
      ("emnist-letters-", 0, "0 1 2 3 4"), ("emnist-letters-", 23, "23 24 25 26 27"),
      ("emnist-byclass-", 57, "v w x y z"),
      ("emnist-bymerge-", 34, "Y Z a b d"), ("emnist-balanced-", 42, "h n q r t"),
      ("emnist-balanced-", 43, "43 44 45 46 47"),
      ("emnist-", 1, "1 2 3 4 5"), ("k-", 1, "1 2 3 4 5"),
    ])
  func classNames(prefix: String, first: Int, names: String) throws {
    try withTemporaryFolder { folder in
      try Files(test: "test", prefix: prefix, firstLabel: first).write(to: folder)
      #expect(try Dataset.load(folder).classNames.joined(separator: " ") == names)
    }
  }

  @Test("labels with gaps are renumbered in order, alike in both parts, and their numbers are the classes' names")
  func gaps() throws {
    try withTemporaryFolder { folder in
      for labels in [[3, 7], [0, 1, 3], [5], [10, 11, 12], [255, 0]] {
        var files = Files()
        files.contents["train-labels-idx1-ubyte"] =
          bigEndian([0x801, 20]) + (0..<20).map { UInt8(labels[$0 % labels.count]) }
        files.contents["t10k-labels-idx1-ubyte"] =
          bigEndian([0x801, 10]) + [UInt8](repeating: UInt8(labels[0]), count: 10)
        try files.write(to: folder)
        let data = try Dataset.load(folder, heldOutCount: 0)
        #expect(data.classNames == labels.sorted().map(String.init))
        #expect(data.train.labels.map { data.classNames[$0] } == (0..<20).map { String(labels[$0 % labels.count]) })
        #expect(data.test.labels.allSatisfy { data.classNames[$0] == String(labels[0]) })
      }
    }
  }

  @Test("no more is unpacked than a header announces, and nothing before labels and images agree")
  func bombs() throws {
    try withTemporaryFolder { folder in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      // Headers of 20 images of 3 × 2 and of 4 million of 28 × 28, each in front of 1 GB of zeros.
      process.arguments = [
        "-c",
        """
        cd \(folder); mkdir more many; file=train-images-idx3-ubyte.gz
        head -c 1000000000 /dev/zero | gzip -1 > zeros
        (printf '\\0\\0\\10\\3\\0\\0\\0\\24\\0\\0\\0\\3\\0\\0\\0\\2' | gzip; cat zeros) > more/$file
        (printf '\\0\\0\\10\\3\\0\\75\\11\\0\\0\\0\\0\\34\\0\\0\\0\\34' | gzip; cat zeros) > many/$file
        """,
      ]
      try process.run()
      process.waitUntilExit()
      var files = Files()
      files.contents["train-images-idx3-ubyte"] = nil
      for (name, what) in [("more", "more than 120 bytes"), ("many", "20 labels for 4000000 images")] {
        try files.write(to: "\(folder)/\(name)")
        let start = ContinuousClock.now
        let failure = failure { try Dataset.load("\(folder)/\(name)") }
        #expect(failure?.kind == .badData && failure?.message.contains(what) == true, "\(String(describing: failure))")
        #expect(ContinuousClock.now - start < .seconds(1))
      }
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
    ("train-images-idx3-ubyte", "more than 120 bytes of images follow the header, which says 20×3×2", { $0.append(0) }),
    ("train-images-idx3-ubyte", "ends after 10 bytes, within its header", { $0.removeLast($0.count - 10) }),
    ("train-images-idx3-ubyte", "0 bytes, expected 0x00000803", { $0 = [] }),
    (
      "train-images-idx3-ubyte", "says 4294967295×4294967295×4294967295, which is no size",
      { for i in 4..<16 { $0[i] = 255 } }
    ),
    ("train-images-idx3-ubyte", "says 20×0×2", { $0[11] = 0 }),
    ("train-labels-idx1-ubyte", "19 bytes of labels follow", { $0.removeLast() }),
    (
      "train-labels-idx1-ubyte", "19 labels for 20 images of",
      {
        $0.removeLast()
        $0[7] = 19
      }
    ),
    (
      "t10k-labels-idx1-ubyte", "label 5 of image 2 is that of no training image, which have 0, 1, 2, 3, 4",
      { $0[10] = 5 }
    ),
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
    #expect((data.train.height, data.train.width, data.channels, data.classes) == (28, 28, 1, 10))
    #expect(data.test.labels.prefix(10) == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
    // The mean and deviation that everybody uses are those of all 60,000.
    #expect(abs(data.normalization.means[0] - 0.1307) < 0.0005)
    #expect(abs(data.normalization.standardDeviations[0] - 0.3081) < 0.0005)
  }
}
