import Foundation

/// Lists folders.
public enum InputFolder {
  /// The names of what a folder holds, in order. Names that begin with a dot are left out: they are what systems and
  /// tools leave beside the data (`._NAME`, `.DS_Store`, `.gitignore`), never data.
  ///
  /// - Throws: `Failure(.missingInput)` when there is no such folder, `Failure(.inputOutput)` when it cannot be read.
  public static func names(in path: String) throws -> [String] {
    guard InputFile.isFolder(path) else { throw Failure(.missingInput, "no such folder", at: path) }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      throw Failure(.inputOutput, "the folder cannot be read: \(error.localizedDescription)", at: path)
    }
  }
}
