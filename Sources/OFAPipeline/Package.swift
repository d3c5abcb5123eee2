import Foundation
import OFAFormats
import OFAProfiling

/// The package as a whole.
public enum Package {
  /// Its version.
  public static let version = Runners.version

  /// A folder of the package: the one that is here, or else the one above this program, or in `share/ofa` there, where
  /// it is installed.
  ///
  /// - Parameter name: its name; it has a `README.md`, which tells it from others.
  /// - Throws: `Failure(.missingInput)` where there is none.
  static func folder(_ name: String) throws -> String {
    if InputFile.isFolder(name) { return name }
    var above = Bundle.main.executableURL?.resolvingSymlinksInPath().path ?? ""
    while !["", "/"].contains(above) {
      above = (above as NSString).deletingLastPathComponent
      for folder in [name, "share/ofa/" + name] {
        let path = (above as NSString).appendingPathComponent(folder)
        if InputFile.isFile(path + "/README.md") { return path }
      }
    }
    throw Failure(.missingInput, "no such folder, here or around this program; name another", at: name)
  }
}
