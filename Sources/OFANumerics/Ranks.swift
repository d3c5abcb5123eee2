extension Statistics {
  /// Each value's place in ascending order, from 1; equal values share the mean of their places.
  public static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for position in start..<end { ranks[order[position]] = Double(start + 1 + end) / 2 }
      start = end
    }
    return ranks
  }

  /// Spearman's rank correlation: Pearson's of the ranks, ties sharing theirs. In −1…1; 0 where either list is
  /// constant.
  ///
  /// - Complexity: O(n log n).
  public static func spearman(_ x: [Double], _ y: [Double]) -> Double { correlation(ranks(x), ranks(y)) }

  /// Kendall's τ-b: how far two lists agree in the order of their pairs, corrected for ties.
  ///
  ///     (concordant − discordant) / √((pairs − ties in x) · (pairs − ties in y))
  ///
  /// In −1…1; 0 where either list is constant and so orders no pair.
  ///
  /// - Complexity: O(n log n): discordant pairs are the exchanges of a merge sort. Knight, A Computer Method for
  ///   Calculating Kendall's Tau with Ungrouped Data, 1966.
  public static func kendallTau(_ x: [Double], _ y: [Double]) -> Double {
    precondition(x.count == y.count)
    let order = x.indices.sorted { (x[$0], y[$0]) < (x[$1], y[$1]) }
    let pairs = pairCount(x.count)
    let tiesInX = tiedPairs(count: order.count) { x[order[$0]] == x[order[$1]] }
    let tiesInBoth = tiedPairs(count: order.count) {
      x[order[$0]] == x[order[$1]] && y[order[$0]] == y[order[$1]]
    }
    var sorted = order.map { y[$0] }
    let discordant = sortCountingExchanges(&sorted)
    let tiesInY = tiedPairs(count: sorted.count) { sorted[$0] == sorted[$1] }
    guard tiesInX < pairs, tiesInY < pairs else { return 0 }
    let difference = pairs - tiesInX - tiesInY + tiesInBoth - 2 * discordant
    return Double(difference) / (Double(pairs - tiesInX) * Double(pairs - tiesInY)).squareRoot()
  }

  private static func pairCount(_ n: Int) -> Int { n * (n - 1) / 2 }

  /// The number of pairs within runs of neighbours that are equal.
  private static func tiedPairs(count: Int, equal: (Int, Int) -> Bool) -> Int {
    var ties = 0
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, equal(start, end) { end += 1 }
      ties += pairCount(end - start)
      start = end
    }
    return ties
  }

  /// Merge-sorts and returns how many pairs stood in the wrong order; equal values do not count.
  private static func sortCountingExchanges(_ values: inout [Double]) -> Int {
    var exchanges = 0
    var merged = values
    var width = 1
    while width < values.count {
      for start in stride(from: 0, to: values.count, by: 2 * width) {
        let middle = min(start + width, values.count)
        let end = min(start + 2 * width, values.count)
        var (left, right) = (start, middle)
        for position in start..<end {
          if left < middle, right >= end || values[left] <= values[right] {
            merged[position] = values[left]
            left += 1
          } else {
            exchanges += middle - left
            merged[position] = values[right]
            right += 1
          }
        }
      }
      swap(&values, &merged)
      width *= 2
    }
    return exchanges
  }
}
