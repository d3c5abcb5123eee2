import OFANumerics

/// A fitted model of one of the kinds that compete in cross-validation.
public enum Regression: Hashable, Sendable {
  /// Linear on the features.
  case ridge(Ridge)
  /// Small neural networks.
  case perceptrons(PerceptronEnsemble)
  /// Boosted regression trees.
  case trees(BoostedTrees)

  /// The kinds of model.
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

  /// What kind of model it is.
  public var kind: Kind {
    switch self {
    case .ridge: .ridge
    case .perceptrons: .perceptrons
    case .trees: .trees
    }
  }

  /// One prediction a row.
  public func predictions(for features: Matrix) -> [Double] {
    switch self {
    case .ridge(let model): model.predictions(for: features)
    case .perceptrons(let model): model.predictions(for: features)
    case .trees(let model): model.predictions(for: features)
    }
  }
}

extension Regression: Codable {
  private enum Key: String, CodingKey { case kind, model }

  /// Reads the kind, then the model.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    switch try container.decode(Kind.self, forKey: .kind) {
    case .ridge: self = .ridge(try container.decode(Ridge.self, forKey: .model))
    case .perceptrons: self = .perceptrons(try container.decode(PerceptronEnsemble.self, forKey: .model))
    case .trees: self = .trees(try container.decode(BoostedTrees.self, forKey: .model))
    }
  }

  /// Writes the kind, then the model.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind, forKey: .kind)
    switch self {
    case .ridge(let model): try container.encode(model, forKey: .model)
    case .perceptrons(let model): try container.encode(model, forKey: .model)
    case .trees(let model): try container.encode(model, forKey: .model)
    }
  }
}
