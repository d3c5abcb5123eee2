import Foundation
import OFASpace

/// What an accuracy predictor sees of a subnet: the space's one-hot encoding, and two features of the whole network.
///
///     encoding · ln(multiply-accumulates) · ln(parameters)
///
/// Accuracy grows with the logarithm of size, which sums of one-hot features cannot express; with the two a linear predictor
/// needs far fewer samples. Fitting and searching use the same features by using this.
public struct SubnetFeatures: Sendable {
  private let costs: CostModel

  /// The features of a space's subnets at the space's own resolutions.
  ///
  /// - Throws: never for a space by itself; what ``CostModel`` throws.
  public init(_ space: SearchSpace) throws { costs = try CostModel(space) }

  /// How many features a subnet has.
  public var count: Int { costs.space.encodingSize + 2 }

  /// A subnet's features.
  ///
  /// - Precondition: canonical, at one of the space's resolutions.
  public func features(of subnet: Subnet) -> [Float] {
    let prices = costs.prices(of: subnet)
    var features = costs.space.encoding(of: subnet)
    features.append(Float(log(Double(prices.multiplyAccumulates))))
    features.append(Float(log(Double(prices.parameters))))
    return features
  }
}
