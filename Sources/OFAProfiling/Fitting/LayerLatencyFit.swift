import Foundation
import OFAFormats
import OFAHardware
import OFANumerics
import OFARegression

/// Fits what layers take to networks that were timed as wholes, for devices that time nothing smaller.
///
/// *Additive.* The least squared relative errors under rates of zero or more and a small ridge penalty; see
/// `LayerLatency` and `NonNegativeRidge`.
///
/// *Trees.* Boosted trees on what the rates leave, as a relative change of each layer. Additive over layers as well.
///
/// *Transfer.* With other networks or devices as sources, few networks of the target do: see ``Source``.
///
/// Which of the first two is taken, how far off it is and how wide the interval of 90 % is come from
/// cross-validation; each network is predicted by a model that did not see it.
public struct LayerLatencyFit {
  /// The target's networks.
  public var networks: [TimedNetwork]
  /// What is known of other networks or devices.
  public var sources: [Source]
  /// The seed of folds and trees.
  public var seed: UInt64
  /// Whether a network takes something beyond its layers. Single blocks, fitted as networks, do not.
  public var hasIntercept = true

  /// The kinds of model.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// Rates alone.
    case additive
    /// Rates, and boosted trees on what they leave.
    case trees
  }

  /// What a fit came to.
  public struct Result {
    /// Which kind of model did best.
    public var kind: Kind
    /// What layers take.
    public var layers: LayerLatency
    /// What a network takes beyond its layers, as a correction, with the error on networks that took no part.
    public var correction: LatencyCorrection
    /// What each network is predicted to take by a model that did not see it, and what it took.
    public var compared: [ComparedNetwork]
  }

  /// The fewest networks that a model is fitted to.
  public static let fewestNetworks = 5
  /// Up to how many networks each is left out alone.
  private static let fewNetworks = 20
  /// The fewest networks that trees are tried on.
  private static let fewestForTrees = 50
  /// Into how many parts more networks are dealt.
  private static let folds = 5
  /// The penalty on each rate's share.
  static let penalty = 1e-4

  /// A fit to networks, with the knowledge of sources.
  public init(networks: [TimedNetwork], sources: [Source] = [], seed: UInt64 = 0) {
    self.networks = networks
    self.sources = sources
    self.seed = seed
  }

  /// Fits.
  ///
  /// - Parameter progress: called with the part that is done; what it throws ends the fit.
  /// - Throws: `.badData` for fewer than ``fewestNetworks`` networks, or for latencies that no layer accounts for.
  /// - Complexity: additive, a second for 2,000 networks; trees, some seconds for each 1,000.
  public func fitted(progress: (Double) throws -> Void = { _ in }) throws -> Result {
    guard networks.count >= Self.fewestNetworks else {
      throw Failure(
        .badData,
        "\(networks.count) networks with a latency are too few for a fit; time at least \(Self.fewestNetworks)")
    }
    let totals = LayerTotals(of: networks + sources.flatMap(\.networks), hasIntercept: hasIntercept)
    let samples = totals.samples(networks)
    let prior = sources.isEmpty ? nil : try SourcePrior(sources, totals: totals)
    let kinds: [Kind] = sources.isEmpty && networks.count >= Self.fewestForTrees ? [.additive, .trees] : [.additive]

    /// The model of each kind, fitted to some of the networks.
    func models(on indices: [Int]) throws -> [Kind: LayerModel] {
      let part = samples.subset(indices)
      let coefficients = prior?.coefficients(for: part) ?? Self.coefficients(for: part)
      let additive = totals.model(coefficients)
      var models = [Kind.additive: additive]
      if kinds.contains(.trees) {
        models[.trees] = try additive.withTrees(on: indices.map { networks[$0] }, seed: seed)
      }
      return models
    }

    var generator = SeededGenerator(seed: seed, stream: "latency folds")
    let count = networks.count <= Self.fewNetworks ? networks.count : Self.folds
    let folds = CrossValidation.folds(count, of: networks.count, using: &generator)
    var predictions = Dictionary(
      uniqueKeysWithValues: kinds.map { ($0, [Double](repeating: 0, count: networks.count)) })
    for (done, fold) in folds.enumerated() {
      try progress(Double(done) / Double(folds.count + 1))
      let left = Set(fold)
      let models = try models(on: networks.indices.filter { !left.contains($0) })
      for (kind, model) in models {
        for index in fold { predictions[kind]?[index] = try model.milliseconds(of: networks[index]) }
      }
    }
    let scales = relativeScales(samples.targets)
    func error(_ kind: Kind) -> Double {
      zip(zip(predictions[kind] ?? [], samples.targets), scales).reduce(0) { sum, pair in
        let left = (pair.0.0 - pair.0.1) / pair.1
        return sum + left * left
      }
    }
    let kind = kinds.min { error($0) < error($1) } ?? .additive
    guard let model = try models(on: Array(networks.indices))[kind], let predicted = predictions[kind] else {
      preconditionFailure("Every kind has a model.")
    }
    var prediction = PredictionError(predicted: predicted, measured: samples.targets)
    prediction.relativeErrorP90 = Statistics.conformalBound(
      zip(predicted, samples.targets).map { abs($0 / $1 - 1) }, share: 0.9)
    guard prediction.relativeErrorP90 <= 1e6, try networks.allSatisfy({ try model.milliseconds(of: $0) > 0 }) else {
      throw Failure(.badData, "the latencies do not follow from the layers; check that each belongs to its network")
    }
    return Result(
      kind: kind, layers: model.layers,
      correction: LatencyCorrection(
        interceptMilliseconds: model.interceptMilliseconds, slope: 1, error: prediction),
      compared: zip(predicted, samples.targets).map {
        ComparedNetwork(predictedMilliseconds: $0, measuredMilliseconds: $1)
      })
  }

  /// The coefficients with the least relative errors.
  static func coefficients(for samples: Samples) -> [Double] {
    NonNegativeRidge(
      fitting: samples, weights: relativeScales(samples.targets).map { 1 / ($0 * $0) }, penalty: penalty
    ).coefficients
  }
}

extension LayerModel {
  /// The model with trees on what its rates leave of some networks' latencies.
  ///
  /// A layer weighs what it takes as a part of its network's latency; the trees' weighted sum is fitted to the relative
  /// remainder.
  fileprivate func withTrees(on networks: [TimedNetwork], seed: UInt64) throws -> LayerModel {
    let scales = relativeScales(networks.map(\.latencyMilliseconds))
    var (rows, weights, groups, targets) = ([Double](), [Double](), [Range<Int>](), [Double]())
    for (network, scale) in zip(networks, scales) {
      // Equal layers are one row.
      let layers = Dictionary(grouping: network.layers) { $0 }.mapValues(\.count)
        .sorted { ($0.key.sortKey).lexicographicallyPrecedes($1.key.sortKey) }
      let start = weights.count
      for (layer, count) in layers {
        rows += try self.layers.features(of: layer)
        weights.append(Double(count) * (try self.layers.ratedMilliseconds(of: layer)) / scale)
      }
      groups.append(start..<weights.count)
      targets.append((network.latencyMilliseconds - (try milliseconds(of: network))) / scale)
    }
    let features = Matrix(rows: weights.count, columns: LayerLatency.featureCount, values: rows)
    let trees = BoostedTrees(
      fittingSumsOf: features, weights: weights, groups: groups, targets: targets, seed: seed)
    let rates = Dictionary(uniqueKeysWithValues: zip(layers.groups, layers.rates))
    return LayerModel(
      layers: LayerLatency(rates: rates, trees: trees), interceptMilliseconds: interceptMilliseconds)
  }
}

extension Layer {
  /// Numbers that tell apart layers of one network, for an order that is the same in every run.
  fileprivate var sortKey: [Int] {
    kind.utf8.map(Int.init) + [-1, inputChannels, outputChannels, kernelSize, stride, inputSize]
  }
}
