/// A kind of file that this program writes, and how one is told from everybody else's.
///
///     extension Page {
///       public static let fileKind = FileKind("a page", mark: generatorTag.utf8)
///     }
public struct FileKind: Sendable {
  /// What one is called in messages, such as `a page`.
  public let noun: String
  private let isOurs: @Sendable (_ head: [UInt8]) -> Bool

  /// How much of a file is looked at.
  private static let headLength = 1 << 18

  /// A kind whose files are told by how they begin: all their bytes, or the first 256 KiB of them.
  public init(_ noun: String, isOurs: @escaping @Sendable (_ head: [UInt8]) -> Bool) {
    self.noun = noun
    self.isOurs = isOurs
  }

  /// A kind whose files have certain bytes among their first.
  public init(_ noun: String, mark: some Sequence<UInt8>) {
    let mark = Array(mark)
    self.init(noun) { $0.firstRange(of: mark) != nil }
  }

  /// Whether a file is of this kind, or empty, so that nobody loses anything when it is replaced.
  ///
  /// - Throws: `Failure` when it cannot be read.
  public func owns(_ path: String) throws -> Bool {
    let head = try InputFile.start(of: path, count: Self.headLength)
    return head.isEmpty || isOurs(head)
  }
}

extension VersionedDocument {
  /// The kind of the document's files: JSON that names the format, however it is spaced.
  public static var fileKind: FileKind {
    let mark = Array("\"format\":\"\(format)\"".utf8)
    return FileKind("a document \"\(format)\"") { head in
      head.prefix(1024).filter { $0 > 0x20 }.firstRange(of: mark) != nil
    }
  }
}
