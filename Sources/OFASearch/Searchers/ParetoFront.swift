import OFAHardware

/// Candidates of which none is both at most as accurate and at least as costly as another, in ascending order of cost,
/// and so of accuracy.
public struct ParetoFront: Sendable {
  /// What accuracy is weighed against.
  public let quantity: Quantity
  /// The candidates.
  public private(set) var candidates: [Candidate] = []

  /// An empty front.
  public init(_ quantity: Quantity) { self.quantity = quantity }

  /// Adds a candidate unless one that is there is as good, removes those that it makes superfluous, and returns whether
  /// it was added.
  ///
  /// - Complexity: O(log n) to refuse, O(n) to add.
  @discardableResult
  public mutating func insert(_ candidate: Candidate) -> Bool {
    let cost = candidate.prices[quantity]
    // The first that costs more; the one before is the most accurate of those that cost no more.
    var (low, high) = (0, candidates.count)
    while low < high {
      let middle = (low + high) / 2
      if candidates[middle].prices[quantity] <= cost { low = middle + 1 } else { high = middle }
    }
    if low > 0, candidates[low - 1].accuracy >= candidate.accuracy { return false }
    var first = low
    if first > 0, candidates[first - 1].prices[quantity] == cost { first -= 1 }
    var end = low
    while end < candidates.count, candidates[end].accuracy <= candidate.accuracy { end += 1 }
    candidates.replaceSubrange(first..<end, with: [candidate])
    return true
  }

  /// At most `count` of the candidates, spread evenly over the range of cost, both ends among them.
  public func spread(_ count: Int) -> [Candidate] {
    precondition(count >= 2)
    guard candidates.count > count, let first = candidates.first, let last = candidates.last else { return candidates }
    let (low, high) = (first.prices[quantity], last.prices[quantity])
    var chosen: [Int] = []
    for step in 0..<count {
      let wanted = low + (high - low) * Double(step) / Double(count - 1)
      // The most accurate that costs no more.
      let index = (candidates.firstIndex { $0.prices[quantity] > wanted } ?? candidates.count) - 1
      let clamped = step == count - 1 ? candidates.count - 1 : max(0, index)
      if chosen.last != clamped { chosen.append(clamped) }
    }
    return chosen.map { candidates[$0] }
  }
}
