import OFANumerics

/// A sum of small regression trees, each fitted to what those before it left over.
///
///     F₀ = mean,   Fₜ = Fₜ₋₁ + rate · treeₜ,   treeₜ fitted to y − Fₜ₋₁ on a random half of the samples
///
/// A tree splits a node where the squared error falls most; a feature is cut between neighbours of at most 16 of its
/// quantiles.
///
/// - Note: Friedman, Greedy Function Approximation, 2001, §4.1 and Stochastic Gradient Boosting, 2002.
public struct BoostedTrees: Hashable, Sendable, Codable {
  /// A node of a tree: where `feature` is nil a leaf, otherwise a row goes to `below` when its feature is at most
  /// `threshold`, else to `above`; both are indices in the tree, above this node's own.
  struct Node: Hashable, Sendable, Codable {
    var feature: Int?
    var threshold: Float = 0
    var below = 0
    var above = 0
    var value: Float = 0
  }

  let inputs: Int
  let mean: Double
  let trees: [[Node]]

  /// Fits the trees.
  ///
  /// - Complexity: trees · depth · samples · features.
  public init(fitting samples: Samples, trees count: Int = 300, depth: Int = 3, rate: Double = 0.06, seed: UInt64) {
    var generator = SeededGenerator(seed: seed, stream: "boosted trees")
    inputs = samples.features.columns
    let mean = Statistics.mean(samples.targets)
    let binned = BinnedFeatures(samples.features)
    var residuals = samples.targets.map { $0 - mean }
    var trees: [[Node]] = []
    for _ in 0..<count {
      let rows = samples.targets.indices.shuffled(using: &generator).prefix((samples.count + 1) / 2)
      var grower = TreeGrower(binned: binned, residuals: residuals, rate: rate)
      grower.grow(Array(rows), depth: depth)
      for row in residuals.indices {
        residuals[row] -= Double(Self.value(of: grower.nodes, samples.features[row: row]))
      }
      trees.append(grower.nodes)
    }
    self.mean = mean
    self.trees = trees
  }

  /// One prediction a row.
  public func predictions(for features: Matrix) -> [Double] {
    precondition(features.columns == inputs, "\(features.columns) features, \(inputs) expected.")
    return (0..<features.rows).map { row in
      let values = features[row: row]
      return trees.reduce(mean) { $0 + Double(Self.value(of: $1, values)) }
    }
  }

  private static func value(of tree: [Node], _ row: ArraySlice<Double>) -> Float {
    var node = tree[0]
    while let feature = node.feature {
      node = tree[row[row.startIndex + feature] <= Double(node.threshold) ? node.below : node.above]
    }
    return node.value
  }

  /// Whether every tree can be walked with rows of so many features.
  func fits(featureCount: Int) -> Bool {
    inputs == featureCount
      && trees.allSatisfy { tree in
        !tree.isEmpty
          && tree.enumerated().allSatisfy { index, node in
            guard let feature = node.feature else { return true }
            let children = (index + 1)..<max(index + 1, tree.count)
            return 0..<inputs ~= feature && children ~= node.below && children ~= node.above
          }
      }
  }
}

/// Features as small whole numbers: which of a feature's cuts a value lies above.
private struct BinnedFeatures {
  /// For each feature the cuts in ascending order.
  let cuts: [[Float]]
  /// For each feature the bin of each row.
  let bins: [[UInt8]]

  init(_ features: Matrix, most: Int = 16) {
    var cuts: [[Float]] = []
    var bins: [[UInt8]] = []
    for feature in 0..<features.columns {
      let values = (0..<features.rows).map { features[$0, feature] }
      let distinct = Set(values).sorted()
      let kept =
        distinct.count <= most
        ? distinct : Set((0..<most).map { Statistics.quantile(distinct, Double($0) / Double(most - 1)) }).sorted()
      let between = zip(kept, kept.dropFirst()).map { Float(($0 + $1) / 2) }
      cuts.append(between)
      bins.append(values.map { value in UInt8(between.count { Double($0) < value }) })
    }
    self.cuts = cuts
    self.bins = bins
  }
}

/// Grows one tree.
private struct TreeGrower {
  let binned: BinnedFeatures
  let residuals: [Double]
  let rate: Double
  let fewestRows = 4
  var nodes: [BoostedTrees.Node] = []

  /// Appends the tree of some rows and returns its root.
  @discardableResult
  mutating func grow(_ rows: [Int], depth: Int) -> Int {
    let index = nodes.count
    let sum = rows.reduce(0) { $0 + residuals[$1] }
    nodes.append(BoostedTrees.Node(value: Float(rate * sum / Double(max(1, rows.count)))))
    guard depth > 0, let split = bestSplit(rows, sum) else { return index }
    let bins = binned.bins[split.feature]
    nodes[index].feature = split.feature
    nodes[index].threshold = binned.cuts[split.feature][split.cut]
    nodes[index].below = grow(rows.filter { Int(bins[$0]) <= split.cut }, depth: depth - 1)
    nodes[index].above = grow(rows.filter { Int(bins[$0]) > split.cut }, depth: depth - 1)
    return index
  }

  /// The split that lowers the squared error most: the one with the largest Σ sum² / count of its two parts.
  private func bestSplit(_ rows: [Int], _ total: Double) -> (feature: Int, cut: Int)? {
    var best: (feature: Int, cut: Int)?
    var bestGain = total * total / Double(max(1, rows.count)) + 1e-15
    var sums = [Double](repeating: 0, count: 32)
    var counts = [Int](repeating: 0, count: 32)
    for feature in binned.cuts.indices where !binned.cuts[feature].isEmpty {
      let bins = binned.bins[feature]
      let cuts = binned.cuts[feature].count
      for bin in 0...cuts { (sums[bin], counts[bin]) = (0, 0) }
      for row in rows {
        sums[Int(bins[row])] += residuals[row]
        counts[Int(bins[row])] += 1
      }
      var (sum, count) = (0.0, 0)
      for cut in 0..<cuts {
        sum += sums[cut]
        count += counts[cut]
        guard count >= fewestRows, rows.count - count >= fewestRows else { continue }
        let gain = sum * sum / Double(count) + (total - sum) * (total - sum) / Double(rows.count - count)
        if gain > bestGain { (best, bestGain) = ((feature, cut), gain) }
      }
    }
    return best
  }
}
