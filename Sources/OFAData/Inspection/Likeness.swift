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
  /// How far any two values are: a few strokes on black differ little on average.
  private static let greatestDistance: Float = 30

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
    let distances = zip(values, other.values).lazy.map { abs($0 - $1) }
    guard !distances.contains(where: { $0 > Self.greatestDistance }) else { return false }
    return distances.reduce(0, +) <= Self.distance * Float(values.count)
  }

  /// The pairs of alike pictures of two lists: the first `most` in order, and how many others are in one.
  ///
  /// - Parameter check: told the part that is done, 0…1; may end the work by throwing.
  static func pairs(
    _ ones: [Likeness], _ others: [Likeness], most: Int, check: (Double) throws -> Void
  ) rethrows -> (first: [(one: Int, other: Int)], count: Int) {
    let bands = 0..<tolerance + 1
    func band(_ likeness: Likeness, _ index: Int) -> UInt64 { (likeness.print >> (16 * UInt64(index))) & 0xFFFF }
    var members = bands.map { index in Dictionary(grouping: others.indices) { band(others[$0], index) } }
    var first: [(one: Int, other: Int)] = []
    var paired: Set<Int> = []
    for (one, likeness) in ones.enumerated() {
      try check(Double(one) / Double(ones.count))
      var alike: [Int] = []
      for index in bands {
        let key = band(likeness, index)
        // Once no more pairs are told one by one, those that are in a pair add nothing.
        if first.count == most { members[index][key]?.removeAll(where: paired.contains) }
        for other in members[index][key] ?? [] {
          // A pair with several equal bands counts once.
          let isKnown = (0..<index).contains { band(likeness, $0) == band(others[other], $0) }
          if !isKnown, likeness.isLike(others[other]) { alike.append(other) }
        }
      }
      paired.formUnion(alike)
      first += alike.sorted().prefix(most - first.count).map { (one: one, other: $0) }
    }
    return (first, paired.count)
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
