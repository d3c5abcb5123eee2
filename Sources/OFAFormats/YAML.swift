import Yams

/// Reads tables that are written in YAML or JSON: keys, and under each key numbers by name.
///
///     Conv-input:224x224x3-output:112x112x24:
///       count: 500
///       mean: 1.25
///     "AvgPool2D-input:7x7x1152-output:1x1x1152": {count: 495, mean: 0.0153}
///
/// Whatever style a library or a person writes is read: quotes, braces, anchors and aliases, merged defaults (`<<`),
/// tags, comments, JSON. libyaml refuses nesting beyond 1,000 levels, what aliases stand for is counted, and lists and
/// tables as keys are few (see `KeyScan`), so that no text takes much more time, memory or stack than its length asks
/// for.
public enum YAML {
  /// A key with its numbers.
  public struct Row: Hashable, Sendable {
    /// The key.
    public var key: String
    /// The line that the key stands on, from 1 up.
    public var line: Int
    /// The numbers by their names.
    public var numbers: [String: Double]
    /// What is no finite number, by its name, as errors show it.
    public var others: [String: String]

    /// A key with its numbers.
    public init(key: String, line: Int, numbers: [String: Double], others: [String: String] = [:]) {
      self.key = key
      self.line = line
      self.numbers = numbers
      self.others = others
    }

    /// The names of all that stands under the key.
    public var names: [String] { Array(numbers.keys) + Array(others.keys) }

    /// The number of a name; nil when there is nothing of this name.
    ///
    /// - Throws: `Failure(.badData)` for what is no finite number, or one below 0.
    public func number(_ name: String) throws -> Double? {
      if let number = numbers[name], number >= 0 { return number }
      guard let found = others[name] ?? numbers[name].map({ "\($0)" }) else { return nil }
      throw Failure(.badData, "\(name) is \(found), a number of 0 or more is expected")
    }
  }

  /// The longest text that is read, in bytes.
  public static let longestText = 2 << 20

  /// The rows of a file in order; at least one.
  ///
  /// - Throws: what ``InputFile/read(_:limit:)`` and ``table(_:at:)`` throw.
  public static func table(reading path: String) throws -> [Row] {
    try table(InputFile.read(path, limit: longestText), at: path)
  }

  /// The rows of a text in order; at least one.
  ///
  /// - Parameters:
  ///   - bytes: the text, YAML or JSON.
  ///   - place: what the text is called in errors, usually a path.
  /// - Throws: `Failure(.badData)` for text that is no such table, and for a key that occurs twice; the place has the
  ///   line and, where there is one, the key.
  /// - Precondition: at most ``longestText`` bytes.
  public static func table(_ bytes: [UInt8], at place: String) throws -> [Row] {
    precondition(bytes.count <= longestText)
    guard let text = String(validating: try PlainText.utf8(bytes, at: place), as: UTF8.self) else {
      throw Failure(.badData, "neither YAML nor JSON: not UTF-8 text", at: place)
    }
    try KeyScan(text).check(at: place)
    guard case .mapping(let rows) = try root(of: text, at: place), !rows.isEmpty else {
      throw Failure(.badData, "not a table; keys with numbers under them are expected", at: place)
    }
    // A number takes more than a byte, unless an alias stands for it.
    var room = text.utf8.count
    return try rows.map { name, value in
      let line = name.mark?.line ?? 0
      let place = "\(place): line \(line)" + (name.scalar.map { ": \($0.string)" } ?? "")
      guard let key = name.scalar?.string, case .mapping(let fields) = value, !fields.isEmpty else {
        throw Failure(.badData, "numbers by name are expected under a key", at: place)
      }
      var row = Row(key: key, line: line, numbers: [:])
      guard row.add(fields, room: &room) else {
        throw Failure(.badData, "its aliases stand for more numbers than the text has bytes", at: place)
      }
      return row
    }
  }

  private static func root(of text: String, at place: String) throws -> Node? {
    do {
      // A resolver without rules: what a text might mean beside a number is of no interest, and would take most of the
      // time.
      return try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        throw Failure(.badData, "neither YAML nor JSON: \(problem)", at: "\(place): line \(mark.line)")
      case .duplicatedKeysInMapping(let keys, let context):
        throw Failure(
          .badData, "the key occurs twice", at: "\(place): line \(context.mark.line): \(keys.first ?? "")")
      case .reader(let problem, let offset, _, _):
        let words = "\(problem)\(offset.map { " at byte \($0)" } ?? "")"
        throw Failure(.badData, "neither YAML nor JSON: \(words)", at: place)
      default:
        throw Failure(.badData, "neither YAML nor JSON", at: place)
      }
    }
  }

}

extension YAML.Row {
  /// Adds what stands under a key. Under `<<` stand the fields of other rows, which count where the row has none of the
  /// name itself.
  ///
  /// - Parameter room: how many fields may still be added.
  /// - Returns: whether there was room.
  fileprivate mutating func add(_ fields: Node.Mapping, room: inout Int) -> Bool {
    var merged: [Node.Mapping] = []
    for (name, value) in fields {
      room -= 1
      if room < 0 { return false }
      let name = name.scalar?.string ?? "a name"
      switch value {
      case .mapping(let fields) where name == "<<": merged.append(fields)
      case .sequence(let rows) where name == "<<": merged += rows.compactMap(\.mapping)
      case .scalar(let scalar) where numbers[name] == nil && others[name] == nil:
        if let number = Double(scalar.string), number.isFinite {
          numbers[name] = number
        } else {
          others[name] = "\"\(scalar.string.shown)\""
        }
      case .scalar: break
      case .mapping, .sequence, .alias: others[name] = others[name] ?? "a list or a table"
      }
    }
    return merged.allSatisfy { add($0, room: &room) }
  }
}

/// Looks for keys that may be more than a text.
///
/// The parser compares keys by all that is in them. Within each other, or with aliases in them, that is far more than
/// the text is long, so such keys must be few, and none beside aliases. They stand behind a question mark, or end with
/// a bracket or an alias in front of a colon. Libraries write a question mark before long keys too; that is known by
/// what follows it.
private struct KeyScan {
  private static let most = 16
  private static let blanks = Set(" \t\r\n".utf8)
  private static let openers = blanks.union("[{,:?-".utf8)
  private static let names = Set("_-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
  private static let collections = Set("[{?-&*!|>\r\n".utf8)

  private let bytes: [UInt8]
  private var hasAliases = false
  /// Where the keys are.
  private var places: [Int] = []

  init(_ text: String) {
    bytes = Self.withoutComments(Array(text.utf8))
    for (index, byte) in bytes.enumerated() {
      let isStart = index == 0 || Self.openers.contains(bytes[index - 1])
      switch byte {
      case UInt8(ascii: "*") where isStart:
        hasAliases = true
        if isBeforeColon((bytes[(index + 1)...].firstIndex { !Self.names.contains($0) }) ?? bytes.endIndex) {
          places.append(index)
        }
      case UInt8(ascii: "?") where isStart && !isLongKey(index): places.append(index)
      case UInt8(ascii: "}") where isBeforeColon(index + 1), UInt8(ascii: "]") where isBeforeColon(index + 1):
        places.append(index)
      default: break
      }
    }
  }

  /// - Throws: `Failure(.badData)` with the line of a key that is too much.
  func check(at place: String) throws {
    guard let first = places.first, hasAliases || places.count > Self.most else { return }
    let line = bytes[..<first].count { $0 == UInt8(ascii: "\n") } + 1
    throw Failure(
      .badData, "what may be a list, a table or an alias as a key is not read here", at: "\(place): line \(line)")
  }

  private func isBeforeColon(_ index: Int) -> Bool {
    bytes[index...].first { !Self.blanks.contains($0) } == UInt8(ascii: ":")
  }

  /// The text with blanks in place of comments: what follows a number sign at the beginning of a line or after a blank.
  /// In a line with quotes it may be part of a quoted text, and is left; so is a comment with one of Unicode's ends of
  /// lines, which end it.
  private static func withoutComments(_ bytes: [UInt8]) -> [UInt8] {
    var plain = bytes
    for line in bytes.split(omittingEmptySubsequences: true, whereSeparator: { "\r\n".utf8.contains($0) })
    where !line.contains(where: "\"'".utf8.contains) {
      let start = line.indices.first { index in
        line[index] == UInt8(ascii: "#") && (index == line.startIndex || blanks.contains(line[index - 1]))
      }
      guard let start, !line[start...].contains(where: { [0x85, 0xa8, 0xa9].contains($0) }) else { continue }
      for index in start..<line.endIndex { plain[index] = UInt8(ascii: " ") }
    }
    return plain
  }

  /// Whether a question mark stands before a key that is plain or quoted text, perhaps with the tag of one: it begins a
  /// line, or an entry in braces, and what follows begins no list, table or alias.
  private func isLongKey(_ index: Int) -> Bool {
    let space = UInt8(ascii: " ")
    guard var start = bytes[(index + 1)...].firstIndex(where: { $0 != space }), start > index + 1 else { return false }
    let tag = Array("!!str ".utf8)
    if bytes[start...].starts(with: tag) {
      start = bytes[(start + tag.count)...].firstIndex { $0 != space } ?? bytes.endIndex
    }
    guard start < bytes.endIndex, !Self.collections.contains(bytes[start]) else { return false }
    if index == 0 || bytes[index - 1] == UInt8(ascii: "\n") {
      let line = bytes[start...].prefix { $0 != UInt8(ascii: "\n") }
      return zip(line, line.dropFirst()).allSatisfy { $0 != UInt8(ascii: ":") || !Self.blanks.contains($1) }
        && line.last != UInt8(ascii: ":")
    }
    return bytes[..<index].last { !Self.blanks.contains($0) }.map("{,".utf8.contains) ?? false
  }
}
