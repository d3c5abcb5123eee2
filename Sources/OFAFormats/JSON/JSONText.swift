import CJSON
import Foundation

extension JSON {
  /// The text of a tree in one of json-c's styles.
  static func text(of value: OpaquePointer?, _ style: Int32) -> String {
    String(cString: json_object_to_json_string_ext(value, style | JSON_C_TO_STRING_NOSLASHESCAPE))
  }

  /// The text of a tree for people: indented, with arrays and objects of plain values on one line each.
  static func prettyText(of root: OpaquePointer?) -> String {
    keepPlainOnOneLine(root)
    return text(of: root, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED)
  }

  /// Gives each array and object of plain values, below the root, the text that it will be written with.
  private static func keepPlainOnOneLine(_ value: OpaquePointer?, isRoot: Bool = true) {
    let members = containedValues(value)
    for member in members { keepPlainOnOneLine(member, isRoot: false) }
    guard !isRoot, !members.isEmpty, !members.contains(where: isContainer) else { return }
    let line = strdup(text(of: value, JSON_C_TO_STRING_SPACED))
    json_object_set_serializer(value, json_object_userdata_to_json_string, line, json_object_free_userdata)
  }

  private static func isContainer(_ value: OpaquePointer?) -> Bool {
    json_object_is_type(value, json_type_object) != 0 || json_object_is_type(value, json_type_array) != 0
  }

  private static func containedValues(_ value: OpaquePointer?) -> [OpaquePointer?] {
    if json_object_is_type(value, json_type_array) != 0 {
      return (0..<json_object_array_length(value)).map { json_object_array_get_idx(value, $0) }
    }
    guard let value, json_object_is_type(value, json_type_object) != 0 else { return [] }
    var values: [OpaquePointer?] = []
    var iterator = json_object_iter_begin(value)
    var end = json_object_iter_end(value)
    while json_object_iter_equal(&iterator, &end) == 0 {
      values.append(json_object_iter_peek_value(&iterator))
      json_object_iter_next(&iterator)
    }
    return values
  }
}
