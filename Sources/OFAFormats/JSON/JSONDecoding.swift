import CJSON

/// The decoder of one value of a tree.
struct JSONValueDecoder: Decoder {
  let tree: JSONTree
  let value: OpaquePointer?
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { tree.userInfo }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(try JSONObjectDecoder<Key>(tree: tree, value: value, codingPath: codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try JSONArrayDecoder(tree: tree, value: value, codingPath: codingPath)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    JSONSingleDecoder(tree: tree, value: value, codingPath: codingPath)
  }
}

/// One value as itself.
private struct JSONSingleDecoder: SingleValueDecodingContainer {
  let tree: JSONTree
  let value: OpaquePointer?
  let codingPath: [any CodingKey]

  func decodeNil() -> Bool { value == nil }

  func decode<T: Decodable>(_ type: T.Type) throws -> T { try tree.decode(type, value, at: codingPath) }
}

/// The members of an object.
private struct JSONObjectDecoder<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let tree: JSONTree
  let object: OpaquePointer
  let codingPath: [any CodingKey]

  init(tree: JSONTree, value: OpaquePointer?, codingPath: [any CodingKey]) throws {
    guard let value, json_object_is_type(value, json_type_object) != 0 else {
      throw tree.mismatch(value, expected: "an object", at: codingPath)
    }
    tree.open(value, at: codingPath)
    (self.tree, object, self.codingPath) = (tree, value, codingPath)
  }

  var allKeys: [Key] { tree.keys(of: object).compactMap(Key.init(stringValue:)) }

  func contains(_ key: Key) -> Bool { tree.member(key.stringValue, of: object) != nil }

  func decodeNil(forKey key: Key) throws -> Bool { try member(key) == nil }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    try tree.decode(type, member(key), at: codingPath + [key])
  }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws
    -> KeyedDecodingContainer<Nested>
  {
    try superDecoder(forKey: key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try superDecoder(forKey: key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder {
    guard let value = tree.member("super", of: object) else {
      throw tree.missing(JSONKey(stringValue: "super"), at: codingPath)
    }
    return JSONValueDecoder(tree: tree, value: value, codingPath: codingPath + [JSONKey(stringValue: "super")])
  }

  func superDecoder(forKey key: Key) throws -> any Decoder {
    try JSONValueDecoder(tree: tree, value: member(key), codingPath: codingPath + [key])
  }

  private func member(_ key: Key) throws -> OpaquePointer? {
    guard let value = tree.member(key.stringValue, of: object) else { throw tree.missing(key, at: codingPath) }
    return value
  }
}

/// The elements of an array, one after the other.
private struct JSONArrayDecoder: UnkeyedDecodingContainer {
  let tree: JSONTree
  let array: OpaquePointer
  let codingPath: [any CodingKey]
  let length: Int
  var currentIndex = 0

  init(tree: JSONTree, value: OpaquePointer?, codingPath: [any CodingKey]) throws {
    guard let value, json_object_is_type(value, json_type_array) != 0 else {
      throw tree.mismatch(value, expected: "an array", at: codingPath)
    }
    (self.tree, array, self.codingPath) = (tree, value, codingPath)
    length = Int(json_object_array_length(value))
  }

  var count: Int? { length }
  var isAtEnd: Bool { currentIndex == length }

  mutating func decodeNil() throws -> Bool {
    guard try current() == nil else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let result = try tree.decode(type, current(), at: codingPath + [JSONKey(intValue: currentIndex)])
    currentIndex += 1
    return result
  }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
    try superDecoder().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try superDecoder().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder {
    let decoder = try JSONValueDecoder(
      tree: tree, value: current(), codingPath: codingPath + [JSONKey(intValue: currentIndex)])
    currentIndex += 1
    return decoder
  }

  private func current() throws -> OpaquePointer? {
    guard !isAtEnd else {
      throw Failure(.badData, "\(length) elements are too few", at: tree.place(of: codingPath))
    }
    return json_object_array_get_idx(array, currentIndex)
  }
}
