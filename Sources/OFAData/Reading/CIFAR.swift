import OFAFormats

/// The binary files of CIFAR-10 or CIFAR-100.
///
/// A record is a label byte (CIFAR-100: a coarse and a fine one, of which the fine one counts) and 3,072 bytes of a 32×32 image,
/// red, green and blue plane one after the other.
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

  private let trainingPaths: [String]
  private let testPath: String

  /// The files in a folder; nil when it has none of either kind.
  init?(folder: String, names: [String]) throws {
    let batches = (1...5).map { "data_batch_\($0).bin" }
    let (training, test) =
      names.contains(where: batches.contains)
      ? (batches, "test_batch.bin") : (["train.bin"], "test.bin")
    guard training.contains(where: names.contains) else { return nil }
    for name in training + [test] where !names.contains(name) {
      throw Failure(.missingInput, "no such file; the set is not whole", at: "\(folder)/\(name)")
    }
    trainingPaths = training.map { "\(folder)/\($0)" }
    testPath = "\(folder)/\(test)"
  }

  /// Reads both parts.
  func read() throws -> (training: ImageSet, test: ImageSet) {
    let training = try trainingPaths.map { ($0, try InputFile.read($0, limit: 1 << 31)) }
    let test = (testPath, try InputFile.read(testPath, limit: 1 << 31))
    let kind = try Self.kind(of: training + [test])
    return (
      try Self.images(training, kind, name: "CIFAR-\(kind.rawValue) training images"),
      try Self.images([test], kind, name: "CIFAR-\(kind.rawValue) test images")
    )
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
        + "\(Kind.hundred.recordBytes) bytes (CIFAR-100); the file is cut or damaged, fetch it again", at: odd.path)
  }

  /// The images of some files, with the channels of a pixel brought together.
  private static func images(_ files: [(path: String, bytes: [UInt8])], _ kind: Kind, name: String) throws -> ImageSet {
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
            "label \(label) of record \(record) is not below \(kind.rawValue); the file is damaged, fetch it again",
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
      name: name, height: side, width: side, channels: 3, classes: kind.rawValue, classNames: classNames(kind),
      pixels: pixels, labels: labels)
  }

  /// The official names of CIFAR-10's classes, in the order of the labels; those of CIFAR-100 are its labels.
  private static func classNames(_ kind: Kind) -> [String]? {
    guard kind == .ten else { return nil }
    return ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
  }
}
