import CJSON

/// Builds json-c's tree of one value.
final class JSONTreeEncoder: Encoder {
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }
  /// What was encoded; null until a container is asked for. Owned.
  fileprivate var root: OpaquePointer?
  /// What to do with the root at the end, where another tree waits for it; it takes over ownership.
  private let deliver: ((OpaquePointer?) -> Void)?

  fileprivate init(at codingPath: [any CodingKey], deliver: ((OpaquePointer?) -> Void)? = nil) {
    self.codingPath = codingPath
    self.deliver = deliver
  }

  deinit {
    if let deliver { deliver(root) } else { json_object_put(root) }
  }

  /// The tree of a value, owned by the caller.
  static func tree<T: Encodable>(of value: T, at path: @autoclosure () -> [any CodingKey]) throws -> OpaquePointer? {
    if let primitive = value as? any JSONPrimitive {
      guard let token = primitive.json else {
        let path = jsonPath(path())
        throw Failure(.internalError, "\(value) cannot be written as JSON", at: path.isEmpty ? nil : path)
      }
      return token
    }
    let encoder = JSONTreeEncoder(at: path())
    try value.encode(to: encoder)
    defer { encoder.root = nil }
    return value is any UnorderedKeys ? sorted(encoder.root) : encoder.root
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if root == nil { root = json_object_new_object() }
    return KeyedEncodingContainer(JSONObjectEncoder(object: root, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if root == nil { root = json_object_new_array() }
    return JSONArrayEncoder(array: root, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { JSONSingleEncoder(encoder: self) }

  /// The object with its members in the order of their keys; takes over the object.
  private static func sorted(_ object: OpaquePointer?) -> OpaquePointer? {
    guard json_object_is_type(object, json_type_object) != 0 else { return object }
    defer { json_object_put(object) }
    let result = json_object_new_object()
    var members: [(key: String, value: OpaquePointer?)] = []
    var iterator = json_object_iter_begin(object)
    var end = json_object_iter_end(object)
    while json_object_iter_equal(&iterator, &end) == 0 {
      members.append((String(cString: json_object_iter_peek_name(&iterator)), json_object_iter_peek_value(&iterator)))
      json_object_iter_next(&iterator)
    }
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      json_object_object_add(result, key, json_object_get(value))
    }
    return result
  }
}

/// A dictionary: the order of its keys differs from run to run.
private protocol UnorderedKeys {}
extension Dictionary: UnorderedKeys {}

/// One value as itself.
private struct JSONSingleEncoder: SingleValueEncodingContainer {
  let encoder: JSONTreeEncoder
  var codingPath: [any CodingKey] { encoder.codingPath }

  func encodeNil() {}

  func encode<T: Encodable>(_ value: T) throws {
    encoder.root = try JSONTreeEncoder.tree(of: value, at: codingPath)
  }
}

/// The members of an object, in the order in which they come.
private struct JSONObjectEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let object: OpaquePointer?
  let codingPath: [any CodingKey]

  func encodeNil(forKey key: Key) { json_object_object_add(object, key.stringValue, nil) }

  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    json_object_object_add(object, key.stringValue, try JSONTreeEncoder.tree(of: value, at: codingPath + [key]))
  }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested>
  {
    let nested = json_object_new_object()
    json_object_object_add(object, key.stringValue, nested)
    return KeyedEncodingContainer(JSONObjectEncoder<Nested>(object: nested, codingPath: codingPath + [key]))
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    let nested = json_object_new_array()
    json_object_object_add(object, key.stringValue, nested)
    return JSONArrayEncoder(array: nested, codingPath: codingPath + [key])
  }

  func superEncoder() -> any Encoder { encoder(for: JSONKey(stringValue: "super")) }

  func superEncoder(forKey key: Key) -> any Encoder { encoder(for: key) }

  private func encoder(for key: any CodingKey) -> JSONTreeEncoder {
    let parent = json_object_get(object)
    return JSONTreeEncoder(at: codingPath + [key]) { value in
      json_object_object_add(parent, key.stringValue, value)
      json_object_put(parent)
    }
  }
}

/// The elements of an array.
private struct JSONArrayEncoder: UnkeyedEncodingContainer {
  let array: OpaquePointer?
  let codingPath: [any CodingKey]

  var count: Int { Int(json_object_array_length(array)) }
  private var path: [any CodingKey] { codingPath + [JSONKey(intValue: count)] }

  func encodeNil() { json_object_array_add(array, nil) }

  func encode<T: Encodable>(_ value: T) throws {
    json_object_array_add(array, try JSONTreeEncoder.tree(of: value, at: path))
  }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    let (nested, path) = (json_object_new_object(), path)
    json_object_array_add(array, nested)
    return KeyedEncodingContainer(JSONObjectEncoder<Nested>(object: nested, codingPath: path))
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    let (nested, path) = (json_object_new_array(), path)
    json_object_array_add(array, nested)
    return JSONArrayEncoder(array: nested, codingPath: path)
  }

  func superEncoder() -> any Encoder {
    let (parent, index) = (json_object_get(array), count)
    json_object_array_add(array, nil)  // keeps the place
    return JSONTreeEncoder(at: codingPath + [JSONKey(intValue: index)]) { value in
      json_object_array_put_idx(parent, index, value)
      json_object_put(parent)
    }
  }
}
