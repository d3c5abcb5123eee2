import CJSON

/// A parsed text: owns json-c's values, knows what the text is called, and remembers which keys were asked for.
///
/// A value is json-c's pointer; a JSON `null` is the null pointer. They live as long as the tree.
final class JSONTree {
  let root: OpaquePointer?
  let place: String
  /// What types are told that decode themselves.
  let userInfo: [CodingUserInfoKey: Any]
  private var opened: [OpaquePointer: (path: [any CodingKey], asked: Set<String>)] = [:]

  /// Parses a whole text.
  init(parsing bytes: some Collection<UInt8>, at place: String, userInfo: [CodingUserInfoKey: Any] = [:]) throws {
    self.place = place
    self.userInfo = userInfo
    guard bytes.count < Int32.max, let tokener = json_tokener_new_ex(Int32(JSON.deepestNesting)) else {
      throw Failure(.badData, "\(bytes.count) bytes are too many for one JSON text", at: place)
    }
    defer { json_tokener_free(tokener) }
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8)
    // The final zero tells json-c that a number at the end is whole.
    let text = bytes.map(CChar.init(bitPattern:)) + [0]
    root = json_tokener_parse_ex(tokener, text, Int32(text.count))
    let error = json_tokener_get_error(tokener)
    guard error == json_tokener_success, json_tokener_get_parse_end(tokener) >= bytes.count else {
      if let kind = FileFormat(start: Array(bytes.prefix(9))) {
        throw Failure(.badData, "not JSON but \(kind)", at: place)
      }
      let offset = min(json_tokener_get_parse_end(tokener), bytes.count)
      let line = bytes.prefix(offset).count { $0 == UInt8(ascii: "\n") } + 1
      let reason =
        switch error {
        case json_tokener_error_depth: "more than \(JSON.deepestNesting) levels deep"
        case json_tokener_continue, json_tokener_error_parse_eof: "the text ends too soon"
        case json_tokener_success: "a zero byte"
        default: String(cString: json_tokener_error_desc(error))
        }
      throw Failure(.badData, "malformed JSON at line \(line), byte \(offset): \(reason)", at: place)
    }
  }

  deinit { json_object_put(root) }

  /// Decodes a value; a failure that does not say where gets the path.
  func decode<T: Decodable>(_ type: T.Type, _ value: OpaquePointer?, at path: @autoclosure () -> [any CodingKey]) throws
    -> T
  {
    if let primitive = type as? any JSONPrimitive.Type {
      guard let result = primitive.init(json: value) as? T else {
        throw mismatch(value, expected: primitive.noun, at: path())
      }
      return result
    }
    if let names = type as? any (RawRepresentable<String> & CaseIterable).Type,
      let result = try choice(of: names, value, at: path()) as? T
    {
      return result
    }
    let path = path()
    do {
      return try T(from: JSONValueDecoder(tree: self, value: value, codingPath: path))
    } catch let failure as Failure where failure.place == nil {
      throw Failure(failure.kind, failure.message, at: place(of: path))
    } catch let error as DecodingError {
      throw failure(error)
    }
  }

  /// The one of several named values that a text names.
  private func choice<Name: RawRepresentable<String> & CaseIterable>(
    of names: Name.Type, _ value: OpaquePointer?, at path: [any CodingKey]
  ) throws -> Name {
    let name = try decode(String.self, value, at: path)
    guard let choice = Name(rawValue: name) else {
      let known = Name.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure(.badData, "'\(name)' is unknown; known are \(known)", at: place(of: path))
    }
    return choice
  }

  // MARK: Keys

  /// Notes that an object's keys are about to be asked for.
  func open(_ object: OpaquePointer, at path: [any CodingKey]) {
    if opened[object] == nil { opened[object] = (path, []) }
  }

  /// The member of an object; nil when it has none of this name, a null pointer inside when it is null.
  func member(_ key: String, of object: OpaquePointer) -> OpaquePointer?? {
    opened[object]?.asked.insert(key)
    var value: OpaquePointer?
    return json_object_object_get_ex(object, key, &value) != 0 ? .some(value) : nil
  }

  /// The keys of an object, in the text's order.
  func keys(of object: OpaquePointer) -> [String] {
    var keys: [String] = []
    var iterator = json_object_iter_begin(object)
    var end = json_object_iter_end(object)
    while json_object_iter_equal(&iterator, &end) == 0 {
      keys.append(String(cString: json_object_iter_peek_name(&iterator)))
      json_object_iter_next(&iterator)
    }
    return keys
  }

  /// Throws when an object that was opened has a key that was never asked for.
  func refuseUnknownKeys() throws {
    var unknown: [(place: String, known: Set<String>)] = []
    for (object, (path, asked)) in opened {
      for key in keys(of: object) where !asked.contains(key) {
        unknown.append((place(of: path + [JSONKey(stringValue: key)]), asked))
      }
    }
    if let first = unknown.min(by: { $0.place < $1.place }) {
      throw Failure(.badData, "unknown key; known here are \(first.known.sorted().listed)", at: first.place)
    }
  }

  // MARK: Failures

  func place(of path: [any CodingKey]) -> String {
    path.isEmpty ? place : "\(place): \(jsonPath(path))"
  }

  func mismatch(_ value: OpaquePointer?, expected noun: String, at path: [any CodingKey]) -> Failure {
    let text = JSON.text(of: value, JSON_C_TO_STRING_PLAIN)
    let shown = text.count > 40 ? text.prefix(40) + "…" : text[...]
    return Failure(.badData, "\(shown) is not \(noun)", at: place(of: path))
  }

  func missing(_ key: any CodingKey, at path: [any CodingKey]) -> Failure {
    Failure(.badData, "missing", at: place(of: path + [key]))
  }

  private func failure(_ error: DecodingError) -> Failure {
    switch error {
    case .dataCorrupted(let context), .valueNotFound(_, let context), .typeMismatch(_, let context):
      Failure(.badData, context.debugDescription, at: place(of: context.codingPath))
    case .keyNotFound(let key, let context):
      missing(key, at: context.codingPath)
    @unknown default:
      Failure(.badData, "\(error)", at: place)
    }
  }
}
