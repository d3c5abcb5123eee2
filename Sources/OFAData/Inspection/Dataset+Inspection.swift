extension Dataset {
  /// Two images that show the same, one of them trained on and the other not.
  public struct Duplicate: Hashable, Sendable {
    /// The place among the training images.
    public var trained: Int
    /// The place among the held-out images, or else the test images.
    public var judged: Int
    /// Whether the other is held out; else it is for testing.
    public var isHeldOut: Bool
  }

  /// The images that are judged by, though one that shows the same is trained on.
  ///
  /// - Parameters:
  ///   - most: how many pairs are told.
  ///   - check: told often which part of the comparisons with a set is done, 0…1; may end them by throwing.
  /// - Returns: the first pairs, and how many images are so judged by.
  /// - Complexity: a pass over all images, and as many comparisons as there are pairs of nearly equal outlines.
  public func duplicatesAcrossSplit(
    most: Int, check: (Double) throws -> Void
  ) rethrows -> (first: [Duplicate], count: Int) {
    let trained = train.likenesses
    var (first, count) = ([Duplicate](), 0)
    for (set, isHeldOut) in [(heldOut, true), (test, false)] {
      let pairs = try Likeness.pairs(trained, set.likenesses, most: most - first.count, check: check)
      first += pairs.first.map { Duplicate(trained: $0.one, judged: $0.other, isHeldOut: isHeldOut) }
      count += pairs.count
    }
    return (first, count)
  }

  /// Training images of every class, a row a class in their order, side by side.
  ///
  /// - Parameters:
  ///   - columns: how many of a class.
  ///   - side: rows and columns of each.
  public func contactSheet(columns: Int = 12, side: Int = 64) -> Picture {
    let (gap, cell) = (2, side + 2)
    let (height, width) = (classes * cell + gap, columns * cell + gap)
    var pixels = [UInt8](repeating: 255, count: height * width * channels)
    for (label, members) in Dictionary(grouping: train.labels.indices, by: { train.labels[$0] }) {
      // Evenly over the class, as neighbours are often alike.
      let shown = (0..<min(columns, members.count)).map { members[$0 * members.count / min(columns, members.count)] }
      let squares = train.squares(shown, side: side)
      for index in shown.indices {
        for y in 0..<side {
          let source = (index * side + y) * side * channels
          let target = ((gap + label * cell + y) * width + gap + index * cell) * channels
          pixels.replaceSubrange(
            target..<target + side * channels, with: squares[source..<source + side * channels])
        }
      }
    }
    return Picture(height: height, width: width, channels: channels, pixels: pixels)
  }
}
