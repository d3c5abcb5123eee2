import Foundation
import OFAFormats
import OFASpace
import OFASupernet
import OFATraining

/// Lists what commands take by a name or a path.
public enum Listing {
  /// Something to be taken.
  public struct Entry: Hashable, Sendable {
    /// What it is called.
    public var name: String
    /// Where it lies; nil for what is built in and is taken by its name.
    public var path: String?
  }

  /// The spaces that are built in, then those that a folder has documents of.
  ///
  /// - Parameters:
  ///   - folder: where to look for documents.
  ///   - monitor: is warned of documents that cannot be read.
  /// - Throws: `.missingInput` without the folder.
  public static func spaces(in folder: String = ".", monitor: Monitor = Monitor()) throws -> [Entry] {
    let documents = try documents(of: SearchSpace.self, in: folder, monitor)
    return builtIn(SearchSpace.builtInNames) + documents.map { Entry(name: $0.name, path: $1) }
  }

  /// The recipes that are built in, then those that a folder has documents of; see ``spaces(in:monitor:)``.
  public static func recipes(in folder: String = ".", monitor: Monitor = Monitor()) throws -> [Entry] {
    let documents = try documents(of: Recipe.self, in: folder, monitor)
    return builtIn(Recipe.builtInNames) + documents.map { Entry(name: $0.name, path: $1) }
  }

  private static func builtIn(_ names: [String]) -> [Entry] { names.map { Entry(name: $0) } }

  private static func documents<Document: VersionedDocument>(
    of type: Document.Type, in folder: String, _ monitor: Monitor
  ) throws -> [(Document, path: String)] {
    try InputFolder.names(in: folder).filter { $0.hasSuffix(".json") }.compactMap { name in
      let path = path(of: name, in: folder)
      do {
        guard InputFile.isFile(path), try Document.fileKind.owns(path), try !InputFile.start(of: path, count: 1).isEmpty
        else { return nil }
        return (try Documents.read(Document.self, path), path)
      } catch let failure as Failure {
        monitor.warn(failure.description)
        return nil
      }
    }
  }

  /// The models in a folder, each in a folder of its own or of the run that left it.
  ///
  /// - Parameter folder: the folder; unless one is named, `runs` here, and `Models` here or else in the package that
  ///   this program was built in.
  /// - Throws: `.missingInput` without the folder.
  public static func models(in folder: String? = nil) throws -> [Entry] {
    try (folder.map { [$0] } ?? modelFolders()).flatMap { folder in
      try InputFolder.names(in: folder).compactMap { name in
        let path = path(of: name, in: folder)
        return [path, RunFolder(path).modelPath].first(where: Model.isFolder).map { Entry(name: name, path: $0) }
      }
    }
  }

  private static func modelFolders() throws -> [String] {
    let runs = ["runs"].filter(InputFile.isFolder)
    do {
      return try [Package.folder("Models")] + runs
    } catch {
      if runs.isEmpty { throw error }
      return runs
    }
  }

  private static func path(of name: String, in folder: String) -> String {
    folder == "." ? name : (folder as NSString).appendingPathComponent(name)
  }
}

extension Listing.Entry: Encodable {
  private enum CodingKeys: String, CodingKey { case name, path }

  /// Writes both keys, null for no path.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(path, forKey: .path)
  }
}
