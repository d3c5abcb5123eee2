import CJSON

/// A value that is one JSON token.
protocol JSONPrimitive {
  /// What it is called in errors.
  static var noun: String { get }
  /// The value of a token; nil when the token is of another kind or does not fit exactly.
  init?(json: OpaquePointer?)
  /// A new token, owned by the caller; nil when JSON cannot say it.
  var json: OpaquePointer? { get }
}

extension Bool: JSONPrimitive {
  static var noun: String { "true or false" }

  init?(json: OpaquePointer?) {
    guard json_object_is_type(json, json_type_boolean) != 0 else { return nil }
    self = json_object_get_boolean(json) != 0
  }

  var json: OpaquePointer? { json_object_new_boolean(self ? 1 : 0) }
}

extension String: JSONPrimitive {
  static var noun: String { "a string" }

  init?(json: OpaquePointer?) {
    guard json_object_is_type(json, json_type_string) != 0 else { return nil }
    let bytes = UnsafeRawBufferPointer(
      start: json_object_get_string(json), count: Int(json_object_get_string_len(json)))
    self = String(decoding: bytes, as: UTF8.self)
  }

  var json: OpaquePointer? {
    withCString { json_object_new_string_len($0, Int32(utf8.count)) }
  }
}

extension JSONPrimitive where Self: FixedWidthInteger {
  static var noun: String { "a whole number from \(min) to \(max)" }

  init?(json: OpaquePointer?) {
    if json_object_is_type(json, json_type_int) != 0 {
      let value = json_object_get_int64(json)
      // json-c keeps what is above Int64.max as UInt64, and answers Int64.max for it here.
      if value == .max { self.init(exactly: json_object_get_uint64(json)) } else { self.init(exactly: value) }
    } else if json_object_is_type(json, json_type_double) != 0 {
      self.init(exactly: json_object_get_double(json))
    } else {
      return nil
    }
  }

  var json: OpaquePointer? {
    Int64(exactly: self).map(json_object_new_int64) ?? json_object_new_uint64(UInt64(self))
  }
}

extension Int: JSONPrimitive {}
extension Int8: JSONPrimitive {}
extension Int16: JSONPrimitive {}
extension Int32: JSONPrimitive {}
extension Int64: JSONPrimitive {}
extension UInt: JSONPrimitive {}
extension UInt8: JSONPrimitive {}
extension UInt16: JSONPrimitive {}
extension UInt32: JSONPrimitive {}
extension UInt64: JSONPrimitive {}

extension Double: JSONPrimitive {
  static var noun: String { "a number" }

  init?(json: OpaquePointer?) {
    guard json_object_is_type(json, json_type_double) != 0 || json_object_is_type(json, json_type_int) != 0 else {
      return nil
    }
    // json-c also reads NaN and Infinity, which are not JSON, and overflows to infinity.
    self = json_object_get_double(json)
    if !isFinite { return nil }
  }

  var json: OpaquePointer? { isFinite ? json_object_new_double_s(self, jsonText) : nil }
}

extension Float: JSONPrimitive {
  static var noun: String { "a number of single precision" }

  init?(json: OpaquePointer?) {
    guard let double = Double(json: json) else { return nil }
    self = Float(double)
    if !isFinite { return nil }
  }

  var json: OpaquePointer? {
    guard isFinite else { return nil }
    // The shortest text is read as a double first; where rounding twice would differ, the double's own text is exact.
    let survives = Double(description).map(Float.init) == self
    return json_object_new_double_s(Double(self), survives ? jsonText : Double(self).jsonText)
  }
}

extension BinaryFloatingPoint where Self: CustomStringConvertible {
  /// The shortest text that reads back the same; whole numbers lose their `.0`, but for −0, whose sign would go too.
  fileprivate var jsonText: String {
    let text = description
    return text.hasSuffix(".0") && text != "-0.0" ? String(text.dropLast(2)) : text
  }
}
