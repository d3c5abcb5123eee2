/// What of a picture survives resizing, another compression and a change of brightness: small enough to compare all
/// with all.
///
/// The picture's frame is shrunk to 16 × 16 grey values. Its print has a bit for each of 64 pairs of neighbours, set
/// where the left is darker than the right.
///
/// - Note: the difference hash (N. Krawetz, Kind of Like That, 2013), confirmed by the values that it is made of.
struct Likeness: Sendable {
  /// [16, 16], 0…255, less their mean.
  private let values: [Float]
  /// The 64 bits.
  let print: UInt64

  /// How many bits of two prints may differ; with four bands of bits, one band at least is then equal.
  private static let tolerance = 3
  /// How far two alike pictures' values are apart on average at most, in steps of brightness.
  private static let distance: Float = 3

  init(_ image: [Float]) {
    let mean = image.reduce(0, +) / Float(image.count)
    values = image.map { $0 - mean }
    var bits: UInt64 = 0
    // Eight rows of nine means, of two rows and two columns but at the edge.
    for row in 0..<8 {
      for column in 0..<8 {
        func cell(_ x: Int) -> Float {
          let first = x * 15 / 8
          return image[2 * row * 16 + first] + image[(2 * row + 1) * 16 + first]
        }
        bits = bits << 1 | (cell(column) < cell(column + 1) ? 1 : 0)
      }
    }
    print = bits
  }

  /// Whether two pictures show the same.
  func isLike(_ other: Likeness) -> Bool {
    guard (print ^ other.print).nonzeroBitCount <= Self.tolerance else { return false }
    let sum = zip(values, other.values).reduce(Float(0)) { $0 + abs($1.0 - $1.1) }
    return sum <= Self.distance * Float(values.count)
  }

  /// The pairs of alike pictures of two lists.
  static func pairs(_ ones: [Likeness], _ others: [Likeness]) -> [(one: Int, other: Int)] {
    func band(_ print: UInt64, _ index: Int) -> UInt64 { (print >> (16 * UInt64(index))) & 0xFFFF }
    var pairs: [(one: Int, other: Int)] = []
    var found: Set<[Int]> = []
    for index in 0..<tolerance + 1 {
      let members = Dictionary(grouping: others.indices) { band(others[$0].print, index) }
      for one in ones.indices {
        for other in members[band(ones[one].print, index)] ?? [] where ones[one].isLike(others[other]) {
          if found.insert([one, other]).inserted { pairs.append((one, other)) }
        }
      }
    }
    return pairs.sorted { ($0.one, $0.other) < ($1.one, $1.other) }
  }
}

extension ImageSet {
  /// The likeness of each image.
  var likenesses: [Likeness] {
    let side = 16
    return (0..<count).map { index in
      let square = squares([index], side: side)
      return Likeness(
        (0..<side * side).map { pixel in
          Float((0..<channels).reduce(0) { $0 + Int(square[pixel * channels + $1]) }) / Float(channels)
        })
    }
  }
}
