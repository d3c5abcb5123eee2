import Foundation
import OFAFormats

/// The four IDX files of a set: images and labels, to train on and to test.
///
/// Labels may be any bytes. The classes are the labels that training images have, in order, and the labels are their
/// names, unless the set is one of EMNIST's, whose classes have names of their own. Thus a part of a set keeps its
/// classes' names.
struct IDX {
  private let folder: String
  /// What the files' names begin with: nothing, or such as `emnist-letters-`.
  private let prefix: String
  private let names: [String]
  private let split: EMNIST?

  /// The prefixes of the sets in a folder, by the names of its files.
  static func prefixes(_ names: [String]) -> [String] { Set(names.compactMap(prefix(of:))).sorted() }

  /// What stands before `train-images-idx3-ubyte` and its like; nil for another name.
  static func prefix(of name: String) -> String? {
    name.wholeMatch(of: /([^ ]*?)(train|t10k|test)-(images|labels)[-.]idx[13]-ubyte(\.gz)?/).map { String($0.1) }
  }

  /// A set by its prefix.
  init(folder: String, prefix: String, names: [String]) {
    (self.folder, self.prefix, self.names) = (folder, prefix, names)
    split = EMNIST(prefix: prefix)
  }

  /// Reads both parts.
  func read() throws -> StoredImages {
    let training = try Part(opening: self, ["train"], "training")
    let test = try Part(opening: self, split == nil ? ["t10k", "test"] : ["test", "t10k"], "test")

    let (size, testSize) = (training.images.dimensions.dropFirst(), test.images.dimensions.dropFirst())
    guard size == testSize else {
      throw Failure(
        .badData,
        "training images are \(size.map(String.init).joined(separator: "×")), test images "
          + "\(testSize.map(String.init).joined(separator: "×")); they may be of different sets", at: folder)
    }
    let trainingLabels = try training.labels.bytes()
    let testLabels = try test.labels.bytes()
    let classes = Set(trainingLabels).sorted()
    var places: [UInt8: Int] = [:]
    for (place, label) in classes.enumerated() { places[label] = place }
    let classNames = split?.classNames(of: classes.map(Int.init)) ?? classes.map { String($0) }
    if let index = testLabels.firstIndex(where: { places[$0] == nil }) {
      let known = classes.map { String($0) }.listed
      throw Failure(
        .badData, "label \(testLabels[index]) of image \(index) is that of no training image, which have \(known)",
        at: test.labelsPath)
    }
    func set(_ part: Part, _ labels: [UInt8]) throws -> ImageSet {
      let (rows, columns) = (part.images.dimensions[1], part.images.dimensions[2])
      let pixels = try part.images.bytes()
      let isTransposed = split != nil
      return ImageSet(
        name: part.imagesPath, height: isTransposed ? columns : rows, width: isTransposed ? rows : columns, channels: 1,
        classes: classes.count, classNames: classNames,
        pixels: isTransposed ? EMNIST.turned(pixels, rows: rows, columns: columns) : pixels,
        labels: labels.compactMap { places[$0] })
    }
    return StoredImages(training: try set(training, trainingLabels), test: try set(test, testLabels))
  }

  /// Images and labels whose headers agree; the bytes are not read yet.
  private struct Part {
    let imagesPath: String
    let labelsPath: String
    let images: IDXFile
    let labels: IDXFile

    init(opening set: IDX, _ words: [String], _ what: String) throws {
      let (imageNames, labelNames) = (set.usualNames(words, "images", 3), set.usualNames(words, "labels", 1))
      let (imagesName, labelsName) = (set.first(of: imageNames), set.first(of: labelNames))
      if imagesName == nil, labelsName == nil, set.secondDownload(of: imageNames) == nil {
        let names = words.map { "\(set.prefix)\($0)-images-idx3-ubyte" }.joined(separator: " or ")
        throw Failure(
          .missingInput, "no \(what) images: there is no \(names), with or without .gz; fetch the \(what) part too",
          at: set.folder)
      }
      imagesPath = try set.path(imagesName, of: imageNames)
      labelsPath = try set.path(labelsName, of: labelNames)
      images = try IDXFile(opening: imagesPath, dimensions: 3, of: "images")
      labels = try IDXFile(opening: labelsPath, dimensions: 1, of: "labels")
      guard images.dimensions[0] == labels.dimensions[0] else {
        throw Failure(
          .badData,
          "\(labels.dimensions[0]) labels for \(images.dimensions[0]) images of \(imagesPath); one of the two "
            + "may be another set's",
          at: labelsPath)
      }
    }
  }

  /// The names that a file may have, the likeliest first.
  private func usualNames(_ words: [String], _ kind: String, _ dimensions: Int) -> [String] {
    words.flatMap { word in ["-idx", ".idx"].map { "\(prefix)\(word)-\(kind)\($0)\(dimensions)-ubyte" } }
  }

  /// The first of some names that is a file's, perhaps with `.gz`.
  private func first(of usual: [String]) -> String? {
    usual.flatMap { [$0, $0 + ".gz"] }.first { names.contains($0) && InputFile.isFile("\(folder)/\($0)") }
  }

  /// A file that may be one of the usual names: what browsers call a second download (`NAME (1).gz`), and the like.
  private func secondDownload(of usual: [String]) -> (name: String, usual: String)? {
    for base in usual {
      if let name = names.first(where: { $0.contains(base) && Self.prefix(of: $0) == nil }) {
        return (name, base + (name.contains(".gz") ? ".gz" : ""))
      }
    }
    return nil
  }

  private func path(_ name: String?, of usual: [String]) throws -> String {
    if let name { return "\(folder)/\(name)" }
    let hint = secondDownload(of: usual).map { "; if \"\($0.name)\" is it, rename that to \($0.usual)" } ?? ""
    throw Failure(.missingInput, "no such file, nor one with .gz\(hint)", at: "\(folder)/\(usual[0])")
  }
}
