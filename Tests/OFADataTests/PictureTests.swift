import Foundation
import OFAData
import OFAFormats
import TestSupport
import Testing

@Suite("Pictures")
struct PictureTests {
  static let bytes = PictureFiles.bytes

  static func file(_ name: String) throws -> [UInt8] { bytes(try #require(PictureFiles.sample(name)).file) }

  /// How far two rows of bytes are apart: at most, and in the mean.
  static func difference(_ one: [UInt8], _ other: [UInt8]) -> (most: Int, mean: Double) {
    guard one.count == other.count else { return (.max, .infinity) }
    let differences = zip(one, other).map { abs(Int($0) - Int($1)) }
    return (differences.max() ?? 0, Double(differences.reduce(0, +)) / Double(max(differences.count, 1)))
  }

  /// What decoding says is wrong.
  static func refusal(_ bytes: [UInt8], channels: Int = 3) -> Failure? {
    failure { try Picture(decoding: bytes, channels: channels, at: "p") }
  }

  static func isProper(_ failure: Failure) -> Bool {
    failure.kind == .badData && failure.place == "p" && !failure.description.contains(where: \.isNewline)
  }

  // MARK: What is decoded

  @Test("each kind of file is what Pillow makes of it, in colour and in grey", arguments: PictureFiles.all)
  func kinds(sample: PictureFiles.Sample) throws {
    let file = Self.bytes(sample.file)
    let grey = try Picture(decoding: file, channels: 1, at: "p")
    #expect((grey.height, grey.width, grey.channels) == (sample.height, sample.width, 1))
    // Versions of the libraries round differently.
    #expect(Self.difference(grey.pixels, Self.bytes(sample.grey)).most <= 1)
    let color = try Picture(decoding: file, channels: 3, at: "p")
    #expect((color.height, color.width, color.channels) == (sample.height, sample.width, 3))
    let expected = sample.color.map(Self.bytes) ?? grey.pixels.flatMap { [$0, $0, $0] }
    #expect(Self.difference(color.pixels, expected).most <= 1)
    let header = try Picture.header(of: file, at: "p")
    #expect(header.kind.rawValue == sample.name.prefix { $0 != "," }.lowercased())
    #expect((header.height, header.width, header.hasColor) == (sample.height, sample.width, sample.color != nil))
  }

  @Test("what a file of 8 bits says of its light is passed over, as by Pillow")
  func light() throws {
    let file = try Self.file("PNG, colour")
    // A chunk gAMA, 100000, with its sum, behind the head.
    let chunk: [UInt8] = [0, 0, 0, 4, 103, 65, 77, 65, 0, 1, 134, 160, 49, 232, 150, 95]
    let lit = Array(file[..<33]) + chunk + file[33...]
    #expect(try Picture(decoding: lit, channels: 3, at: "p") == Picture(decoding: file, channels: 3, at: "p"))
  }

  @Test("what a file says of its picture is read from its beginning", arguments: PictureFiles.all)
  func head(sample: PictureFiles.Sample) throws {
    let file = Self.bytes(sample.file)
    // A JPEG file's picture begins behind the segment of the first scan, which has 6 to 12 bytes.
    let end = sample.name.hasPrefix("PNG") ? 33 : try #require(Self.markers(0xda, in: file).first) + 13
    #expect(try Picture.header(of: Array(file[..<end]), at: "p") == Picture.header(of: file, at: "p"))
  }

  // MARK: Upright

  /// A JPEG file that says its orientation: a segment of EXIF data before the others.
  static func oriented(_ exif: [UInt8]) -> [UInt8] {
    let content = Array("Exif\0\0".utf8) + exif
    let file = bytes(PictureFiles.unturned)
    return file[..<2] + [0xff, 0xe1, 0, UInt8(content.count + 2)] + content + file[2...]
  }

  /// EXIF data with an entry before the orientation.
  static func exif(
    _ orientation: Int, isLittleEndian: Bool = false, type: Int = 3, count: Int = 2, directory: Int = 8
  ) -> [UInt8] {
    func integer(_ value: Int, _ size: Int) -> [UInt8] {
      let big = (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      return isLittleEndian ? big.reversed() : big
    }
    let fields = [
      (42, 2), (directory, 4), (count, 2), (0x100, 2), (4, 2), (1, 4), (6, 4), (0x112, 2), (type, 2), (1, 4),
      (orientation, 2), (0, 2), (0, 4),
    ]
    return Array((isLittleEndian ? "II" : "MM").utf8) + fields.flatMap(integer)
  }

  @Test("cameras' pictures are turned upright as Pillow turns them", arguments: 1...8, [false, true])
  func orientations(orientation: Int, isLittleEndian: Bool) throws {
    let file = Self.oriented(Self.exif(orientation, isLittleEndian: isLittleEndian))
    let picture = try Picture(decoding: file, channels: 3, at: "p")
    let isTurned = orientation > 4
    #expect((picture.height, picture.width) == (isTurned ? 6 : 3, isTurned ? 3 : 6))
    #expect(Self.difference(picture.pixels, Self.bytes(PictureFiles.upright[orientation - 1])).most <= 1)
    let header = try Picture.header(of: file, at: "p")
    #expect((header.height, header.width) == (picture.height, picture.width))
    // It is turned when it is reduced.
    let reduced = try Picture(decoding: file, channels: 3, shorterSide: 1, at: "p")
    #expect((reduced.height, reduced.width) == (isTurned ? 2 : 1, isTurned ? 1 : 2))
  }

  @Test("EXIF data that Pillow wrote into JPEG and PNG files are understood")
  func pillowsEXIF() throws {
    let jpeg = try Picture(decoding: Self.bytes(PictureFiles.turned), channels: 3, at: "p")
    #expect(Self.difference(jpeg.pixels, Self.bytes(PictureFiles.upright[5])).most <= 1)
    let png = try Picture(decoding: Self.bytes(PictureFiles.turnedPNG), channels: 3, at: "p")
    #expect((png.height, png.width) == (6, 3))
    #expect(png.pixels == Self.bytes(PictureFiles.uprightPNG))
    #expect(try Picture.header(of: Self.bytes(PictureFiles.turnedPNG), at: "p").height == 6)
  }

  @Test("EXIF data that are cut, damaged or of no sense leave the picture as it is stored")
  func damagedEXIF() throws {
    let stored = try Picture(decoding: Self.bytes(PictureFiles.unturned), channels: 3, at: "p")
    let whole = Self.exif(6, isLittleEndian: true)
    // The orientation ends before the last six bytes.
    for length in 0...whole.count {
      let picture = try Picture(decoding: Self.oriented(Array(whole.prefix(length))), channels: 3, at: "p")
      #expect((picture == stored) == (length < whole.count - 6), "\(length)")
    }
    var others = [0, 9, 65_535].map { Self.exif($0) } + [0, 1].map { Self.exif(6, count: $0) }
    others += [9, 1_000, 0x7fff_ffff, 0xffff_ffff].map { Self.exif(6, directory: $0) }
    others += [Self.exif(6, type: 4), Array("MM\0+".utf8) + whole[4...], [UInt8](repeating: 1, count: 99)]
    for exif in others {
      #expect(try Picture(decoding: Self.oriented(exif), channels: 3, at: "p") == stored, "\(exif)")
    }
    // More entries than there are bytes for.
    let many = Self.exif(6, count: 65_535)
    #expect(try Picture(decoding: Self.oriented(many), channels: 3, at: "p") != stored)
  }

  // MARK: Smaller

  @Test("a JPEG file is reduced as Pillow does while it decodes", arguments: PictureFiles.reduced.indices)
  func reduction(index: Int) throws {
    let (side, pixels) = PictureFiles.reduced[index]
    let file = Self.bytes(PictureFiles.photograph)
    let reduced = try Picture(decoding: file, channels: 3, shorterSide: side, halving: true, at: "p")
    #expect(reduced.height == side)
    #expect(Self.difference(reduced.pixels, Self.bytes(pixels)).most <= 1)
    // What is halved while it is decoded has sharper edges than means give.
    let whole = try Picture(decoding: file, channels: 3, at: "p").resized(height: side, width: reduced.width)
    #expect(try Picture(decoding: file, channels: 3, shorterSide: side, at: "p") == whole)
    let difference = Self.difference(reduced.pixels, whole.pixels)
    #expect(difference.most <= 8 && difference.mean <= 2, "\(difference)")
  }

  @Test("the shorter side is at most what is wanted, and the other in proportion", arguments: 1...70)
  func sizes(side: Int) throws {
    let file = Self.bytes(PictureFiles.photograph)
    let reduced = try Picture(decoding: file, channels: 1, shorterSide: side, at: "p")
    #expect(reduced.height == min(side, 64))
    #expect(reduced.width == Int((Double(min(side, 64)) * 1.5).rounded()))
  }

  @Test("what is decoded is reduced alike, whoever reduces it; a JPEG file perhaps from what halving leaves")
  func reducedAfterDecoding() throws {
    let png = try Self.file("PNG, colour")  // 5 × 7
    let whole = try Picture(decoding: png, channels: 3, at: "p")
    for side in 1...6 {
      #expect(try Picture(decoding: png, channels: 3, shorterSide: side, at: "p") == whole.reduced(toShorterSide: side))
    }
    // 11 × 18, halved to 6 × 9.
    let jpeg = try Picture(decoding: Self.file("JPEG, 4:4:4"), channels: 3, shorterSide: 2, halving: true, at: "p")
    #expect((jpeg.height, jpeg.width) == (2, 3))
  }

  @Test("Pillow resizes alike", arguments: PictureFiles.resized.indices)
  func resizing(index: Int) {
    let pixels = (0..<9 * 13 * 3).map { place in
      let (x, y, channel) = (place / 3 % 13, place / 39, place % 3)
      return UInt8((37 * x * x + 11 * y * y + 5 * x * y * (channel + 1)) % 256)
    }
    let picture = Picture(height: 9, width: 13, channels: 3, pixels: pixels)
    let (height, width, expected) = PictureFiles.resized[index]
    let resized = picture.resized(height: height, width: width)
    #expect((resized.height, resized.width, resized.channels) == (height, width, 3))
    // Pillow rounds after each direction.
    #expect(Self.difference(resized.pixels, Self.bytes(expected)).most <= 1)
    #expect(picture.resized(height: 9, width: 13) == picture)
  }

  @Test("one colour stays that colour in any size")
  func plain() {
    let white = Picture(height: 3, width: 5_000, channels: 1, pixels: [UInt8](repeating: 255, count: 15_000))
    for (height, width) in [(1, 1), (7, 3), (3, 5_001)] {
      #expect(white.resized(height: height, width: width).pixels.allSatisfy { $0 == 255 })
    }
  }

  @Test("a rectangle has its own pixels", arguments: [1, 3])
  func cropping(channels: Int) {
    let picture = Picture(height: 7, width: 5, channels: channels, pixels: randomBytes(35 * channels))
    #expect(picture.cropped(rows: 0..<7, columns: 0..<5) == picture)
    let cropped = picture.cropped(rows: 2..<6, columns: 1..<4)
    #expect((cropped.height, cropped.width, cropped.channels) == (4, 3, channels))
    for (place, value) in cropped.pixels.enumerated() {
      let (row, column) = (place / channels / 3, place / channels % 3)
      #expect(value == picture.pixels[((row + 2) * 5 + column + 1) * channels + place % channels])
    }
  }

  // MARK: Written

  @Test(
    "a picture is read as it was written", arguments: [(1, 1), (5, 7), (64, 33), (1, 70_000), (3_000, 1)], [1, 3])
  func roundTrip(size: (Int, Int), channels: Int) throws {
    let pixels = randomBytes(size.0 * size.1 * channels)
    let picture = Picture(height: size.0, width: size.1, channels: channels, pixels: pixels)
    let file = try picture.png()
    #expect(try Picture(decoding: file, channels: channels, at: "p") == picture)
    let header = try Picture.header(of: file, at: "p")
    #expect((header.height, header.width, header.hasColor) == (size.0, size.1, channels == 3))
  }

  @Test("what PNG has no room for is a failure")
  func tooLong() {
    let picture = Picture(height: 1, width: 1_000_001, channels: 1, pixels: [UInt8](repeating: 0, count: 1_000_001))
    #expect(failure { try picture.png() }?.kind == .inputOutput)
  }

  // MARK: Refused

  @Test("a file that is cut anywhere is refused, but for the mark at a PNG file's end", arguments: PictureFiles.all)
  func cut(sample: PictureFiles.Sample) throws {
    let file = Self.bytes(sample.file)
    let whole = try Picture(decoding: file, channels: 3, at: "p")
    for length in 0..<file.count {
      let cut = Array(file[..<length])
      if sample.name.hasPrefix("PNG"), length >= file.count - 12 {
        #expect(try Picture(decoding: cut, channels: 3, at: "p") == whole, "\(length)")
      } else {
        let refusal = try #require(Self.refusal(cut), "\(length) of \(file.count)")
        #expect(Self.isProper(refusal), "\(refusal)")
      }
      // The head may be whole.
      let refusal = failure { try Picture.header(of: cut, at: "p") }
      #expect(refusal.map(Self.isProper) ?? true, "\(String(describing: refusal))")
    }
  }

  @Test("damage anywhere is refused or gives a picture of the size that the file says", arguments: PictureFiles.all)
  func damaged(sample: PictureFiles.Sample) throws {
    let file = Self.bytes(sample.file)
    for place in file.indices {
      for change: UInt8 in [0x01, 0x80, 0xff, file[place]] {
        var damaged = file
        damaged[place] ^= change
        if let refusal = Self.refusal(damaged) {
          #expect(Self.isProper(refusal), "\(refusal)")
        } else {
          let picture = try Picture(decoding: damaged, channels: 3, at: "p")
          let header = try Picture.header(of: damaged, at: "p")
          #expect((picture.height, picture.width) == (header.height, header.width))
          // What no one has written would differ.
          #expect(try Picture(decoding: damaged, channels: 3, at: "p") == picture)
        }
      }
    }
  }

  /// Where a marker's code may stand in a JPEG file.
  static func markers(_ code: UInt8, in file: [UInt8]) -> [Int] {
    file.indices.dropFirst().filter { file[$0 - 1] == 0xff && file[$0] == code }
  }

  /// A JPEG file that says another size.
  static func jpeg(_ name: String = "JPEG, 4:2:0", height: Int, width: Int) throws -> [UInt8] {
    var file = try Self.file(name)
    let frame = try #require(markers(0xc0, in: file).first ?? markers(0xc2, in: file).first)
    file.replaceSubrange(frame + 4..<frame + 8, with: bigEndian([height << 16 | width]))
    return file
  }

  @Test("a size is looked at before it is believed")
  func largeSizes() throws {
    #expect(
      Self.refusal(try Self.jpeg(height: 65_500, width: 65_500))
        == Failure(
          .badData, "a picture of 65500 rows and 65500 columns; it must have pixels, and at most 178956970", at: "p"))
    #expect(Self.refusal(try Self.jpeg(height: 65_535, width: 1))?.message.contains("65500") == true)
    for name in ["JPEG, 4:2:0", "JPEG, progressive"] {
      let large = try Self.jpeg(name, height: 60_000, width: 2_900)
      #expect(try Picture.header(of: large, at: "p").height == 60_000)
      #expect(Self.refusal(large)?.message.contains("end before the picture does") == true)
    }
    for (height, width) in [(0xffff_ffff, 0xffff_ffff), (0, 5), (5, 0), (1, 178_956_971)] {
      var file = try Self.file("PNG, colour")
      file.replaceSubrange(16..<24, with: bigEndian([width, height]))
      let refusal = try #require(Self.refusal(file))
      #expect(refusal.message.hasPrefix("a picture of \(height) rows and \(width) columns; "))
      #expect(failure { try Picture.header(of: file, at: "p") } == refusal)
    }
    var file = try Self.file("PNG, colour")
    file.replaceSubrange(16..<24, with: bigEndian([10_000, 10_000]))
    #expect(Self.refusal(file)?.message.contains("IHDR: CRC error") == true)
  }

  @Test("what the library only warns of is no failure, what it cannot repair is one, also after a warning")
  func warnings() throws {
    let sound = try Self.file("JPEG, progressive")
    let picture = try Picture(decoding: sound, channels: 3, at: "p")
    // Bytes that belong to no segment.
    let warned = Array(sound[..<2] + [0, 0, 0] + sound[2...])
    #expect(try Picture(decoding: warned, channels: 3, at: "p") == picture)
    // The last table of codes, behind the first scan, with more codes than there can be.
    let table = try #require(Self.markers(0xc4, in: warned).last)
    var broken = warned
    for place in 0..<16 { broken[table + 4 + place] = 255 }
    #expect(Self.refusal(broken)?.message.hasPrefix("not read as a JPEG file (Bogus Huffman table definition)") == true)
    // Some of the picture's data are missing, its end is there.
    let whole = try Self.file("JPEG, 4:4:4")
    let hole = Array(whole.dropLast(60) + whole.suffix(20))
    #expect(Self.refusal(hole) == nil)
  }

  @Test("other forms are called by their names, and what to do about them is said")
  func otherForms() {
    let forms: [(start: [UInt8], name: String)] = [
      (Array("GIF89a".utf8), "GIF"), (Array("RIFF\0\0\0\0WEBPVP8 ".utf8), "WebP"), (Array("BM\0\0".utf8), "BMP"),
      (Array("II*\0\u{8}\0".utf8), "TIFF"), (Array("MM\0*\0".utf8), "TIFF"),
      (Array("\0\0\0\u{18}ftypheic".utf8), "HEIC"), (Array("\0\0\0\u{18}ftypmif1".utf8), "HEIC"),
      (Array("\0\0\0\u{18}ftypavif".utf8), "AVIF"),
    ]
    for (start, name) in forms {
      let message = "\(name) files are not read; convert it to PNG"
      #expect(Self.refusal(start + [UInt8](repeating: 0, count: 99)) == Failure(.badData, message, at: "p"))
      #expect(failure { try Picture.header(of: start, at: "p") }?.message == message)
    }
    #expect(Self.refusal([]) == Failure(.badData, "an empty file; fetch it again", at: "p"))
    #expect(Self.refusal(Array("<html>".utf8))?.message.contains("it begins with 0x3c68746d;") == true)
    #expect(Self.refusal([0])?.message.contains("it begins with 0x00;") == true)
  }
}
