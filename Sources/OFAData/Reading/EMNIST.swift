/// What is peculiar to EMNIST, whose files have names with `emnist-` and the split before MNIST's.
///
/// Its pictures are stored column by column, so that a reader of MNIST sees them transposed; and its labels stand for
/// letters.
///
/// - Note: Cohen et al., EMNIST: an extension of MNIST to handwritten letters, 2017, §II and its files
///   `emnist-*-mapping.txt`.
struct EMNIST {
  private let split: String

  /// The split of a prefix such as `emnist-letters-`; nil for a prefix that is not of EMNIST.
  init?(prefix: String) {
    let words = prefix.lowercased().split(separator: "-")
    guard words.first == "emnist" else { return nil }
    split = words.dropFirst().joined(separator: "-")
  }

  /// What the classes of some labels are called; nil when the split does not have these labels. Capital and small
  /// letters that look alike are one class in some splits, called by its capital letter.
  func classNames(of labels: [Int]) -> [String]? {
    let digits = "0123456789"
    let capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    let (first, all): (Int, String) =
      switch split {
      case "byclass": (0, digits + capitals + capitals.lowercased())
      case "bymerge", "balanced": (0, digits + capitals + "abdefghnqrt")
      case "letters": (1, capitals)
      case "digits", "mnist": (0, digits)
      default: (0, "")
      }
    let names = labels.compactMap { $0 < first ? nil : all.dropFirst($0 - first).first.map(String.init) }
    return names.count == labels.count ? names : nil
  }

  /// Pictures whose rows were columns in the file.
  ///
  ///     output[n, y, x] = input[n, x, y],   input [N, rows, columns], output [N, columns, rows]
  static func turned(_ pixels: [UInt8], rows: Int, columns: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: pixels.count) { output, count in
      for start in stride(from: 0, to: pixels.count, by: rows * columns) {
        for y in 0..<columns {
          for x in 0..<rows { output[start + y * rows + x] = pixels[start + x * columns + y] }
        }
      }
      count = pixels.count
    }
  }
}
