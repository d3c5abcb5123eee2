/// Places buffers that live over intervals of time into one arena.
///
/// A buffer is needed from its first to its last moment, both included; two buffers that live at one moment must not
/// overlap. Buffers are placed largest first at the lowest offset that is free over their whole life (greedy by size).
///
/// - Note: Pisarchyk and Lee, Efficient Memory Management for Deep Neural Net Inference, 2020, §5.2.
public struct LivenessPlanner: Sendable {
  /// One buffer: its size, and the moments of its life.
  public struct Buffer: Hashable, Sendable {
    /// The size in any unit.
    public var size: Int
    /// From the first to the last moment of need.
    public var life: ClosedRange<Int>

    /// A buffer of `size` that is needed over `life`.
    public init(size: Int, life: ClosedRange<Int>) {
      self.size = size
      self.life = life
    }
  }

  /// The buffers in the order in which they were added.
  public private(set) var buffers: [Buffer] = []

  /// A planner without buffers.
  public init() {}

  /// Adds a buffer and returns its index.
  @discardableResult
  public mutating func add(size: Int, life: ClosedRange<Int>) -> Int {
    buffers.append(Buffer(size: size, life: life))
    return buffers.count - 1
  }

  /// Lengthens a buffer's life to include `moment`.
  public mutating func extend(_ buffer: Int, to moment: Int) {
    let life = buffers[buffer].life
    buffers[buffer].life = min(life.lowerBound, moment)...max(life.upperBound, moment)
  }

  /// The largest total size of buffers that live at one moment: what no placement can go below.
  ///
  /// - Complexity: O(n log n).
  public var peak: Int {
    var change: [(moment: Int, size: Int)] = []
    for buffer in buffers {
      change.append((buffer.life.lowerBound, buffer.size))
      change.append((buffer.life.upperBound + 1, -buffer.size))
    }
    change.sort { ($0.moment, $0.size) < ($1.moment, $1.size) }
    var live = 0
    var peak = 0
    for (_, size) in change {
      live += size
      peak = max(peak, live)
    }
    return peak
  }

  /// The offset of each buffer, each a multiple of `alignment`, and the arena's size.
  ///
  /// - Complexity: O(n²).
  public func placed(alignment: Int = 1) -> (offsets: [Int], size: Int) {
    var offsets = [Int](repeating: 0, count: buffers.count)
    var placed: [Int] = []  // in order of offset
    var arena = 0
    let order = buffers.indices.sorted { (buffers[$1].size, $0) < (buffers[$0].size, $1) }
    for index in order where buffers[index].size > 0 {
      let buffer = buffers[index]
      var offset = 0
      for other in placed where buffers[other].life.overlaps(buffer.life) {
        if offset + buffer.size <= offsets[other] { break }
        let end = offsets[other] + buffers[other].size
        offset = max(offset, (end + alignment - 1) / alignment * alignment)
      }
      offsets[index] = offset
      arena = max(arena, offset + buffer.size)
      let position = placed.firstIndex { offsets[$0] > offset } ?? placed.count
      placed.insert(index, at: position)
    }
    return (offsets, arena)
  }
}
