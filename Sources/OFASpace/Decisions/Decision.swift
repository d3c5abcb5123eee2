/// One thing that the subnets of a space choose: ordered options, of which a subnet has one.
///
/// A space is a list of decisions, and a subnet the place of an option for each. What draws, mutates, crosses, counts
/// and lists subnets, or makes features of them, is a loop over decisions: it knows nothing of depths or kernels.
public struct Decision: Hashable, Sendable {
  /// Of what kind it is.
  public let kind: Kind
  /// Whose it is: a stage, a block, or the whole subnet's.
  public let owner: String
  /// What there is to choose from: numbers ascend.
  public let options: [Option]
  /// When a subnet has it at all; nil: always.
  public let condition: Condition?

  /// One thing to choose, as it stands in a subnet's JSON.
  public enum Option: Hashable, Sendable {
    /// A depth, a size, a ratio.
    case number(Double)
    /// A name.
    case word(String)
  }

  /// That an earlier decision chose an option from some place on.
  public struct Condition: Hashable, Sendable {
    /// The place of the earlier decision in the space.
    public let decision: Int
    /// The least place among its options.
    public let least: Int
  }

  /// What decisions may be about.
  public struct Kind: Hashable, Sendable {
    /// The key of a subnet's JSON under which its options stand in a list, such as `kernelSizes`.
    public let list: String
    /// What one is called in messages.
    public let noun: String
    /// What the list has an entry for each of, in messages.
    public let owners: String
    /// The group of a predictor's features that has one for each option; nil where what is there says it all.
    public let features: String?
    /// What leads its options in a subnet's id, a digit each; nil where the id says them otherwise, as it does depths,
    /// kernel sizes and expand ratios.
    public let mark: String?
    /// How what is no option is read.
    public let reading: Reading

    /// A kind of decision.
    public init(
      list: String, noun: String, owners: String, features: String?, mark: String? = nil, reading: Reading = .exact
    ) {
      (self.list, self.noun, self.owners) = (list, noun, owners)
      (self.features, self.mark, self.reading) = (features, mark, reading)
    }
  }

  /// How what is no option is read.
  public enum Reading: Hashable, Sendable {
    /// Not at all.
    case exact
    /// What is above the last option as that.
    case clamped
    /// What is below the last option as the first, what is above it as that.
    case flag
  }
}

extension Decision.Kind {
  /// How many of a stage's blocks there are beyond those that are always there.
  public static let depth = Decision.Kind(
    list: "depths", noun: "depth", owners: "stages", features: nil, reading: .clamped)
  /// Whether a deep stem's second convolution is kept.
  public static let stem = Decision.Kind(
    list: "depths", noun: "depth", owners: "stages with its stem", features: "stem", mark: "s", reading: .flag)
  /// A block's kernel size.
  public static let kernelSize = Decision.Kind(
    list: "kernelSizes", noun: "kernel size", owners: "blocks", features: "kernelSizes")
  /// A block's ratio of middle to input or output channels.
  public static let expandRatio = Decision.Kind(
    list: "expandRatios", noun: "expand ratio", owners: "blocks", features: "expandRatios")
  /// The output channels of a part, by their place among those that there are.
  public static let width = Decision.Kind(
    list: "widthIndices", noun: "width index", owners: "elastic widths", features: "widthIndices", mark: "w")
}

extension Decision.Option: CustomStringConvertible {
  /// A whole number.
  package static func whole(_ number: Int) -> Self { .number(Double(number)) }

  /// As people write it.
  public var description: String {
    switch self {
    case .number(let number): shortest(number)
    case .word(let word): word
    }
  }

  /// The number that it is, if it is one.
  public var number: Double? {
    if case .number(let number) = self { number } else { nil }
  }

  /// Whether it is a number without a fraction.
  var isWhole: Bool { number.map { $0 == $0.rounded() } ?? false }
}

extension Decision.Option: Codable {
  /// Reads a number or a name.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let word = try? container.decode(String.self) {
      self = .word(word)
    } else {
      self = .number(try container.decode(Double.self))
    }
  }

  /// Writes a number or a name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let number): try container.encode(number)
    case .word(let word): try container.encode(word)
    }
  }
}

extension Decision {
  /// The place of the option that a value is read as; nil for what is none.
  func place(of value: Option) -> Int? {
    let reachesLast = value.isWhole && value.number ?? 0 >= options.last?.number ?? .infinity
    return switch kind.reading {
    case .exact: options.firstIndex(of: value)
    case .clamped: reachesLast ? options.count - 1 : options.firstIndex(of: value)
    case .flag: reachesLast ? options.count - 1 : 0
    }
  }
}
