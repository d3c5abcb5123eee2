import Foundation

/// Lists folders.
public enum InputFolder {
  /// The names of what a folder holds, in order. Names that begin with a dot are left out: they are what systems and
  /// tools leave beside the data (`._NAME`, `.DS_Store`, `.gitignore`), never data.
  ///
  /// - Throws: `Failure(.missingInput)` when there is no such folder, `Failure(.inputOutput)` when it cannot be read.
  public static func names(in path: String) throws -> [String] {
    guard InputFile.isFolder(path) else { throw Failure(.missingInput, "no such folder", at: path) }
    return try allNames(in: path).filter { !$0.hasPrefix(".") }
  }

  /// The names of all that a folder holds, in order.
  ///
  /// - Throws: `Failure(.inputOutput)` when it cannot be read.
  static func allNames(in path: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw Failure(.inputOutput, "the folder cannot be read: \(error.localizedDescription)", at: path)
    }
  }
}
