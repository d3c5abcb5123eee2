import Foundation
import OFAProfiling

/// The package as a whole.
public enum Package {
  /// Its version.
  public static let version = Runners.version

  /// The folder above this program that has a file: the package's, where the program runs from where it was built.
  static func folder(having file: String) -> String? {
    var folder = Bundle.main.executableURL?.resolvingSymlinksInPath().path ?? ""
    while !["", "/"].contains(folder) {
      folder = (folder as NSString).deletingLastPathComponent
      let path = (folder as NSString).appendingPathComponent(file)
      if FileManager.default.fileExists(atPath: path) { return folder }
    }
    return nil
  }
}
