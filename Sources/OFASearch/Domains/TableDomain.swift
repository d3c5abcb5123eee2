import Foundation
import OFAFormats
import OFASpace

/// Networks that others have trained and measured, one a row of a table: all that a search asks for is looked up.
///
/// A column of texts says how a network is made. It is cut at `|`, `+`, `,`, `;`, `/` and blanks, and what stands at
/// one place in every row is a decision: `|conv~0|+|skip~0|none~1|` has three. Columns of numbers are what the networks
/// come to. A network that is not in the table, or has no number where one is sought, is one that could not be tried.
///
/// - Note: NAS-Bench-201 is such a table: Dong and Yang, NAS-Bench-201, 2020.
public struct TableDomain: Domain {
  /// What is sought, or bounded, of a column.
  public struct Wish: Hashable, Sendable {
    /// The column's name.
    public var column: String
    /// Whether more is better.
    public var isMaximized: Bool
    /// How far it may go: at least so much where more is better, else at most; nil where it may go as far as it likes.
    public var limit: Double?

    /// A wish for a column.
    public init(_ column: String, isMaximized: Bool, limit: Double? = nil) {
      (self.column, self.isMaximized, self.limit) = (column, isMaximized, limit)
    }
  }

  /// How many threads look rows up; one.
  public let threads = 1
  /// How many objectives a trial has.
  public let objectiveCount: Int
  /// What is chosen, each with its options.
  private let options: [[String]]
  /// The row of each network.
  private let rows: [Subnet: Int]
  private let networks: [Subnet]
  /// The texts that say how each row's network is made.
  private let names: [String]
  /// Of each row what is sought and what is bounded, the less the better; not a number where the table has none.
  private let sought: [[Double]]
  private let excesses: [[Double]]
  /// What tells findings in place of the table.
  private var models: Models?

  /// A table's networks.
  ///
  /// - Parameters:
  ///   - rows: the fields of each row, the columns' names first.
  ///   - wishes: what is sought.
  ///   - bounds: what must be kept.
  ///   - place: what the table is called in errors, usually its path.
  /// - Throws: `.badData` for a table without a column of texts that make the networks, with two rows for one, or with
  ///   more options than a byte counts; `.usage` for a column that it does not have.
  public init(_ rows: [[String]], wishes: [Wish], bounds: [Wish] = [], at place: String) throws {
    objectiveCount = wishes.count
    let header = rows.first ?? []
    let body = rows.dropFirst()
    if let row = body.firstIndex(where: { $0.count != header.count }) {
      throw Failure(
        .badData, "row \(row) has \(rows[row].count) fields, the first row names \(header.count)", at: place)
    }
    func column(_ wish: Wish) throws -> [Double] {
      guard let index = header.firstIndex(of: wish.column) else {
        throw Failure(
          .usage, "it has no column \"\(wish.column)\"; there is: \(header.joined(separator: ", "))", at: place)
      }
      return body.map { row in
        guard let value = Double(row[index]), value.isFinite else { return .nan }
        return wish.isMaximized ? -value : value
      }
    }
    let sought = try wishes.map(column)
    self.sought = (0..<body.count).map { row in sought.map { $0[row] } }
    let bounded = try bounds.map { wish in
      let limit = (wish.limit ?? .infinity) * (wish.isMaximized ? -1 : 1)
      return try column(wish).map { ($0 - limit) / max(abs(limit), 1e-12) }
    }
    excesses = (0..<body.count).map { row in bounded.map { $0[row] } }

    let made = try Self.made(header.indices.map { column in body.map { $0[column] } }, at: place)
    names = made.names
    options = (made.parts.first ?? []).indices.map { place in
      var seen: Set<String> = []
      return made.parts.map { $0[place] }.filter { seen.insert($0).inserted }.sorted()
    }
    guard options.allSatisfy({ $0.count <= 256 }) else {
      throw Failure(.badData, "a place of its networks' texts has more than 256 options", at: place)
    }
    let numbers = options.map { Dictionary(uniqueKeysWithValues: $0.enumerated().map { ($1, UInt8($0)) }) }
    networks = made.parts.map { parts in
      Subnet(resolution: 0, options: zip(parts, numbers).map { $1[$0] ?? 0 })
    }
    self.rows = Dictionary(networks.enumerated().map { ($1, $0) }) { first, _ in first }
    guard self.rows.count == networks.count else { throw Failure(.badData, "two rows are of one network", at: place) }
  }

  /// The texts that make the networks, and their parts.
  private static func made(_ columns: [[String]], at place: String) throws -> (names: [String], parts: [[String]]) {
    let separators = Set<Character>("|+,;/ ")
    for texts in columns {
      guard let first = texts.first, Double(first) == nil else { continue }
      let parts = texts.map { $0.split { separators.contains($0) }.map(String.init) }
      let count = parts[0].count
      if count > 0, parts.allSatisfy({ $0.count == count }), Set(texts).count == texts.count { return (texts, parts) }
    }
    throw Failure(
      .badData, "no column of texts says how each network is made, with as many parts in every row", at: place)
  }

  /// The text that says how a network is made, and its row counted from 0; nil for one that the table does not have.
  public func row(of subnet: Subnet) -> (name: String, index: Int)? { rows[subnet].map { (names[$0], $0) } }

  /// Which of the bounded values are sums, by their places in a trial.
  public var additivePlaces: [Int] { [] }
  /// Networks that are worth starting from.
  public var seeds: [Subnet] { [] }
  /// All networks; nil where they are too many to be looked at each.
  public var all: (any RandomAccessCollection<Subnet>)? { networks }

  /// What the networks come to, in order; nil where that could not be found out.
  public func trials(of subnets: [Subnet]) -> [Trial?] {
    if let models {
      return zip(subnets, models.findings(subnets.map(features))).map { subnet, findings in
        Trial(
          subnet, objectives: Array(findings.prefix(objectiveCount)),
          excesses: Array(findings.dropFirst(objectiveCount)))
      }
    }
    return subnets.map { subnet in
      guard let row = rows[subnet] else { return nil }
      let trial = Trial(subnet, objectives: sought[row], excesses: excesses[row])
      return (trial.objectives + trial.excesses).contains { $0.isNaN } ? nil : trial
    }
  }

  /// Whether the table has it: what it comes to is not known before it is tried.
  public func admits(_ subnet: Subnet) -> Bool { rows[subnet] != nil }

  /// A random network, one that is admitted where that can be had.
  public func randomSubnet(using generator: inout some RandomNumberGenerator) -> Subnet {
    networks[Int.random(in: 0..<networks.count, using: &generator)]
  }

  /// The network with some choices drawn anew, each with a probability.
  public func mutated(
    _ subnet: Subnet, probability: Double, using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    var result = subnet
    for (place, options) in options.enumerated() where Double.random(in: 0..<1, using: &generator) < probability {
      result[place] = Int.random(in: 0..<options.count, using: &generator)
    }
    return result
  }

  /// A network that has each choice from one of two.
  public func crossed(
    _ first: Subnet, _ second: Subnet, using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    var result = first
    for place in options.indices where Bool.random(using: &generator) { result[place] = second[place] }
    return result
  }

  /// The network, with as many of its choices replaced by another's as it takes to be admitted.
  public func admitted(
    _ subnet: Subnet, toward other: Subnet, using generator: inout some RandomNumberGenerator
  ) -> Subnet {
    admits(subnet) ? subnet : other
  }

  /// All networks that differ in one choice.
  public func neighbours(of subnet: Subnet) -> [Subnet] {
    options.indices.flatMap { place in
      options[place].indices.filter { $0 != subnet[place] }.map { option in
        var result = subnet
        result[place] = option
        return result
      }
    }
  }

  /// A network with the changes that two others make to one; nil where both change the same.
  public func combined(_ first: Subnet, _ second: Subnet, from start: Subnet) -> Subnet? {
    start.combined(first, second)
  }

  /// What models may learn from of a network: its choices, each option 0 or 1.
  public func features(of subnet: Subnet) -> [Float] {
    options.enumerated().flatMap { place, options in options.indices.map { $0 == subnet[place] ? 1 : 0 } }
  }

  /// All that the table tells.
  public func findings(_ trial: Trial) -> [Double] { trial.objectives + trial.excesses }

  /// The same networks, of which models tell what the table would.
  public func expecting(_ models: Models) -> TableDomain {
    var result = self
    result.models = models
    return result
  }
}
