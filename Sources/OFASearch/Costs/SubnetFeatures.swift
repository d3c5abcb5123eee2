import Foundation
import OFAFormats
import OFARegression
import OFASpace

/// What an accuracy predictor sees of a subnet: the space's one-hot encoding, and two features of the whole network,
///
///     encoding · ln(multiply-accumulates) · ln(parameters)
///
/// or the groups of one-hot features that a predictor which was trained elsewhere reads.
///
/// Accuracy grows with the logarithm of size, which sums of one-hot features cannot express; with the two a linear
/// predictor needs far fewer samples. Fitting and searching use the same features by using this.
public struct SubnetFeatures: Sendable {
  /// The one-hot features.
  let encoding: SubnetEncoding
  /// What tells the features of the whole network; nil where a predictor reads none.
  private let costs: CostModel?
  /// How many features a subnet has.
  public var count: Int { encoding.count + (costs == nil ? 0 : 2) }

  /// The features of a space's subnets: those that a predictor reads, at the resolutions that it knows; without one the
  /// space's own.
  ///
  /// - Throws: `.badData` for a group of features that is not known.
  public init(_ space: SearchSpace, for predictor: AccuracyPredictor? = nil) throws {
    guard let predictor, let names = predictor.layout else {
      costs = try CostModel(space)
      encoding = space.encoding(resolutions: predictor?.resolutions ?? space.resolutions)
      return
    }
    let groups = try names.map { name in
      let group = SearchSpace.FeatureGroup(rawValue: name)
      guard space.knows(group) else {
        throw Failure(.badData, "the predictor reads features \"\(name)\", which are not known; get a newer program")
      }
      return group
    }
    costs = nil
    encoding = SubnetEncoding(space, groups, resolutions: predictor.resolutions)
  }

  /// A subnet's features.
  ///
  /// - Precondition: canonical, at one of the resolutions.
  public func features(of subnet: Subnet) -> [Float] {
    encoding.features(of: subnet) + (costs.map { Self.sizes(of: $0.prices(of: subnet)) } ?? [])
  }

  /// The two features of the whole network.
  static func sizes(of prices: Prices) -> [Float] {
    [Float(log(Double(prices.multiplyAccumulates))), Float(log(Double(prices.parameters)))]
  }
}
