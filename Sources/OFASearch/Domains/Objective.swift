import OFAFormats
import OFAHardware

/// What is sought of subnets: more or less of something.
public struct Objective: Hashable, Sendable {
  /// What more or less is sought of.
  public enum Subject: Hashable, Sendable {
    /// The share of images that are classified rightly.
    case accuracy
    /// What a subnet costs; of latencies the slowest device's.
    case cost(Quantity)
  }

  /// What more or less is sought of.
  public var subject: Subject
  /// Whether more of it is sought.
  public var isMaximized: Bool

  /// More or less of something is sought.
  public init(_ subject: Subject, isMaximized: Bool) {
    (self.subject, self.isMaximized) = (subject, isMaximized)
  }

  /// The most accurate subnet is sought.
  public static let accuracy = Objective(.accuracy, isMaximized: true)

  /// The cost, where it is one.
  public var quantity: Quantity? {
    guard case .cost(let quantity) = subject else { return nil }
    return quantity
  }
}

extension Objective.Subject {
  /// What subnets can be compared by, in the words of a command.
  public static let names = ["accuracy"] + Quantity.allCases.map(\.word)

  /// What is called so, such as `accuracy`, `latency` or `macs`.
  ///
  /// - Throws: `.usage` for any other name, with those there are.
  public init(named name: String, at place: String) throws {
    if name == "accuracy" {
      self = .accuracy
    } else if let quantity = Quantity(word: name) {
      self = .cost(quantity)
    } else {
      throw Failure(
        .usage, "unknown quantity \"\(name)\"; there is: \(Self.names.joined(separator: ", "))", at: place)
    }
  }
}
