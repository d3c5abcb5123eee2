import OFAFormats
import OFAHardware
import OFANumerics
import OFARegression

extension LayerLatencyFit {
  /// Networks that were timed elsewhere: of other families on the same device, or on another device.
  public struct Source: Hashable, Sendable {
    /// The networks with their latencies on one device.
    public var networks: [TimedNetwork]

    /// A source of networks on one device.
    public init(networks: [TimedNetwork]) { self.networks = networks }
  }
}

/// What sources say of a target's rates, for a fit to few of its networks.
///
/// 1. Each source has its own rates c[s], fitted to its networks alone.
/// 2. The target's networks decide a mixture of zero or more of each, c₀ = Σ s  w[s] · c[s], by least relative errors.
///    A device that is like several others, or a slower one of a kind, is found so. Layers that no source has get rates
///    of their own beside it, lest the mixture stand for them.
/// 3. The rates are fitted to the target's networks and to the sources' networks with what c₀ says they take there; the
///    latter count together as ``networksOfSources`` networks. Layers that sources do not have, or that are different
///    here, come from the target.
///
/// - Note: HELP, 2021, learns from ten networks by gradient steps on a network that was trained on the sources; the
///   second step is a linear form of that.
struct SourcePrior {
  /// How many of the target's networks those of all sources count as.
  private static let networksOfSources = 20.0
  /// How many networks of the sources take part in the third step at the most.
  private static let mostNetworks = 1_000
  /// The penalty on each source's share in the mixture.
  private static let penalty = 1e-3

  /// A source's rates each.
  private let rates: [[Double]]
  /// The sources' networks.
  private let rows: Matrix
  /// The columns that are 0 in all of these.
  private let newColumns: [Int]

  /// - Throws: `.badData` for a source of too few networks.
  init(_ sources: [LayerLatencyFit.Source], totals: LayerTotals) throws {
    for source in sources where source.networks.count < LayerLatencyFit.fewestNetworks {
      throw Failure(
        .badData,
        "a source with \(source.networks.count) networks is too small; at least \(LayerLatencyFit.fewestNetworks) are "
          + "expected")
    }
    let samples = sources.map { totals.samples($0.networks) }
    rates = samples.map(LayerLatencyFit.coefficients(for:))
    let all = sources.flatMap(\.networks)
    let step = (all.count + Self.mostNetworks - 1) / Self.mostNetworks
    rows = totals.samples(stride(from: 0, to: all.count, by: step).map { all[$0] }).features
    let known = LayerTotals(of: all).groups
    newColumns = totals.groups.indices.filter { !known.contains(totals.groups[$0]) }.flatMap { group in
      (0..<LayerLatency.termCount).map { LayerLatency.termCount * group + $0 }
    }
  }

  /// The target's coefficients.
  func coefficients(for samples: Samples) -> [Double] {
    let scales = relativeScales(samples.targets)
    let weights = scales.map { 1 / ($0 * $0) }
    let said = samples.features * Matrix(rates).transposed
    let columns = (0..<samples.count).map { row in said[row: row] + newColumns.map { samples.features[row, $0] } }
    let shares = NonNegativeRidge(
      fitting: Samples(features: Matrix(columns.map(Array.init)), targets: samples.targets), weights: weights,
      penalty: Self.penalty
    ).coefficients
    let mixture = (0..<samples.features.columns).map { column in
      zip(shares, rates).reduce(0) { $0 + $1.0 * $1.1[column] }
    }
    let expected = (rows * Matrix(column: mixture)).values
    let known = expected.indices.filter { expected[$0] > 0 }
    guard !known.isEmpty else { return LayerLatencyFit.coefficients(for: samples) }
    let knownScales = relativeScales(known.map { expected[$0] })
    let share = Self.networksOfSources / Double(known.count)
    let joint = Samples(
      features: Matrix(
        rows: samples.count + known.count, columns: samples.features.columns,
        values: samples.features.values + known.flatMap { rows[row: $0] }),
      targets: samples.targets + known.map { expected[$0] })
    return NonNegativeRidge(
      fitting: joint, weights: weights + knownScales.map { share / ($0 * $0) }, penalty: LayerLatencyFit.penalty
    ).coefficients
  }
}
