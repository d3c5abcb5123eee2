import OFAFormats
import OFASpace

/// How long a run trains.
public enum TrainingBudget: Hashable, Sendable {
  /// As many passes over the training images, over all phases. Equal runs give equal bytes.
  case epochs(Int)
  /// A time, evaluations at the end included. How far the learning rates have come is read off the clock.
  case time(Duration)

  /// How many epochs there may be: more than anybody waits for, so few that their steps can be counted.
  public static let possibleEpochs = 1...1_000_000
}

/// All that decides what a run computes: `config.json` of its folder.
///
/// The number of threads is not in it, as nothing depends on it.
public struct RunConfiguration: VersionedDocument, Hashable, Sendable {
  /// The document's name.
  public static var format: String { "ofa-run" }
  /// The document's newest version.
  public static var currentVersion: Int { 2 }

  /// The search space, adapted to the data.
  public var space: SearchSpace
  /// The recipe.
  public var recipe: Recipe
  /// How long it trains.
  public var budget: TrainingBudget
  /// The seed of every random draw.
  public var seed: UInt64
  /// Where the images come from: a folder, or the name of a built-in set.
  public var data: String
  /// The number of training images, held-out ones left out.
  public var trainingImages: Int
  /// The number of held-out images.
  public var heldOutImages: Int
  /// The model whose weights the run begins with; none: it begins with drawn ones.
  public var from: String?
  /// The subnet of that model which the space is; none: all of it.
  public var subnet: String?
  /// How many shards a batch is cut into, each with statistics of its own; none: one.
  public var shards: Int?

  /// How many shards a batch is cut into.
  var shardCount: Int { shards ?? 1 }

  /// A configuration of its parts.
  public init(
    space: SearchSpace, recipe: Recipe, budget: TrainingBudget, seed: UInt64, data: String, trainingImages: Int,
    heldOutImages: Int, from: String? = nil, subnet: String? = nil, shards: Int? = nil
  ) {
    self.space = space
    self.recipe = recipe
    self.budget = budget
    self.seed = seed
    self.data = data
    self.trainingImages = trainingImages
    self.heldOutImages = heldOutImages
    self.from = from
    self.subnet = subnet
    self.shards = shards
  }

  /// The name of the first part in which another configuration differs, or nil where none does.
  func firstDifference(from other: RunConfiguration) -> String? {
    if space != other.space { return "space" }
    if recipe != other.recipe { return "recipe" }
    if budget != other.budget { return "budget" }
    if seed != other.seed { return "seed" }
    if data != other.data { return "data" }
    if trainingImages != other.trainingImages { return "trainingImages" }
    if heldOutImages != other.heldOutImages { return "heldOutImages" }
    if from != other.from { return "from" }
    if subnet != other.subnet { return "subnet" }
    if shardCount != other.shardCount { return "shards" }
    return nil
  }
}

extension TrainingBudget: Codable {
  private enum CodingKeys: String, CodingKey { case epochs, timeSeconds }

  /// Decodes `{"epochs": 30}` or `{"timeSeconds": 5400}`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let epochs = try container.decodeIfPresent(Int.self, forKey: .epochs) {
      guard Self.possibleEpochs.contains(epochs) else {
        throw DecodingError.dataCorruptedError(
          forKey: .epochs, in: container,
          debugDescription: "\(epochs) is not from 1 to \(Self.possibleEpochs.upperBound)")
      }
      self = .epochs(epochs)
    } else {
      let seconds = try container.decode(Double.self, forKey: .timeSeconds)
      guard let time = Duration(span: seconds) else {
        throw DecodingError.dataCorruptedError(
          forKey: .timeSeconds, in: container,
          debugDescription: "\(seconds) is no time at all, or more than a thousand years")
      }
      self = .time(time)
    }
  }

  /// Encodes one key with the amount.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .epochs(let epochs): try container.encode(epochs, forKey: .epochs)
    case .time(let duration): try container.encode(duration.seconds, forKey: .timeSeconds)
    }
  }
}

extension Duration {
  /// The span in seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
