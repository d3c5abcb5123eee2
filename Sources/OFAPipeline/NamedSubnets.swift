import OFAFormats
import OFASpace

// How every command is told which subnets it is about:
//
//     -                                             standard input
//     front.jsonl                                   a file; a name that is none is read as what follows
//     r24-33.33-33.33-33.33-33.33-33.33             an id
//     largest                                       or smallest: an end of the space
//     {"resolution":24,"depths":2,…}                JSON, in the forms that SearchSpace.subnets(readingLines:at:) reads

extension SearchSpace {
  /// The canonical subnets that a text names: one or several by itself, or those that a file or standard input has, one
  /// a line.
  ///
  /// - Parameter place: where the text was written.
  /// - Throws: `.missingInput` without the file, `.usage` for what is no subnet, `.badData` for one of another space.
  public func subnets(named text: String, at place: String = "`subnets`") throws -> [Subnet] {
    let named = try NamedText(text, at: place)
    guard named.isLine else { return try subnets(readingLines: named.text, at: named.place) }
    return [try named.checked { try subnet(parsing: named.text, at: named.place) }]
  }

  /// The one canonical subnet that a text names; see ``subnets(named:at:)``. Its JSON may run over several lines.
  public func subnet(named text: String, at place: String = "`subnet`") throws -> Subnet {
    let named = try NamedText(text, at: place)
    do {
      return try named.checked { try subnet(parsing: named.text, at: named.place) }
    } catch {
      if let several = try? subnets(readingLines: named.text, at: named.place), several.count > 1 {
        throw Failure(.usage, "\(several.count) subnets, where one is wanted", at: named.place)
      }
      throw error
    }
  }
}

/// What names subnets, as text that can be parsed.
private struct NamedText {
  let text: String
  /// What it is called in errors.
  let place: String
  private var isArgument = false
  /// Whether it is meant as an id, as it is neither JSON nor a file's.
  private var isBare = false

  /// Whether it is one line of the command line itself.
  var isLine: Bool { isArgument && !text.contains(where: \.isNewline) }
}

extension NamedText {
  init(_ text: String, at place: String) throws {
    let isJSON = text.first { !$0.isWhitespace }.map { "{\"".contains($0) } ?? false
    if text == "-" {
      try self.init(InputFile.readStandardInput(limit: JSON.longestText), at: "standard input")
    } else if !isJSON, InputFile.isFile(text) || Self.looksLikePath(text) {
      try self.init(InputFile.read(text, limit: JSON.longestText), at: text)
    } else {
      self.init(text: text, place: place, isArgument: true, isBare: !isJSON)
    }
  }

  private init(_ bytes: [UInt8], at place: String) throws {
    guard let text = String(validating: try PlainText.utf8(bytes, at: place), as: UTF8.self) else {
      throw Failure(.usage, "not Unicode text, one subnet a line", at: place)
    }
    self.init(text: text, place: place)
  }

  /// Says of what cannot be an id that it is no file either.
  func checked(_ parse: () throws -> Subnet) throws -> Subnet {
    do {
      return try parse()
    } catch let failure as Failure where failure.kind == .usage && isBare {
      throw Failure(failure.kind, "\(failure.message); nor is there a file of this name", at: failure.place)
    }
  }

  /// Whether a text is meant as a file's name, though no such file is there. No id has such characters.
  private static func looksLikePath(_ text: String) -> Bool {
    text.contains("/") || [".json", ".jsonl", ".txt"].contains(where: text.hasSuffix)
  }
}
