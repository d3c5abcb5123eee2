import Foundation
import OFAData
import OFAFormats
import TestSupport
import Synchronization
import Testing

/// Folders of pictures as people have them.
@Suite("Folders of pictures")
struct PictureFolderTests {
  /// A picture of one colour, which tells it apart.
  static func picture(_ value: Int, height: Int = 8, width: Int = 8, channels: Int = 3) -> Picture {
    Picture(
      height: height, width: width, channels: channels,
      pixels: [UInt8](repeating: UInt8(value), count: height * width * channels))
  }

  static func write(_ picture: Picture, to path: String) throws { try AtomicFile.write(picture.png(), to: path) }

  /// The values of a set's pictures of one colour.
  private func values(_ set: ImageSet) -> [Int] { (0..<set.count).map { Int(set.pixels(of: $0)[0]) } }

  @Test("a folder with a folder for each class is a set; its last pictures test, those before them are held out")
  func unparted() throws {
    try withTemporaryFolder { folder in
      for number in 0..<50 {
        // Numbers count by value: cat10 comes after cat9.
        try Self.write(Self.picture(number), to: "\(folder)/cat/cat\(number).png")
        try Self.write(Self.picture(100 + number), to: "\(folder)/dog/walk \(number % 2)/dog\(number).PNG")
      }
      let data = try Dataset.load(folder)
      #expect(data.classNames == ["cat", "dog"])
      #expect(data.channels == 3)
      let cats = values(data.test).filter { $0 < 100 }
      #expect(cats == Array(40..<50))
      #expect(values(data.heldOut).filter { $0 < 100 }.sorted() == Array(36..<40))
      #expect(values(data.train).filter { $0 < 100 } == Array(0..<36))
      #expect((data.train.count, data.heldOut.count, data.test.count) == (72, 8, 20))
      for set in [data.train, data.heldOut, data.test] {
        #expect(set.labels == values(set).map { $0 < 100 ? 0 : 1 })
      }
    }
  }

  @Test(
    "train, val and test above the classes are the parts, whatever the case of their names", arguments: [0, 1, 2, 3])
  func parted(form: Int) throws {
    try withTemporaryFolder { folder in
      let parts = [
        ["train", "val", "test"], ["Training", "valid", "Testing"], ["train", "test"], ["train", "val"],
      ][form]
      for (place, part) in parts.enumerated() {
        for label in 0..<3 {
          for number in 0..<20 {
            try Self.write(
              Self.picture(80 * place + 20 * label + number), to: "\(folder)/\(part)/c\(label)/\(number).png")
          }
        }
      }
      let data = try Dataset.load(folder)
      #expect(data.classNames == ["c0", "c1", "c2"])
      #expect(Set(values(data.train)).isSubset(of: 0..<60))
      if form < 2 {
        #expect(values(data.train).count == 60)
        #expect(values(data.heldOut).sorted() == Array(80..<140))
        #expect(values(data.test).sorted() == Array(160..<220))
      } else {
        // With two parts the second is for reporting, and some of the first are held out.
        #expect(values(data.heldOut).count == 6 && Set(values(data.heldOut)).isSubset(of: 0..<60))
        #expect(values(data.test).sorted() == Array(80..<140))
      }
    }
  }

  @Test("classes that are called train or test are classes where others are not")
  func namedAlike() throws {
    try withTemporaryFolder { folder in
      for name in ["train", "bus"] {
        for number in 0..<10 { try Self.write(Self.picture(number), to: "\(folder)/\(name)/\(number).png") }
      }
      #expect(try Dataset.load(folder).classNames == ["bus", "train"])
    }
  }

  @Test("pictures beside train and another part are refused by their folder's name")
  func besideParts() throws {
    try withTemporaryFolder { folder in
      for name in ["train/a", "test/a", "extra"] {
        for number in 0..<10 { try Self.write(Self.picture(number), to: "\(folder)/\(name)/\(number).png") }
      }
      let failure = failure { try Dataset.load(folder) }
      #expect(failure?.kind == .badData && failure?.message.contains("extra, beside train and test") == true)
      try FileManager.default.removeItem(atPath: folder + "/extra")
      #expect(try Dataset.load(folder).classNames == ["a"])
    }
  }

  @Test("strokes on black that differ in a few places are not alike, though they differ little on average")
  func strokes() {
    func stroke(_ weak: UInt8) -> ImageSet {
      let pixels = (0..<256).map { pixel -> UInt8 in
        pixel % 16 == 8 && 2..<14 ~= pixel / 16 ? (pixel / 16 < 6 ? weak : 200) : 0
      }
      return ImageSet(name: "s", height: 16, width: 16, channels: 1, classes: 1, pixels: pixels, labels: [0])
    }
    for (weak, count) in [(UInt8(190), 2), (150, 0)] {
      let data = Dataset(name: "s", train: stroke(200), heldOut: stroke(weak), test: stroke(weak))
      #expect(data.duplicatesAcrossSplit(most: 9) { _ in }.count == count)
    }
  }

  @Test("of many alike images the first pairs are told and all are counted; the work can be ended")
  func manyDuplicates() throws {
    let blank = ImageSet(
      name: "b", height: 16, width: 16, channels: 1, classes: 1, pixels: [UInt8](repeating: 7, count: 30 * 256),
      labels: [Int](repeating: 0, count: 30))
    let data = Dataset(name: "b", train: blank, heldOut: blank, test: blank)
    let (first, count) = data.duplicatesAcrossSplit(most: 40) { _ in }
    #expect(count == 2 * 30)
    #expect(first.map(\.trained) == (0..<40).map { $0 / 30 } && first.map(\.judged) == (0..<40).map { $0 % 30 })
    #expect(!first.contains { !$0.isHeldOut })
    let ended = failure { try data.duplicatesAcrossSplit(most: 1) { _ in throw Failure(.interrupted, "ended") } }
    #expect(ended?.kind == .interrupted)
  }

  @Test("a list names pictures, classes and perhaps parts, with or without a first line of names")
  func list() throws {
    try withTemporaryFolder { folder in
      var lines: [String] = []
      for number in 0..<40 {
        try Self.write(Self.picture(number), to: "\(folder)/all/\(number).png")
        lines.append(
          "all/\(number).png, \"the \(number % 2 == 0 ? "even, of course" : "odd")\"\(number < 30 ? ",train" : ",test")"
        )
      }
      for heading in [[], ["path,label,split"]] {
        try AtomicFile.write((heading + lines).joined(separator: "\r\n") + "\r\n", to: folder + "/list.csv")
        let data = try Dataset.load(folder + "/list.csv")
        #expect(data.classNames == ["the even, of course", "the odd"])
        #expect(values(data.test).sorted() == Array(30..<40))
        #expect((values(data.train) + values(data.heldOut)).sorted() == Array(0..<30))
      }
      try AtomicFile.write("path,label\nall/1.png,a\nall/2.png\n", to: folder + "/list.csv")
      let short = failure { try Dataset.load(folder + "/list.csv") }
      #expect(short?.kind == .badData && short?.message.contains("row 3") == true)
      try AtomicFile.write("all/1.png,a,other\n", to: folder + "/list.csv")
      #expect(failure { try Dataset.load(folder + "/list.csv") }?.message.contains("train, val and test") == true)
    }
  }

  @Test("a few unreadable pictures are left out and named, other files are counted, many unreadable ones are refused")
  func unreadable() throws {
    try withTemporaryFolder { folder in
      for number in 0..<100 {
        for name in ["a", "b"] { try Self.write(Self.picture(number), to: "\(folder)/\(name)/\(number).png") }
      }
      try AtomicFile.write("no picture", to: folder + "/a/3.png")
      try AtomicFile.write([], to: folder + "/b/7.png")
      try AtomicFile.write("notes", to: folder + "/a/notes.txt")
      try AtomicFile.write("x", to: folder + "/a/._5.png")
      let data = try Dataset.load(folder)
      #expect(data.report.unreadable.map(\.place) == [folder + "/a/3.png", folder + "/b/7.png"])
      #expect(data.report.passedOver == 1)
      #expect(data.train.count + data.heldOut.count + data.test.count == 198)
      for number in 10..<20 { try AtomicFile.write("no picture", to: "\(folder)/a/\(number).png") }
      let failure = failure { try Dataset.load(folder) }
      #expect(failure?.kind == .badData && failure?.message.contains("12 of 200") == true)
      // Who looks for them hears of all.
      var options = PictureOptions()
      options.tolerated = 1
      #expect(try Dataset.load(folder, pictures: options).report.unreadable.count == 12)
    }
  }

  @Test("grey pictures among coloured ones are coloured; a set of grey ones is grey unless colour is asked for")
  func channels() throws {
    try withTemporaryFolder { folder in
      for number in 0..<10 {
        try Self.write(Self.picture(number, channels: 1), to: "\(folder)/a/\(number).png")
        try Self.write(Self.picture(number, channels: 1), to: "\(folder)/b/\(number).png")
      }
      #expect(try Dataset.load(folder).channels == 1)
      #expect(try Dataset.load(folder, pictures: PictureOptions(channels: 3)).channels == 3)
      try Self.write(Self.picture(200), to: folder + "/b/3.png")
      let data = try Dataset.load(folder)
      #expect(data.channels == 3)
      #expect(data.train.pixels(of: 0) == [UInt8](repeating: 0, count: 8 * 8 * 3))
      #expect(try Dataset.load(folder, pictures: PictureOptions(channels: 1)).channels == 1)
    }
  }

  @Test("pictures of many sizes are seen by the square in their middle, reduced to what a resolution needs")
  func sizes() throws {
    try withTemporaryFolder { folder in
      for number in 0..<20 {
        // Black bars left and right of a bright square, or above and below it.
        let (height, width) = number % 2 == 0 ? (40, 80) : (90, 50)
        let side = min(height, width)
        let pixels = (0..<height * width).map { pixel -> UInt8 in
          let (y, x) = pixel.quotientAndRemainder(dividingBy: width)
          let inside = abs(2 * y + 1 - height) < side && abs(2 * x + 1 - width) < side
          return inside ? 200 : 0
        }
        try Self.write(
          Picture(height: height, width: width, channels: 1, pixels: pixels),
          to: "\(folder)/c\(number % 3)/\(number).png")
      }
      let data = try Dataset.load(folder, pictures: PictureOptions(resolution: 16))
      for place in data.train.places {
        let size = data.train.source.size(of: place)
        #expect(min(size.height, size.width) == 19)
      }
      for side in [16, 8] {
        let squares = data.train.squares(0..<data.train.count, side: side)
        // At the edge a pixel may be in part a bar's.
        let inner = squares.indices.filter { index in
          [index % side, index / side % side].allSatisfy { 0 < $0 && $0 < side - 1 }
        }
        #expect(inner.allSatisfy { 195...200 ~= squares[$0] })
      }
    }
  }

  @Test("what is missing is said with what to do")
  func advice() throws {
    try withTemporaryFolder { folder in
      for number in 0..<10 { try Self.write(Self.picture(number), to: "\(folder)/sets/mine/cat/\(number).png") }
      for number in 0..<10 { try Self.write(Self.picture(number), to: "\(folder)/sets/mine/dog/\(number).png") }
      let outer = failure { try Dataset.load(folder + "/sets") }
      #expect(outer?.kind == .missingInput)
      let inner = try #require(outer?.message.firstMatch(of: /name (\/.*)$/)).1
      #expect(try Dataset.load(String(inner)).classNames == ["cat", "dog"])
      let loose = failure { try Dataset.load(folder + "/sets/mine/cat") }
      #expect(loose?.kind == .missingInput && loose?.message.contains("a folder of its name") == true)
      try Self.write(Self.picture(1), to: folder + "/p/train/cat/1.png")
      try Self.write(Self.picture(1), to: folder + "/p/test/cow/1.png")
      let stranger = failure { try Dataset.load(folder + "/p") }
      #expect(stranger?.kind == .badData && stranger?.message.contains("cow") == true)
    }
  }

  @Test("reading pictures can be interrupted")
  func interruption() throws {
    try withTemporaryFolder { folder in
      for number in 0..<10 { try Self.write(Self.picture(number), to: "\(folder)/c\(number % 2)/\(number).png") }
      #expect(failure { try Dataset.load(folder, isInterrupted: { true }) }?.kind == .interrupted)
    }
  }

  @Test("pictures that memory does not hold are decoded when they are borrowed, and are the same")
  func memory() throws {
    try withTemporaryFolder { folder in
      for number in 0..<20 {
        let picture = Self.picture(number, channels: number % 3 == 0 ? 1 : 3)
        try Self.write(picture, to: "\(folder)/c\(number % 2)/\(number).png")
      }
      let whole = try Dataset.load(folder)
      let bytes = whole.report.decodedBytes
      #expect(bytes == 20 * 8 * 8 * 3)
      for memory in [0, bytes / 3, bytes - 1] {
        let data = try Dataset.load(folder, pictures: PictureOptions(threads: 2, memory: memory))
        #expect(data.normalization == whole.normalization && data.report == whole.report)
        for _ in 0..<2 {
          #expect(data.train.pixels == whole.train.pixels && data.test.pixels == whole.test.pixels)
        }
        try data.train.source.check()
        // What is kept needs no file any more; all else is missed.
        try FileManager.default.moveItem(atPath: folder, toPath: folder + "-away")
        _ = (data.train.pixels, data.test.pixels, data.heldOut.pixels)
        #expect(failure { try data.train.source.check() }?.kind == .missingInput)
        try FileManager.default.moveItem(atPath: folder + "-away", toPath: folder)
      }
      try FileManager.default.moveItem(atPath: folder, toPath: folder + "-away")
      _ = (whole.train.pixels, whole.test.pixels, whole.heldOut.pixels)
      try whole.train.source.check()
      try FileManager.default.moveItem(atPath: folder + "-away", toPath: folder)
    }
  }

  @Test("a picture that is another than when its set was opened is said, and so is one of another size")
  func changed() throws {
    try withTemporaryFolder { folder in
      for number in 0..<20 { try Self.write(Self.picture(number), to: "\(folder)/c\(number % 2)/\(number).png") }
      for other in [
        Self.picture(77), Picture(height: 3, width: 9, channels: 1, pixels: Array(repeating: 1, count: 27)),
      ] {
        let data = try Dataset.load(folder, pictures: PictureOptions(memory: 0))
        let path = data.train.source.name(of: data.train.places[4])
        let bytes = try InputFile.read(path)
        try Self.write(other, to: path)
        #expect(data.train.pixels(of: 4).allSatisfy { $0 == 0 }, "black is lent")
        let failure = failure { try data.train.source.check() }
        #expect(failure?.kind == .inputOutput && failure?.place == path)
        try AtomicFile.write(bytes, to: path)
      }
    }
  }

  @Test("processes that look at pictures together read their own parts alone, and know of all")
  func sharing() throws {
    try withTemporaryFolder { folder in
      for number in 0..<60 { try Self.write(Self.picture(number), to: "\(folder)/c\(number % 2)/\(number).png") }
      try AtomicFile.write("no picture", to: folder + "/c1/31.png")
      let all = Mutex<[PictureLook]>([])
      let listings = Mutex<Set<String>>([])
      func sharing(_ part: Int, of parts: Int) -> PictureSharing {
        PictureSharing(
          part: part, parts: parts, agree: { listing in listings.withLock { _ = $0.insert(listing()) } },
          exchange: { looks in
            all.withLock { all in
              if parts == 1 { all = looks }
              let shares = (0..<parts).map { part in stride(from: part, to: all.count, by: parts).map { all[$0] } }
              #expect(shares[part] == looks)
              return shares
            }
          })
      }
      let whole = try Dataset.load(folder, pictures: PictureOptions(sharing: sharing(0, of: 1)))
      for part in 0..<3 {
        // The others' files may as well be away, until they are borrowed.
        let listed =
          (["c0", "c1"].flatMap { name in
            stride(from: name == "c0" ? 0 : 1, to: 60, by: 2).map { "\(folder)/\(name)/\($0).png" }
          })
        let others = listed.indices.filter { $0 % 3 != part }.map { listed[$0] }
        let kept = try others.map { try InputFile.read($0) }
        for path in others { try AtomicFile.write("away", to: path) }
        let data = try Dataset.load(folder, pictures: PictureOptions(sharing: sharing(part, of: 3)))
        for (path, bytes) in zip(others, kept) { try AtomicFile.write(bytes, to: path) }
        #expect(data.report == whole.report && data.normalization == whole.normalization)
        #expect(try data.digest == whole.digest)
        #expect(data.train.pixels == whole.train.pixels && data.train.labels == whole.train.labels)
        try data.train.source.check()
      }
      #expect(listings.withLock(\.count) == 1)
      // A place where fewer pictures are has another list.
      try FileManager.default.removeItem(atPath: folder + "/c0/0.png")
      _ = try? Dataset.load(folder, pictures: PictureOptions(sharing: sharing(0, of: 1)))
      #expect(listings.withLock(\.count) == 2)
    }
  }

  @Test("images on both sides of the split that show the same are found, others not")
  func duplicates() throws {
    try withTemporaryFolder { folder in
      for number in 0..<60 {
        let random = randomBytes(6 * 6, seed: UInt64(number))
        // Random fields of 8 × 8 pixels each.
        let pixels = (0..<48 * 48).map { (pixel: Int) -> UInt8 in
          let (row, column) = (pixel / 48 / 8, pixel % 48 / 8)
          return random[6 * row + column]
        }
        let picture = Picture(height: 48, width: 48, channels: 1, pixels: pixels)
        try Self.write(picture, to: "\(folder)/\(number < 40 ? "train" : "test")/c\(number % 2)/\(number).png")
        if number == 7 {
          // Smaller, and a little brighter.
          let brighter = Picture(
            height: 48, width: 48, channels: 1, pixels: pixels.map { UInt8(min(Int($0) + 6, 255)) })
          try Self.write(brighter.resized(height: 40, width: 40), to: "\(folder)/test/c1/again.png")
        }
      }
      let data = try Dataset.load(folder)
      let (duplicates, count) = data.duplicatesAcrossSplit(most: 100) { _ in }
      #expect(count == duplicates.count)
      #expect(duplicates.filter { !$0.isHeldOut }.count <= 1)
      let trained = Set(duplicates.map { data.train.source.name(of: data.train.places[$0.trained]) })
      let isHeldOut = data.heldOut.places.contains { data.heldOut.source.name(of: $0).hasSuffix("/c1/7.png") }
      #expect(trained == (isHeldOut ? [] : [folder + "/train/c1/7.png"]))
      let sheet = data.contactSheet(columns: 4, side: 16)
      #expect((sheet.height, sheet.width) == (2 * 18 + 2, 4 * 18 + 2))
    }
  }
}
