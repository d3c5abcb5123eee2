import Yams

/// Reads tables that are written in YAML: keys, and under each key numbers by name.
///
///     Conv-input:224x224x3-output:112x112x24:
///       count: 500
///       mean: 1.25
///     AvgPool2D-input:7x7x1152-output:1x1x1152: {count: 495, mean: 0.0153}
///
/// No more of YAML is read than that: lists, anchors, aliases, tags, quotes and block texts are refused before the parser sees
/// them, and so is deep nesting, so that no text takes more time, memory or stack than its length asks for.
public enum YAML {
  /// A key with its numbers.
  public struct Row: Hashable, Sendable {
    /// The key.
    public var key: String
    /// The line that the key stands on, from 1 up.
    public var line: Int
    /// The numbers by their names, finite and not below 0.
    public var numbers: [String: Double]

    /// A key with its numbers.
    public init(key: String, line: Int, numbers: [String: Double]) {
      self.key = key
      self.line = line
      self.numbers = numbers
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
  /// - Parameter place: what the text is called in errors, usually a path.
  /// - Throws: `Failure(.badData)` for text that is no such table, a key that occurs twice, and what is no number or below 0; the
  ///   place has the line and, where there is one, the key.
  /// - Precondition: at most ``longestText`` bytes.
  public static func table(_ bytes: [UInt8], at place: String) throws -> [Row] {
    precondition(bytes.count <= longestText)
    guard case .mapping(let rows) = try root(of: plainText(bytes, at: place), at: place), !rows.isEmpty else {
      throw Failure(.badData, "not a table; keys with numbers under them are expected", at: place)
    }
    return try rows.map { name, value in
      let place = "\(place): line \(name.mark?.line ?? 0): \(name.scalar?.string ?? "")"
      guard let key = name.scalar?.string, case .mapping(let fields) = value, !fields.isEmpty else {
        throw Failure(.badData, "numbers by name are expected under a key", at: place)
      }
      var numbers: [String: Double] = [:]
      for (name, number) in fields {
        let (name, text) = (name.scalar?.string ?? "", number.scalar?.string ?? "")
        guard let value = Double(text), value.isFinite, value >= 0 else {
          throw Failure(.badData, "\(name) is \"\(text)\", a number of 0 or more is expected", at: place)
        }
        numbers[name] = value
      }
      return Row(key: key, line: name.mark?.line ?? 0, numbers: numbers)
    }
  }

  private static func root(of text: String, at place: String) throws -> Node? {
    do {
      // A resolver without rules: what a text might mean beside a number is of no interest, and would take most of the time.
      return try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        throw Failure(.badData, "not YAML: \(problem)", at: "\(place): line \(mark.line)")
      case .duplicatedKeysInMapping(let keys, let context):
        throw Failure(
          .badData, "the key occurs twice", at: "\(place): line \(context.mark.line): \(keys.first ?? "")")
      default:
        throw Failure(.badData, "not YAML", at: place)
      }
    }
  }

  /// The text without its comments, once each line was seen to hold nothing that a table has no need of.
  private static func plainText(_ bytes: [UInt8], at place: String) throws -> String {
    var plain: [UInt8] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let line = withoutComment(line)
      guard isPlain(line) else {
        throw Failure(
          .badData, "only keys with numbers under them are read, no lists, anchors, aliases, tags or quotes",
          at: "\(place): line \(index + 1)")
      }
      plain += line
      plain.append(UInt8(ascii: "\n"))
    }
    return String(decoding: plain, as: UTF8.self)
  }

  /// Whether a line is printable ASCII with nothing that begins a list, an anchor, an alias, a tag or a text, at most a pair of braces,
  /// and not indented further than a table is. Then the whole text nests no deeper than its lines are indented.
  private static func isPlain(_ line: ArraySlice<UInt8>) -> Bool {
    let content = line.drop { $0 == UInt8(ascii: " ") }
    let braces = content.filter { "{}".utf8.contains($0) }
    return content.allSatisfy { 0x20..<0x7f ~= $0 && !refused.contains($0) }
      && line.count - content.count <= 16
      && (content.first != UInt8(ascii: "-") || content.elementsEqual("---".utf8))
      && (braces.isEmpty || braces.elementsEqual("{}".utf8))
  }

  private static let refused = Set("[]&*!|>%@?\"'`#".utf8)

  /// A line up to a number sign at its beginning or after a space, and without spaces at its end.
  private static func withoutComment(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let space = UInt8(ascii: " ")
    let comment = line.indices.first { index in
      line[index] == UInt8(ascii: "#") && (index == line.startIndex || line[index - 1] == space)
    }
    var line = line[..<(comment ?? line.endIndex)]
    while let last = line.last, last == space || last == UInt8(ascii: "\r") { line.removeLast() }
    return line
  }
}
