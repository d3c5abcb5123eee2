import Foundation
import OFAFormats

/// The binary files of CIFAR-10 or CIFAR-100.
///
/// A record is a label byte (CIFAR-100: a coarse and a fine one, of which the fine one counts) and 3,072 bytes of a
/// 32×32 image, red, green and blue plane one after the other.
///
/// - Note: www.cs.toronto.edu/~kriz/cifar.html, "Binary version".
struct CIFAR {
  private static let side = 32
  private static let plane = side * side

  /// Which of the two sets.
  private enum Kind: Int {
    case ten = 10
    case hundred = 100
    var labelBytes: Int { self == .ten ? 1 : 2 }
    var recordBytes: Int { labelBytes + 3 * plane }
  }

  /// The most bytes of a file that are read; the longest official one has 154 million.
  private static let longestFile = 1 << 29

  private let folder: String
  private let training: [String]
  private let test: String
  private let names: [String]

  /// The sets in a folder: one in batches, as that of ten classes comes, and one in two files, as that of a hundred.
  static func sets(folder: String, names: [String]) -> [ImageFolder.StoredSet] {
    let batches = (1...5).map { "data_batch_\($0).bin" }
    let kinds = [("data_batch", batches, "test_batch.bin"), ("train.bin", ["train.bin"], "test.bin")]
    return kinds.filter { kind in (kind.1 + [kind.2]).contains(where: names.contains) }.map { name, training, test in
      ImageFolder.StoredSet(
        name: name, owns: { (training + [test]).contains($0) },
        read: { try CIFAR(folder: folder, training: training, test: test, names: names).read() })
    }
  }

  /// Reads both parts.
  private func read() throws -> StoredImages {
    for name in training + [test] where !names.contains(name) {
      throw Failure(.missingInput, "no such file; the set is not whole", at: "\(folder)/\(name)")
    }
    let files = try (training + [test]).map { name in
      let path = "\(folder)/\(name)"
      return (path, try InputFile.read(path, limit: Self.longestFile))
    }
    let kind = try Self.kind(of: files)
    let classNames = try classNames(kind)
    return StoredImages(
      training: try Self.images(files.dropLast(), kind, classNames, name: "CIFAR-\(kind.rawValue) training images"),
      test: try Self.images(files.suffix(1), kind, classNames, name: "CIFAR-\(kind.rawValue) test images"))
  }

  /// The set whose records all the files are whole numbers of; where both fit, the labels decide.
  private static func kind(of files: [(path: String, bytes: [UInt8])]) throws -> Kind {
    func fits(_ kind: Kind) -> Bool { files.allSatisfy { $0.bytes.count % kind.recordBytes == 0 } }
    if fits(.ten) {
      let areLabels = files.allSatisfy { file in
        stride(from: 0, to: file.bytes.count, by: Kind.ten.recordBytes).allSatisfy { file.bytes[$0] < 10 }
      }
      return areLabels || !fits(.hundred) ? .ten : .hundred
    }
    if fits(.hundred) { return .hundred }
    // Name the file that spoils what most of them are.
    let kind: Kind = files.contains { $0.bytes.count % Kind.hundred.recordBytes == 0 } ? .hundred : .ten
    let odd = files.first { $0.bytes.count % kind.recordBytes != 0 } ?? files[0]
    throw Failure(
      .badData,
      "\(odd.bytes.count) bytes are no whole number of records of \(Kind.ten.recordBytes) (CIFAR-10) or "
        + "\(Kind.hundred.recordBytes) bytes (CIFAR-100); the file may be cut or damaged, fetch it again", at: odd.path)
  }

  /// The images of some files, with the channels of a pixel brought together.
  private static func images(
    _ files: some Collection<(path: String, bytes: [UInt8])>, _ kind: Kind, _ classNames: [String], name: String
  ) throws -> ImageSet {
    let counts = files.map { $0.bytes.count / kind.recordBytes }
    var labels: [Int] = []
    var pixels = [UInt8](repeating: 0, count: counts.reduce(0, +) * 3 * plane)
    for (file, count) in zip(files, counts) {
      for record in 0..<count {
        let start = record * kind.recordBytes + kind.labelBytes
        let label = Int(file.bytes[start - 1])
        guard label < kind.rawValue else {
          throw Failure(
            .badData,
            "label \(label) of record \(record) is not below \(kind.rawValue); the file may be damaged, or of "
              + "another set",
            at: file.path)
        }
        let target = labels.count * 3 * plane
        labels.append(label)
        pixels.withUnsafeMutableBufferPointer { pixels in
          file.bytes.withUnsafeBufferPointer { bytes in
            for channel in 0..<3 {
              for position in 0..<plane {
                pixels[target + position * 3 + channel] = bytes[start + channel * plane + position]
              }
            }
          }
        }
      }
    }
    return ImageSet(
      name: name, height: side, width: side, channels: 3, classes: kind.rawValue, classNames: classNames,
      pixels: pixels, labels: labels)
  }

  /// What the classes are called, in the order of the labels: as the folder's list has it, if it names as many classes
  /// as there are, else as in the official set.
  private func classNames(_ kind: Kind) throws -> [String] {
    let list = kind == .ten ? "batches.meta.txt" : "fine_label_names.txt"
    guard names.contains(list) else { return Self.officialNames(kind) }
    let path = "\(folder)/\(list)"
    let text = String(decoding: try PlainText.utf8(InputFile.read(path, limit: 1 << 20), at: path), as: UTF8.self)
    let own = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter {
      !$0.isEmpty
    }
    return own.count == kind.rawValue && Set(own).count == own.count ? own : Self.officialNames(kind)
  }

  private static func officialNames(_ kind: Kind) -> [String] {
    let names =
      switch kind {
      case .ten: "airplane automobile bird cat deer dog frog horse ship truck"
      case .hundred:
        """
        apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel \
        can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur \
        dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion \
        lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree \
        pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea \
        seal shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table \
        tank telephone television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman \
        worm
        """
      }
    return names.split(separator: " ").map(String.init)
  }
}
