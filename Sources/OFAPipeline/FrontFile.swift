import OFAFormats

extension FileKind {
  /// Lines of a front's members, which are told by a key. A search's own result, which somebody may collect, has
  /// `evaluations` too.
  static func front(_ noun: String, key: String) -> FileKind {
    FileKind(noun) { head in
      let line = String(decoding: head.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
      return line.hasPrefix("{\"id\":\"") && line.contains("\"\(key)\":") && !line.contains("\"evaluations\":")
    }
  }
}
