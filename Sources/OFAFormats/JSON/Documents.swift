/// A document that says what it is: its JSON begins with the keys `format` and `version`.
///
/// The type itself encodes and decodes neither; ``Documents`` does.
public protocol VersionedDocument: Codable {
  /// What kind of document it is, such as `ofa-search-space`.
  static var format: String { get }
  /// The version that this program writes, from 1 up; the newest that it reads.
  static var currentVersion: Int { get }
}

/// Reads and writes versioned documents.
///
///     try Documents.write(space, to: "space.json")
///     let space = try Documents.read(SearchSpace.self, "space.json")
///
/// Reading refuses another format, a newer version, and keys that the type does not know.
public enum Documents {
  /// Reads a document from a file.
  ///
  /// - Throws: what ``InputFile/read(_:limit:)`` throws, and `Failure(.badData)`.
  public static func read<T: VersionedDocument>(_ type: T.Type, _ path: String) throws -> T {
    try JSON.decode(Envelope<T>.self, file: path, unknownKeys: .refused).document
  }

  /// Reads a document from a text.
  ///
  /// - Parameters:
  ///   - type: the kind of document.
  ///   - text: the JSON.
  ///   - place: what the text is called in errors.
  ///   - userInfo: what the types that decode themselves are told.
  /// - Throws: `Failure(.badData)`.
  public static func decode<T: VersionedDocument>(
    _ type: T.Type, from text: String, at place: String, userInfo: [CodingUserInfoKey: Any] = [:]
  ) throws -> T {
    try JSON.decode(Envelope<T>.self, from: text, at: place, unknownKeys: .refused, userInfo: userInfo).document
  }

  /// What kind of document a file is by its key `format`; nil for a file that is no such document.
  public static func format(of path: String) -> String? {
    struct Format: Decodable { let format: String }
    return try? JSON.decode(Format.self, file: path).format
  }

  /// Writes a document to a file, whole or not at all.
  ///
  /// - Throws: `Failure(.inputOutput)`, `Failure(.internalError)` for a number that is not finite.
  public static func write(_ document: some VersionedDocument, to path: String) throws {
    try AtomicFile.write(encode(document), to: path)
  }

  /// The text of a document, with a final newline.
  ///
  /// - Throws: `Failure(.internalError)` for a number that is not finite.
  public static func encode(_ document: some VersionedDocument) throws -> String {
    try JSON.encode(Envelope(document: document)) + "\n"
  }
}

/// A document with its two first keys.
private struct Envelope<Document: VersionedDocument>: Codable {
  enum Keys: String, CodingKey { case format, version }

  let document: Document

  init(document: Document) { self.document = document }

  init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Keys.self)
    let format = try keys.decode(String.self, forKey: .format)
    guard format == Document.format else {
      throw DecodingError.dataCorruptedError(
        forKey: .format, in: keys,
        debugDescription: "\"\(format)\" is another kind of document, not \"\(Document.format)\"")
    }
    let version = try keys.decode(Int.self, forKey: .version)
    guard version <= Document.currentVersion else {
      throw DecodingError.dataCorruptedError(
        forKey: .version, in: keys,
        debugDescription:
          "newer than \(Document.currentVersion), the newest that this program reads; get a newer program")
    }
    guard version >= 1 else {
      throw DecodingError.dataCorruptedError(
        forKey: .version, in: keys, debugDescription: "\(version) is no version; the first is 1")
    }
    document = try Document(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: Keys.self)
    try keys.encode(Document.format, forKey: .format)
    try keys.encode(Document.currentVersion, forKey: .version)
    try document.encode(to: encoder)
  }
}
