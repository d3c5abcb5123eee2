import Foundation
import OFAFormats
import OFAGraph
import OFARegression

/// What layers take in time on one device, fitted to the latencies of whole networks.
///
/// Layers of one kind, kernel size and stride are a group, and each group has five rates. A layer takes
///
///     10⁻⁶ · ( rate · 1 + rate · multiply-accumulates + rate · inputs + rate · outputs + rate · weights ) · factor
///     factor = max(0, 1 + trees(layer)),   1 without trees
///
/// milliseconds. A network is the sum over its layers, hence over its blocks: a search prices it as it does a table.
///
/// - Note: nn-Meter, 2021, predicts kernels by random forests of like features, each kernel timed by itself. Here only
///   whole networks are timed, which is why a layer's part has to be simple.
public struct LayerLatency: Hashable, Sendable {
  /// Layers that share their rates.
  public struct Group: Hashable, Sendable, Comparable {
    /// The kind.
    public var kind: String
    /// The side of the windows.
    public var kernelSize: Int
    /// The distance of neighbouring windows.
    public var stride: Int

    /// The group of a layer.
    public init(of layer: Layer) { (kind, kernelSize, stride) = (layer.kind, layer.kernelSize, layer.stride) }

    init(kind: String, kernelSize: Int, stride: Int) {
      (self.kind, self.kernelSize, self.stride) = (kind, kernelSize, stride)
    }

    /// The order of groups in a profile: by kind, then kernel, then stride.
    public static func < (left: Group, right: Group) -> Bool {
      (left.kind, left.kernelSize, left.stride) < (right.kind, right.kernelSize, right.stride)
    }
  }

  /// How many numbers a layer has that rates are of.
  public static let termCount = 5

  /// What a group's rates are multiplied with: 1, multiply-accumulates, inputs, outputs, weights.
  public static func terms(of layer: Layer) -> [Double] {
    let amounts = layer.amounts
    return [1, amounts.multiplyAccumulates, amounts.inputs, amounts.outputs, amounts.weights]
  }

  /// The groups in ascending order.
  public let groups: [Group]
  /// For each group ``termCount`` rates in nanoseconds, in the order of ``terms(of:)``.
  public let rates: [[Double]]
  /// The relative change of a layer's time by its ``features(of:)``; nil where the rates are all.
  public let trees: BoostedTrees?
  /// How far what layers of one block take together is off, as a part of it: the standard deviation; nil where it is
  /// not known.
  public var relativeDeviation: Double?
  private let places: [Group: Int]

  /// What groups of layers take.
  ///
  /// - Precondition: distinct groups, each with ``termCount`` rates of zero or more; trees read
  ///   ``featureCount`` features.
  public init(rates: [Group: [Double]], trees: BoostedTrees? = nil) {
    precondition(rates.values.allSatisfy { $0.count == Self.termCount })
    groups = rates.keys.sorted()
    self.rates = groups.map { rates[$0] ?? [] }
    self.trees = trees
    places = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($1, $0) })
  }

  /// What a layer takes by its group's rates alone.
  ///
  /// - Throws: `.badData` when no layer of its group was in the networks of the fit.
  public func ratedMilliseconds(of layer: Layer) throws -> Double {
    zip(rates[try place(of: layer)], Self.terms(of: layer)).reduce(0) { $0 + 1e-6 * $1.0 * $1.1 }
  }

  /// What a layer takes.
  ///
  /// - Throws: as ``ratedMilliseconds(of:)``.
  public func milliseconds(of layer: Layer) throws -> Double {
    let milliseconds = try ratedMilliseconds(of: layer)
    guard let trees else { return milliseconds }
    return milliseconds * max(0, 1 + trees.prediction(for: try features(of: layer)[...]))
  }

  /// What layers take together.
  ///
  /// - Throws: as ``ratedMilliseconds(of:)``.
  public func milliseconds(of layers: [Layer]) throws -> Double {
    try layers.reduce(0) { $0 + (try milliseconds(of: $1)) }
  }

  /// What layers of one block take together as an entry of a table.
  ///
  /// - Parameters:
  ///   - layers: the block's, in any order.
  ///   - count: how many measurements are known of.
  /// - Throws: as ``ratedMilliseconds(of:)``.
  public func entry(of layers: [Layer], count: Int? = nil) throws -> LatencyTable.Entry {
    let milliseconds = try milliseconds(of: layers)
    return .mean(milliseconds, deviation: relativeDeviation.map { $0 * milliseconds }, count: count)
  }

  /// How many features trees read of a layer.
  public static let featureCount = 11

  /// What trees read of a layer: its group's place, its sizes, and what its channels are multiples of.
  ///
  /// - Throws: as ``ratedMilliseconds(of:)``.
  public func features(of layer: Layer) throws -> [Double] {
    let multiples = [4, 8, 32].flatMap { factor in
      [layer.inputChannels, layer.outputChannels].map { $0 % factor == 0 ? 1.0 : 0 }
    }
    return [
      Double(try place(of: layer)), Double(layer.outputSize), log2(Double(layer.inputChannels)),
      log2(Double(layer.outputChannels)), log2(1 + layer.amounts.multiplyAccumulates),
    ] + multiples
  }

  private func place(of layer: Layer) throws -> Int {
    let group = Group(of: layer)
    guard let place = places[group] else {
      throw Failure(
        .badData,
        "no layer \"\(group.kind)\" of kernel \(group.kernelSize) and stride \(group.stride) was in the networks that "
          + "the latencies were fitted to; fit them to networks that have some")
    }
    return place
  }
}

extension LayerLatency: Codable {
  private enum Key: String, CodingKey { case rates, trees, relativeDeviation }

  /// A group and its rates.
  private struct Line: Codable {
    var kind: String
    var kernelSize, stride: Int
    var nanosecondsPerLayer, nanosecondsPerMultiplyAccumulate, nanosecondsPerInput: Double
    var nanosecondsPerOutput, nanosecondsPerWeight: Double
  }

  /// Reads the groups and their rates.
  ///
  /// - Throws: for a second line of one group, a rate that is not a time, and trees of other features.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    var rates: [Group: [Double]] = [:]
    for line in try container.decode([Line].self, forKey: .rates) {
      let values = [
        line.nanosecondsPerLayer, line.nanosecondsPerMultiplyAccumulate, line.nanosecondsPerInput,
        line.nanosecondsPerOutput, line.nanosecondsPerWeight,
      ]
      let group = Group(kind: line.kind, kernelSize: line.kernelSize, stride: line.stride)
      // A week in nanoseconds.
      guard values.allSatisfy({ 0...1e15 ~= $0 }), rates.updateValue(values, forKey: group) == nil else {
        throw DecodingError.dataCorruptedError(
          forKey: .rates, in: container,
          debugDescription: "one line a group with rates in 0…1e15 is expected, not as of \"\(line.kind)\"")
      }
    }
    let trees = try container.decodeIfPresent(BoostedTrees.self, forKey: .trees)
    guard trees?.fits(featureCount: Self.featureCount) ?? true else {
      throw DecodingError.dataCorruptedError(
        forKey: .trees, in: container, debugDescription: "trees of \(Self.featureCount) features are expected")
    }
    self.init(rates: rates, trees: trees)
    relativeDeviation = try container.decodeIfPresent(Double.self, forKey: .relativeDeviation)
    guard 0...1e6 ~= relativeDeviation ?? 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .relativeDeviation, in: container, debugDescription: "a deviation in 0…1e6 is expected")
    }
  }

  /// Writes the groups in order.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(
      zip(groups, rates).map { group, rates in
        Line(
          kind: group.kind, kernelSize: group.kernelSize, stride: group.stride, nanosecondsPerLayer: rates[0],
          nanosecondsPerMultiplyAccumulate: rates[1], nanosecondsPerInput: rates[2], nanosecondsPerOutput: rates[3],
          nanosecondsPerWeight: rates[4])
      }, forKey: .rates)
    try container.encodeIfPresent(trees, forKey: .trees)
    try container.encodeIfPresent(relativeDeviation, forKey: .relativeDeviation)
  }
}
