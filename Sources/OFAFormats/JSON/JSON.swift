import CJSON

/// Reads and writes JSON as typed values, over json-c.
///
///     let space = try JSON.decode(SearchSpace.self, file: "space.json")
///     print(try JSON.encode(space))
///
/// Reading is strict (no comments, no trailing commas, valid Unicode, at most ``deepestNesting`` levels). What does not
/// fit is a `Failure(.badData)` whose place is the file and the path inside it, such as `space.json: stages[2].stride`.
///
/// An integer beyond 64 bits reads as the nearest one within, for json-c gives no more.
///
/// Writing keeps the order in which a type encodes its keys; dictionaries are written in the order of their keys, so
/// equal values give equal bytes. Integers are exact, floating-point numbers the shortest that read back the same; what
/// is not finite is refused, for JSON has no word for it.
public enum JSON {
  /// The most levels of arrays and objects within each other that are read.
  public static let deepestNesting = 64

  /// The longest file that is read, in bytes.
  public static let longestText = 256 << 20

  /// What is done about a key that the type does not ask for.
  public enum UnknownKeys: Sendable {
    /// It is passed over: the text may say more than we want to know.
    case ignored
    /// It is refused: the text was written by hand, and a misspelt option must not vanish.
    case refused
  }

  /// Decodes a value from a text.
  ///
  /// - Parameters:
  ///   - type: the kind of value.
  ///   - text: the JSON.
  ///   - place: what the text is called in errors, usually a path.
  ///   - unknownKeys: what becomes of keys that the type does not read.
  ///   - userInfo: what the types that decode themselves are told.
  /// - Throws: `Failure(.badData)` for malformed text (with its line) and for values that do not fit (with their path).
  public static func decode<T: Decodable>(
    _ type: T.Type, from text: String, at place: String, unknownKeys: UnknownKeys = .ignored,
    userInfo: [CodingUserInfoKey: Any] = [:]
  ) throws -> T {
    try decode(type, from: Array(text.utf8), at: place, unknownKeys: unknownKeys, userInfo: userInfo)
  }

  /// Decodes a value from a file.
  ///
  /// - Throws: what ``InputFile/read(_:limit:)`` throws, and `Failure(.badData)` as for a text.
  public static func decode<T: Decodable>(
    _ type: T.Type, file path: String, unknownKeys: UnknownKeys = .ignored
  ) throws -> T {
    try decode(type, from: InputFile.read(path, limit: longestText), at: path, unknownKeys: unknownKeys)
  }

  /// Decodes a value from the bytes of a text.
  ///
  /// - Throws: `Failure(.badData)`.
  public static func decode<T: Decodable>(
    _ type: T.Type, from bytes: some Collection<UInt8>, at place: String, unknownKeys: UnknownKeys = .ignored,
    userInfo: [CodingUserInfoKey: Any] = [:]
  ) throws -> T {
    let tree = try JSONTree(parsing: PlainText.utf8(bytes, at: place), at: place, userInfo: userInfo)
    let value = try tree.decode(type, tree.root, at: [])
    if unknownKeys == .refused { try tree.refuseUnknownKeys() }
    return value
  }

  /// Encodes a value as a text without a final newline.
  ///
  /// - Parameters:
  ///   - value: what to encode.
  ///   - pretty: on several lines with indentation, though arrays and objects of plain values stay on one line;
  ///     otherwise all on one line without spaces.
  /// - Throws: `Failure(.internalError)` for a number that is not finite, with its path.
  public static func encode(_ value: some Encodable, pretty: Bool = true) throws -> String {
    let root = try JSONTreeEncoder.tree(of: value, at: [])
    defer { json_object_put(root) }
    return pretty ? prettyText(of: root) : text(of: root, JSON_C_TO_STRING_PLAIN)
  }
}
