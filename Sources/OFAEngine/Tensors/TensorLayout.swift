/// Where named tensors lie in one flat arena of floats.
///
/// Each tensor starts at a whole panel of floats, in the order given. Weights, gradients and an optimizer's state share
/// one layout, so that what is done to all of them is one loop.
public struct TensorLayout: Sendable {
  /// One tensor's place.
  public struct Entry: Hashable, Sendable {
    /// The tensor's name.
    public var name: String
    /// Its sizes, outermost first.
    public var shape: [Int]
    /// The first element's index in the arena.
    public var offset: Int
    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }
  }

  /// The floats of a panel.
  public static let panel = PlanBuilder.panel

  /// The tensors in order.
  public let entries: [Entry]
  /// The arena's size in floats, a number of whole panels.
  public let count: Int
  private let indices: [String: Int]

  /// Lays tensors out in the given order.
  ///
  /// - Precondition: names are unique.
  public init(_ tensors: [(name: String, shape: [Int])]) {
    var offset = 0
    var entries: [Entry] = []
    for (name, shape) in tensors {
      entries.append(Entry(name: name, shape: shape, offset: offset))
      offset += PlanBuilder.padded(entries[entries.count - 1].count)
    }
    self.entries = entries
    count = offset
    indices = Dictionary(uniqueKeysWithValues: entries.indices.map { (entries[$0].name, $0) })
  }

  /// The floats of all tensors in ranges of whole ones, the last tensors first: each of as many floats as wanted or
  /// more, but for the last range.
  public func ranges(ofAtLeast wanted: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var end = count
    for entry in entries.reversed() where end - entry.offset >= wanted || entry.offset == 0 {
      ranges.append(entry.offset..<end)
      end = entry.offset
    }
    return ranges
  }

  /// The tensor with a name.
  public subscript(name: String) -> Entry? { indices[name].map { entries[$0] } }
}
