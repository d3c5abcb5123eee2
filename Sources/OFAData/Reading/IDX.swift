import Foundation
import OFAFormats

/// The four IDX files of a set: images and labels, to train on and to test.
///
/// A file is a big-endian magic number (0x0803 for three dimensions of bytes, 0x0801 for one), its dimensions as 32-bit numbers,
/// and the bytes.
///
/// - Note: yann.lecun.com/exdb/mnist, "the IDX file format".
struct IDX {
  let folder: String
  /// What the files' names begin with: nothing, or such as `emnist-letters-`.
  let prefix: String
  let names: [String]

  /// The prefixes of the sets in a folder.
  static func prefixes(_ names: [String]) -> [String] {
    Set(names.compactMap { name in name.range(of: "train-images").map { String(name[..<$0.lowerBound]) } }).sorted()
  }

  /// Reads both parts.
  func read() throws -> (training: ImageSet, test: ImageSet) {
    let training = try part(["train"])
    let test = try part(["t10k", "test"])

    // Labels begin at 0, or at 1 as in EMNIST letters; every class must occur, so that a damaged label shows.
    let present = Set(training.labels).sorted()
    let (first, last) = (present.first ?? 0, present.last ?? 0)
    guard first <= 1, present.count == last - first + 1 else {
      let gap = zip(present, first...).first { $0 != $1 }?.1
      throw Failure(
        .badData,
        "labels run from \(first) to \(last)" + (gap.map { ", but none is \($0)" } ?? "")
          + "; they must run from 0 or 1 without a gap: the file is damaged", at: training.labelsPath)
    }
    for (index, label) in test.labels.enumerated() where !(first...last).contains(label) {
      throw Failure(
        .badData, "label \(label) of image \(index) is not one of the training labels \(first) to \(last)",
        at: test.labelsPath)
    }
    return (training.set(firstLabel: first, lastLabel: last), test.set(firstLabel: first, lastLabel: last))
  }

  /// Images and labels as they were read.
  private struct Part {
    let imagesPath: String
    let labelsPath: String
    let height: Int
    let width: Int
    let pixels: [UInt8]
    let labels: [Int]

    func set(firstLabel: Int, lastLabel: Int) -> ImageSet {
      ImageSet(
        name: imagesPath, height: height, width: width, channels: 1, classes: lastLabel - firstLabel + 1,
        pixels: pixels,
        labels: labels.map { $0 - firstLabel })
    }
  }

  private func part(_ parts: [String]) throws -> Part {
    let imagesPath = try path(parts, "images", dimensions: 3)
    let labelsPath = try path(parts, "labels", dimensions: 1)
    let images = try Self.read(imagesPath, magic: 0x0803, of: "images")
    let labels = try Self.read(labelsPath, magic: 0x0801, of: "labels")
    guard images.dimensions[0] == labels.dimensions[0] else {
      throw Failure(
        .badData,
        "\(labels.dimensions[0]) labels for \(images.dimensions[0]) images of \(imagesPath); fetch both again",
        at: labelsPath)
    }
    return Part(
      imagesPath: imagesPath, labelsPath: labelsPath, height: images.dimensions[1], width: images.dimensions[2],
      pixels: images.bytes, labels: labels.bytes.map(Int.init))
  }

  /// The path of the first of the usual names that is there.
  private func path(_ parts: [String], _ kind: String, dimensions: Int) throws -> String {
    let usual = parts.flatMap { part in
      ["-idx", ".idx"].map { "\(prefix)\(part)-\(kind)\($0)\(dimensions)-ubyte" }.flatMap { [$0, $0 + ".gz"] }
    }
    guard let name = usual.first(where: names.contains) else {
      throw Failure(.missingInput, "no such file, nor one with .gz", at: "\(folder)/\(usual[0])")
    }
    return "\(folder)/\(name)"
  }

  /// Reads one file.
  private static func read(_ path: String, magic: Int, of content: String) throws -> (dimensions: [Int], bytes: [UInt8])
  {
    let bytes = try InputFile.readDecompressed(path)
    func number(_ index: Int) -> Int { bytes[(index * 4)..<(index * 4 + 4)].reduce(0) { $0 << 8 | Int($1) } }
    func hexadecimal(_ number: Int) -> String {
      let digits = String(number, radix: 16)
      return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
    }
    guard bytes.count >= 4, number(0) == magic else {
      let found = bytes.count >= 4 ? "magic number \(hexadecimal(number(0)))" : "\(bytes.count) bytes"
      throw Failure(.badData, "\(found), expected \(hexadecimal(magic)) of an IDX file of \(content)", at: path)
    }
    let header = 4 + 4 * (magic & 0xff)
    guard bytes.count >= header else { throw Failure(.badData, "the header is cut; fetch the file again", at: path) }
    let dimensions = (1..<header / 4).map(number)
    let expected = dimensions.reduce(1.0) { $0 * Double($1) }  // three 32-bit numbers may exceed a whole number's range
    let rest = bytes.count - header
    guard dimensions.dropFirst().allSatisfy({ (1...largestSide).contains($0) }), Double(rest) == expected else {
      let shape = dimensions.map(String.init).joined(separator: "×")
      throw Failure(
        .badData,
        "\(rest) bytes of \(content) follow the header, which says \(shape); the file is cut or damaged, fetch it again",
        at: path)
    }
    return (dimensions, Array(bytes[header...]))
  }

  /// The most rows or columns of an image that are believed.
  private static let largestSide = 4_096
}
