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
  private enum Layout {
    case own(CostModel)
    case groups([SearchSpace.FeatureGroup], resolutions: [Int])
  }

  private let space: SearchSpace
  private let layout: Layout
  /// How many features a subnet has.
  public let count: Int

  /// The features of a space's subnets at the space's resolutions: those that a predictor reads, the space's own unless
  /// there is one that reads others.
  ///
  /// - Throws: `.badData` for a group of features that is not known.
  public init(_ space: SearchSpace, for predictor: AccuracyPredictor? = nil) throws {
    self.space = space
    guard let predictor, let names = predictor.layout else {
      layout = .own(try CostModel(space))
      count = space.encodingSize + 2
      return
    }
    let groups = try names.map { name in
      let group = SearchSpace.FeatureGroup(rawValue: name)
      guard space.knows(group) else {
        throw Failure(.badData, "the predictor reads features \"\(name)\", which are not known; get a newer program")
      }
      return group
    }
    layout = .groups(groups, resolutions: predictor.resolutions)
    var subnet = space.smallest
    subnet.resolution = predictor.resolutions[0]
    count = space.encoding(of: subnet, groups, resolutions: predictor.resolutions).count
  }

  /// A subnet's features.
  ///
  /// - Precondition: canonical, at one of the resolutions.
  public func features(of subnet: Subnet) -> [Float] {
    switch layout {
    case .groups(let groups, let resolutions): return space.encoding(of: subnet, groups, resolutions: resolutions)
    case .own(let costs):
      let prices = costs.prices(of: subnet)
      var features = space.encoding(of: subnet)
      features.append(Float(log(Double(prices.multiplyAccumulates))))
      features.append(Float(log(Double(prices.parameters))))
      return features
    }
  }
}
