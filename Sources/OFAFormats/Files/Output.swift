import Foundation

/// A file that a command is to write, as its user named it.
///
///     try output.check(for: Page.fileKind)               // before the work
///     try output.write(page.html, as: Page.fileKind)     // after it
///
/// One rule holds for all commands: what stands in the place is replaced only when it is a file of the same kind that
/// this program wrote, or empty, or when the user said so, with `force`.
public struct Output: Hashable, Sendable {
  /// The file's path.
  public let path: String
  /// Whether any file in the place is replaced.
  public let isForced: Bool

  /// A file to write.
  public init(_ path: String, force: Bool = false) {
    self.path = path
    isForced = force
  }

  /// Where the file is or would be made, with links followed: two outputs of one location are one file.
  package var location: String {
    let file = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    // Of a file that is not there, its folder may be.
    return file.deletingLastPathComponent().resolvingSymlinksInPath().appendingPathComponent(file.lastPathComponent)
      .standardizedFileURL.path
  }

  /// Makes sure, without a trace, that the file can be written and that nobody loses anything by it.
  ///
  /// - Throws: `Failure(.usage)` when a file of another kind stands in the place; `Failure(.inputOutput)` when a folder
  ///   does, or when nothing can be written there.
  public func check(for kind: FileKind) throws {
    guard !path.isEmpty, !path.hasSuffix("/") else {
      throw Failure(.usage, "\"\(path)\" names no file; add the file's name")
    }
    switch try Place(path) {
    case .device: return
    case .folder: throw Failure(.inputOutput, "a folder is in the place of the file; choose another name", at: path)
    case .file:
      guard try isForced || kind.owns(path) else {
        throw Failure(
          .usage,
          "it exists, and is not \(kind.noun) that this program wrote; choose another name, or replace it with `force`",
          at: path)
      }
      try TemporaryPath.tryWriting(beside: TemporaryPath.resolved(path), at: path)
    case .free: try TemporaryPath.tryWriting(beside: path, at: path)
    }
  }

  /// Writes the file, whole or not at all.
  ///
  /// - Throws: what ``check(for:)`` throws, and `Failure(.inputOutput)`.
  public func write(_ bytes: some Sequence<UInt8>, as kind: FileKind) throws {
    try check(for: kind)
    try AtomicFile.write(bytes, to: path)
  }

  /// Writes a text in UTF-8; see ``write(_:as:)-(Sequence<UInt8>,_)``.
  public func write(_ text: String, as kind: FileKind) throws { try write(text.utf8, as: kind) }

  /// Writes a document; see ``write(_:as:)-(Sequence<UInt8>,_)``.
  public func write<Document: VersionedDocument>(_ document: Document) throws {
    try write(Documents.encode(document), as: Document.fileKind)
  }
}
