import OFANumerics

/// A sum of small regression trees, each fitted to what those before it left over.
///
///     F₀ = mean,   Fₜ = Fₜ₋₁ + rate · treeₜ,   treeₜ fitted to y − Fₜ₋₁ on a random half of the samples
///
/// A tree splits a node where the squared error falls most; a feature is cut between neighbours of at most 16 of its
/// quantiles.
///
/// - Note: Friedman, Greedy Function Approximation, 2001, §4.1 and Stochastic Gradient Boosting, 2002.
public struct BoostedTrees: FittedModel {
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

  /// Fits 300 trees of depth 3.
  ///
  /// - Complexity: trees · depth · samples · features.
  public init(fitting samples: Samples, seed: UInt64) { self.init(fitting: samples, trees: 300, seed: seed) }

  /// Fits so many trees of depth 3.
  ///
  /// - Complexity: trees · depth · samples · features.
  public init(fitting samples: Samples, trees count: Int, seed: UInt64) {
    let mean = Statistics.mean(samples.targets)
    self.init(
      features: samples.features, weights: [Double](repeating: 1, count: samples.count),
      groups: samples.targets.indices.map { $0..<$0 + 1 }, targets: samples.targets.map { $0 - mean }, mean: mean,
      leastWeight: 4, trees: count, depth: 3, rate: 0.06, seed: seed)
  }

  /// Fits trees to sums over rows:
  ///
  ///     Σ row in groups[g]  weights[row] · F(row)  ≈  targets[g]
  ///
  /// A tree is fitted to what is left of each group's target, in all of the group's rows alike, on a random half of the
  /// groups; a row counts by its weight, and a leaf holds at least a fiftieth of all weight.
  ///
  /// - Precondition: one weight a row, none below zero; one target a group; the groups' rows are there.
  /// - Complexity: trees · depth · rows · features.
  public init(
    fittingSumsOf features: Matrix, weights: [Double], groups: [Range<Int>], targets: [Double], trees count: Int = 150,
    depth: Int = 3, rate: Double = 0.06, seed: UInt64
  ) {
    precondition(weights.count == features.rows && groups.count == targets.count)
    self.init(
      features: features, weights: weights, groups: groups, targets: targets, mean: 0,
      leastWeight: 0.02 * weights.reduce(0, +) / 2, trees: count, depth: depth, rate: rate, seed: seed)
  }

  private init(
    features: Matrix, weights: [Double], groups: [Range<Int>], targets: [Double], mean: Double, leastWeight: Double,
    trees count: Int, depth: Int, rate: Double, seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed, stream: "boosted trees")
    inputs = features.columns
    let binned = BinnedFeatures(features)
    var left = targets
    var residuals = [Double](repeating: 0, count: features.rows)
    var trees: [[Node]] = []
    for _ in 0..<count {
      for (group, rows) in groups.enumerated() { for row in rows { residuals[row] = left[group] } }
      let half = groups.indices.shuffled(using: &generator).prefix((groups.count + 1) / 2)
      var grower = TreeGrower(
        binned: binned, residuals: residuals, weights: weights, leastWeight: leastWeight, rate: rate)
      grower.grow(half.flatMap { groups[$0] }, depth: depth)
      for (group, rows) in groups.enumerated() {
        for row in rows { left[group] -= weights[row] * Double(Self.value(of: grower.nodes, features[row: row])) }
      }
      trees.append(grower.nodes)
    }
    self.mean = mean
    self.trees = trees
  }

  /// One prediction a row.
  public func predictions(for features: Matrix) -> [Double] {
    (0..<features.rows).map { prediction(for: features[row: $0]) }
  }

  /// The prediction for one row.
  public func prediction(for row: ArraySlice<Double>) -> Double {
    precondition(row.count == inputs, "\(row.count) features, \(inputs) expected.")
    return trees.reduce(mean) { $0 + Double(Self.value(of: $1, row)) }
  }

  private static func value(of tree: [Node], _ row: ArraySlice<Double>) -> Float {
    var node = tree[0]
    while let feature = node.feature {
      node = tree[row[row.startIndex + feature] <= Double(node.threshold) ? node.below : node.above]
    }
    return node.value
  }

  /// Whether every tree can be walked with rows of so many features, and no sum is beyond all numbers.
  public func fits(featureCount: Int) -> Bool {
    inputs == featureCount && abs(mean) <= Double(Float.greatestFiniteMagnitude)
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
  let weights: [Double]
  /// What the rows of a leaf weigh together at the least.
  let leastWeight: Double
  let rate: Double
  var nodes: [BoostedTrees.Node] = []

  /// Appends the tree of some rows and returns its root.
  @discardableResult
  mutating func grow(_ rows: [Int], depth: Int) -> Int {
    let index = nodes.count
    let sum = rows.reduce(0) { $0 + weights[$1] * residuals[$1] }
    let weight = rows.reduce(0) { $0 + weights[$1] }
    nodes.append(BoostedTrees.Node(value: weight > 0 ? Float(rate * sum / weight) : 0))
    guard depth > 0, weight > 0, let split = bestSplit(rows, sum, weight) else { return index }
    let bins = binned.bins[split.feature]
    nodes[index].feature = split.feature
    nodes[index].threshold = binned.cuts[split.feature][split.cut]
    nodes[index].below = grow(rows.filter { Int(bins[$0]) <= split.cut }, depth: depth - 1)
    nodes[index].above = grow(rows.filter { Int(bins[$0]) > split.cut }, depth: depth - 1)
    return index
  }

  /// The split that lowers the squared error most: the one with the largest Σ sum² / weight of its two parts.
  private func bestSplit(_ rows: [Int], _ total: Double, _ totalWeight: Double) -> (feature: Int, cut: Int)? {
    var best: (feature: Int, cut: Int)?
    var bestGain = total * total / totalWeight + 1e-15
    var sums = [Double](repeating: 0, count: 32)
    var binWeights = [Double](repeating: 0, count: 32)
    for feature in binned.cuts.indices where !binned.cuts[feature].isEmpty {
      let bins = binned.bins[feature]
      let cuts = binned.cuts[feature].count
      for bin in 0...cuts { (sums[bin], binWeights[bin]) = (0, 0) }
      for row in rows {
        sums[Int(bins[row])] += weights[row] * residuals[row]
        binWeights[Int(bins[row])] += weights[row]
      }
      var (sum, weight) = (0.0, 0.0)
      for cut in 0..<cuts {
        sum += sums[cut]
        weight += binWeights[cut]
        let rest = totalWeight - weight
        guard weight >= leastWeight, rest >= leastWeight, weight > 0, rest > 0 else { continue }
        let gain = sum * sum / weight + (total - sum) * (total - sum) / rest
        if gain > bestGain { (best, bestGain) = ((feature, cut), gain) }
      }
    }
    return best
  }
}
