import OFANumerics

/// What predicts a number for a row of features.
public protocol RegressionModel: Hashable, Sendable, Codable {
  /// One prediction a row.
  ///
  /// - Precondition: rows of as many features as it fits.
  func predictions(for features: Matrix) -> [Double]

  /// The standard deviation of a target about its prediction, one a row; nil of a model that does not know.
  ///
  /// - Precondition: as for ``predictions(for:)``.
  func deviations(for features: Matrix) -> [Double]?

  /// Whether its numbers fit together, and it can predict rows of so many features. True of what was fitted to such
  /// rows; what was read is to be asked.
  func fits(featureCount: Int) -> Bool
}

extension RegressionModel {
  /// Most models do not know.
  public func deviations(for features: Matrix) -> [Double]? { nil }
}

/// A model that is fitted to samples.
public protocol FittedModel: RegressionModel {
  /// Fits a model; equal samples and seed give equal models.
  init(fitting samples: Samples, seed: UInt64)
}

/// A model of one of the kinds that compete in cross-validation, or a network that was trained elsewhere.
public enum Regression: Hashable, Sendable {
  /// Linear on the features.
  case ridge(Ridge)
  /// By likeness to the samples.
  case gaussianProcess(GaussianProcess)
  /// Small neural networks.
  case perceptrons(PerceptronEnsemble)
  /// Boosted regression trees.
  case trees(BoostedTrees)
  /// A network that was trained elsewhere, on the features as they are.
  case network(Perceptron)

  /// The kinds of model that can be fitted.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// See ``Ridge``.
    case ridge
    /// See ``GaussianProcess``.
    case gaussianProcess
    /// See ``PerceptronEnsemble``.
    case perceptrons
    /// See ``BoostedTrees``.
    case trees
  }

  /// The kinds from the fastest to the slowest, for models that were fitted to so many samples.
  ///
  /// Of 147 features one thread of a processor with AVX-512 predicts about 650,000 rows a second by a ridge, 200,000 by
  /// perceptrons, 80,000 by trees, and 250,000 by a Gaussian process of 250 samples, 85,000 by one of 1,000.
  static func fastestFirst(samples: Int) -> [Kind] {
    samples <= 400
      ? [.ridge, .gaussianProcess, .perceptrons, .trees] : [.ridge, .perceptrons, .gaussianProcess, .trees]
  }

  /// Fits a model; equal samples and seed give equal models.
  public init(_ kind: Kind, fitting samples: Samples, seed: UInt64) {
    switch kind {
    case .ridge: self = .ridge(Ridge(fitting: samples, seed: seed))
    case .gaussianProcess: self = .gaussianProcess(GaussianProcess(fitting: samples, seed: seed))
    case .perceptrons: self = .perceptrons(PerceptronEnsemble(fitting: samples, seed: seed))
    case .trees: self = .trees(BoostedTrees(fitting: samples, seed: seed))
    }
  }

  /// What kind of model was fitted; nil for a network that was trained elsewhere.
  public var kind: Kind? {
    switch self {
    case .ridge: .ridge
    case .gaussianProcess: .gaussianProcess
    case .perceptrons: .perceptrons
    case .trees: .trees
    case .network: nil
    }
  }

  /// The model itself.
  public var model: any RegressionModel {
    switch self {
    case .ridge(let model): model
    case .gaussianProcess(let model): model
    case .perceptrons(let model): model
    case .trees(let model): model
    case .network(let model): model
    }
  }

  /// One prediction a row.
  public func predictions(for features: Matrix) -> [Double] { model.predictions(for: features) }
}

extension Regression: Codable {
  private enum Key: String, CodingKey { case kind, model }
  /// The kind of a network that was trained elsewhere, beside those of ``Kind``.
  private static let network = "network"

  /// Reads the kind, then the model.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    if try container.decode(String.self, forKey: .kind) == Self.network {
      self = .network(try container.decode(Perceptron.self, forKey: .model))
      return
    }
    switch try container.decode(Kind.self, forKey: .kind) {
    case .ridge: self = .ridge(try container.decode(Ridge.self, forKey: .model))
    case .gaussianProcess: self = .gaussianProcess(try container.decode(GaussianProcess.self, forKey: .model))
    case .perceptrons: self = .perceptrons(try container.decode(PerceptronEnsemble.self, forKey: .model))
    case .trees: self = .trees(try container.decode(BoostedTrees.self, forKey: .model))
    }
  }

  /// Writes the kind, then the model.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind?.rawValue ?? Self.network, forKey: .kind)
    try container.encode(model, forKey: .model)
  }
}
