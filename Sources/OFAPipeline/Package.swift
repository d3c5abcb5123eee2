import Foundation
import OFAFormats
import OFAProfiling

/// The package as a whole.
public enum Package {
  /// Its version.
  public static let version = Runners.version

  /// A folder of the package: the one that is here, or else the one above this program, where that runs from where it
  /// was built.
  ///
  /// - Parameter name: its name; it has a `README.md`, which tells it from others.
  /// - Throws: `Failure(.missingInput)` where there is none.
  static func folder(_ name: String) throws -> String {
    if InputFile.isFolder(name) { return name }
    guard let package = folder(having: name + "/README.md") else {
      throw Failure(.missingInput, "no such folder, here or around this program; name another", at: name)
    }
    return (package as NSString).appendingPathComponent(name)
  }

  /// The folder above this program that has a file: the package's, where the program runs from where it was built.
  private static func folder(having file: String) -> String? {
    var folder = Bundle.main.executableURL?.resolvingSymlinksInPath().path ?? ""
    while !["", "/"].contains(folder) {
      folder = (folder as NSString).deletingLastPathComponent
      let path = (folder as NSString).appendingPathComponent(file)
      if FileManager.default.fileExists(atPath: path) { return folder }
    }
    return nil
  }
}
