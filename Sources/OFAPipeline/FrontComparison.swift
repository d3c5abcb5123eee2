import Foundation
import OFAFormats
import OFAHardware
import OFAReport
import OFASearch
import OFASpace

/// Compares fronts of accuracy and one cost: of searches, of devices, or of others' tables.
///
/// Fronts are compared by the area that they dominate, their hypervolume. All have the same reference, the least
/// accuracy and the greatest cost of any of their points, so one front alone says little.
public struct FrontComparison {
  /// The fronts' paths: lines in JSON, as a search writes them, or comma-separated values with the columns' names
  /// first.
  public var fronts: [String]
  /// The key of the cost, or where no such key is common to all points, one of `latency`, `macs`, `parameters`,
  /// `memory` and `storage`; latency unless given, where all points have one, else multiply-accumulates.
  public var cost: String?
  /// The key of the accuracy; unless given, the first that all points have of the usual ones.
  public var accuracy: String?
  /// Where to write a page that shows them together.
  public var page: Output?
  /// The command that compares, for the page.
  public var origin: Origin?

  /// A front beside the others.
  public struct Line: Hashable, Sendable, Encodable {
    /// The front's path.
    public var file: String
    /// How many points its file has.
    public var points: Int
    /// How many of them no other beats.
    public var front: Int
    /// The area that it dominates, in the units of its file multiplied.
    public var hypervolume: Double
    /// The same as a share of what all fronts together dominate, 0…1; nil where that is nothing.
    public var share: Double?

    private enum CodingKeys: String, CodingKey { case file, points, front, hypervolume, share }

    /// Writes all keys, null for no share.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(file, forKey: .file)
      try container.encode(points, forKey: .points)
      try container.encode(front, forKey: .front)
      try container.encode(hypervolume, forKey: .hypervolume)
      try container.encode(share, forKey: .share)
    }

    /// Its row of a table.
    package func row(_ name: String) -> [String] {
      [name, "\(points)", "\(front)", share.map(Measure.fraction.text) ?? "–"]
    }
  }

  /// The columns of a table of lines.
  package static let columns: [Table.Column] = [
    .text("front"), .number("points"), .number("not beaten"), .number("of what all dominate"),
  ]

  /// A comparison of some files.
  public init(_ fronts: [String]) { self.fronts = fronts }

  /// The keys of accuracies, in the order in which they are looked for.
  private static let accuracies = ["heldOutAccuracy", "predictedAccuracy", "topOneAccuracy", "accuracy"]

  /// Compares.
  ///
  /// - Returns: a line a file, in order.
  /// - Throws: `.badData` for a file without points, or points without numbers of at most 1e100 under
  ///   the keys; `.usage` where no key is common to all and none is named.
  public func run() throws -> [Line] {
    try page?.check(for: Page.fileKind)
    let files = try fronts.map { (path: $0, points: try Self.points($0)) }
    let all = files.flatMap(\.points)
    func common(_ keys: [String]) -> String? { keys.first { key in all.allSatisfy { $0[key] != nil } } }
    let named = cost.map { name in common([name]) ?? Quantity(word: name)?.rawValue ?? name }
    guard let costKey = named ?? common(Quantity.allCases.map(\.rawValue)) else {
      throw Failure(.usage, "no cost is common to all points; name a key or a column", at: "`cost`")
    }
    guard let accuracyKey = accuracy ?? common(Self.accuracies) else {
      throw Failure(.usage, "no accuracy is common to all points; name a key or a column", at: "`accuracy`")
    }
    let trials = try files.map { file in
      try file.points.enumerated().map { number, point in
        guard let accuracy = point[accuracyKey], let cost = point[costKey] else {
          let key = point[accuracyKey] == nil ? accuracyKey : costKey
          throw Failure(.badData, "point \(number + 1) has no number \"\(key)\"", at: file.path)
        }
        // Areas are products.
        guard max(abs(accuracy), abs(cost)) <= 1e100 else {
          throw Failure(.badData, "point \(number + 1) has a number beyond 1e100", at: file.path)
        }
        return Trial(Subnet(resolution: number, options: []), objectives: [-accuracy, cost], excesses: [])
      }
    }
    let joined = trials.joined()
    let reference = [0, 1].map { place in joined.map { $0.objectives[place] }.max() ?? 0 }
    let whole = ParetoFront(joined).hypervolume(upTo: reference)
    let fronts = trials.map { ParetoFront($0) }
    let lines = zip(files, fronts).map { file, front in
      let volume = front.hypervolume(upTo: reference)
      return Line(
        file: file.path, points: file.points.count, front: front.trials.count, hypervolume: volume,
        share: whole > 0 ? volume / whole : nil)
    }
    if let page {
      let quantity = Quantity(rawValue: costKey)
      var shown = Page.fronts(
        lines, fronts, cost: Axis(quantity?.noun ?? costKey, quantity.map(\.measure) ?? .number),
        accuracy: Axis(accuracyKey == "heldOutAccuracy" ? "accuracy on held-out images" : "accuracy", .fraction),
        isShare: joined.allSatisfy { 0...1 ~= -$0.objectives[0] }, name: accuracyKey)
      shown.origins = [origin].compactMap(\.self)
      try page.write(shown.html, as: Page.fileKind)
    }
    return lines
  }

  /// The numbers of each of a file's points, by their keys.
  private static func points(_ path: String) throws -> [[String: Double]] {
    let points: [[String: Double]]
    // Read once: it may be a pipe.
    let bytes = try PlainText.utf8(InputFile.readDecompressed(path, limit: JSON.longestText), at: path)
    if bytes.first(where: { !PlainText.isBlank($0) }) == UInt8(ascii: "{") {
      points = try JSONLines.decode(Numbers.self, from: bytes, at: path).map(\.values)
    } else {
      let rows = try CommaSeparatedValues.rows(of: bytes, at: path)
      points = rows.dropFirst().map { row in
        Dictionary(
          zip(rows[0], row).compactMap { name, field in Double(field).flatMap { $0.isFinite ? (name, $0) : nil } }
        ) { first, _ in first }
      }
    }
    guard !points.isEmpty else { throw Failure(.badData, "it has no points", at: path) }
    return points
  }

  /// The members of an object that are numbers.
  private struct Numbers: Decodable {
    var values: [String: Double] = [:]

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: ColumnKey.self)
      for key in container.allKeys {
        if let value = try? container.decode(Double.self, forKey: key), value.isFinite {
          values[key.stringValue] = value
        }
      }
    }
  }
}

extension Quantity {
  /// How its values are written on pages.
  var measure: Measure {
    switch self {
    case .latency: .milliseconds
    case .multiplyAccumulates: .multiplyAccumulates
    case .parameters: .count
    case .weightBytes, .peakActivationBytes: .bytes
    }
  }
}

extension Page {
  /// Several fronts in one picture, and how much each dominates.
  fileprivate static func fronts(
    _ lines: [FrontComparison.Line], _ fronts: [ParetoFront], cost: Axis, accuracy: Axis, isShare: Bool, name: String
  ) -> Page {
    let names = lines.map(\.file).map { URL(fileURLWithPath: $0).lastPathComponent }
    let unique = Set(names).count == names.count ? names : lines.map(\.file)
    let shownAccuracy = isShare ? accuracy : Axis(name, .number)
    return Page(
      "\(lines.count) front\(lines.count == 1 ? "" : "s")", subtitle: unique.joined(separator: ", "),
      sections: [
        Section(
          "Fronts",
          [
            .plot(
              Plot(
                "Accuracy against cost", x: cost, y: shownAccuracy,
                zip(unique, fronts).map { name, front in
                  Plot.Series(
                    name, .dottedLine, front.trials.map { Plot.Point($0.objectives[1], -$0.objectives[0]) })
                })),
            .table(
              Table(FrontComparison.columns, zip(unique, lines).map { name, line in line.row(name) })),
          ])
      ])
  }
}
