import OFANumerics

/// A fitted model: of one of the kinds that compete in cross-validation, or a network that was trained elsewhere.
public enum Regression: Hashable, Sendable {
  /// Linear on the features.
  case ridge(Ridge)
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
    /// See ``PerceptronEnsemble``.
    case perceptrons
    /// See ``BoostedTrees``.
    case trees
  }

  /// Fits a model; equal samples and seed give equal models.
  public init(_ kind: Kind, fitting samples: Samples, seed: UInt64) {
    switch kind {
    case .ridge: self = .ridge(Ridge(fitting: samples))
    case .perceptrons: self = .perceptrons(PerceptronEnsemble(fitting: samples, seed: seed))
    case .trees: self = .trees(BoostedTrees(fitting: samples, seed: seed))
    }
  }

  /// What kind of model was fitted; nil for a network that was trained elsewhere.
  public var kind: Kind? {
    switch self {
    case .ridge: .ridge
    case .perceptrons: .perceptrons
    case .trees: .trees
    case .network: nil
    }
  }

  /// One prediction a row.
  public func predictions(for features: Matrix) -> [Double] {
    switch self {
    case .ridge(let model): model.predictions(for: features)
    case .perceptrons(let model): model.predictions(for: features)
    case .trees(let model): model.predictions(for: features)
    case .network(let model): model.outputs(for: features)
    }
  }

  /// Whether a model that was read can predict rows of so many features.
  func fits(featureCount: Int) -> Bool {
    switch self {
    case .ridge(let model): model.fits(featureCount: featureCount)
    case .perceptrons(let model): model.fits(featureCount: featureCount)
    case .trees(let model): model.fits(featureCount: featureCount)
    case .network(let model): model.inputs == featureCount
    }
  }
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
    case .perceptrons: self = .perceptrons(try container.decode(PerceptronEnsemble.self, forKey: .model))
    case .trees: self = .trees(try container.decode(BoostedTrees.self, forKey: .model))
    }
  }

  /// Writes the kind, then the model.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind?.rawValue ?? Self.network, forKey: .kind)
    switch self {
    case .ridge(let model): try container.encode(model, forKey: .model)
    case .perceptrons(let model): try container.encode(model, forKey: .model)
    case .trees(let model): try container.encode(model, forKey: .model)
    case .network(let model): try container.encode(model, forKey: .model)
    }
  }
}
