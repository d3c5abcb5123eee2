import Foundation

/// A kind of folder that this program writes as a whole, and how one is told from everybody else's.
public struct FolderKind: Sendable {
  /// What one is called in messages, such as `a model folder`.
  public let noun: String
  /// The document that every such folder has.
  let mark: String
  /// What may be in one, by name; nil where any file of the name is taken for ours beside the mark.
  let entries: [String: FileKind?]
  /// Folders that may be in one, taken for ours with all that they have beside the mark.
  let folders: Set<String>

  /// A kind with a document that tells it, and all that may be in one.
  ///
  /// - Precondition: the mark is one of the entries, and has a kind.
  public init(_ noun: String, mark: String, entries: [String: FileKind?], folders: Set<String> = []) {
    precondition(entries[mark] != nil)
    self.noun = noun
    self.mark = mark
    self.entries = entries
    self.folders = folders
  }

  /// Makes sure that nobody loses anything when a folder is put in a place: nothing stands there, or an empty folder,
  /// or one of this kind with nothing else in it.
  ///
  /// The current folder, the home folder, and the folders above them are never replaced, nor is one on which a disk is
  /// mounted.
  ///
  /// - Throws: `Failure(.usage)` naming the first entry that is not ours; `Failure(.inputOutput)` for a file in the
  ///   place, and where nothing can be written.
  public func check(_ path: String) throws {
    guard !path.isEmpty else { throw Failure(.usage, "\"\" names no folder; add the folder's name") }
    switch try Place(path) {
    case .free: return try TemporaryPath.tryWriting(beside: path, at: path)
    case .file, .device:
      throw Failure(.inputOutput, "a file is in the place of the folder; choose another name", at: path)
    case .folder: break
    }
    let target = try TemporaryPath.resolved(path)
    try Self.refuseVital(target, at: path)
    if let entry = try foreignEntry(in: path) {
      throw Failure(
        .usage,
        "the folder would be replaced, and it has something that is no part of \(noun): \(entry); move it elsewhere, "
          + "or choose another name", at: path)
    }
    try TemporaryPath.tryWriting(beside: target, at: path)
  }

  /// The first entry of a folder that is no part of this kind; nil for an empty folder.
  private func foreignEntry(in folder: String) throws -> String? {
    let names = try InputFolder.allNames(in: folder).filter { !TemporaryPath.isOurs($0) && !Self.isOfSystem($0) }
    if let foreign = try names.first(where: { try !owns($0, in: folder) }) { return foreign }
    return names.contains(mark) ? nil : names.first
  }

  /// Whether a name is of what macOS leaves in folders that were looked at.
  private static func isOfSystem(_ name: String) -> Bool { name == ".DS_Store" || name.hasPrefix("._") }

  private func owns(_ name: String, in folder: String) throws -> Bool {
    switch try Place("\(folder)/\(name)") {
    case .file: try entries[name].map { try $0?.owns("\(folder)/\(name)") ?? true } ?? false
    case .folder: folders.contains(name)
    case .free, .device: false
    }
  }

  private static func refuseVital(_ target: String, at path: String) throws {
    let below = target == "/" ? target : target + "/"
    let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
    for (what, vital) in [
      ("the current folder", "."), ("the home folder", home), ("the home folder", NSHomeDirectory()),
    ] {
      guard let vital = try? TemporaryPath.resolved(vital) else { continue }
      if vital == target || vital.hasPrefix(below) {
        throw Failure(
          .usage, "\(what)\(vital == target ? "" : " is in it, and it") is never replaced; name a new folder in it",
          at: path)
      }
    }
    var (own, above) = (stat(), stat())
    if stat(target, &own) == 0, stat(target + "/..", &above) == 0, own.st_dev != above.st_dev {
      throw Failure(.usage, "a disk is mounted on it, so that it cannot be replaced; name a new folder in it", at: path)
    }
  }
}
