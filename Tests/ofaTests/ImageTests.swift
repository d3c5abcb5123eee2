import Foundation
import TestSupport
import Testing

/// The image that the Dockerfile makes.
@Suite struct ImageTests {
  /// Swift's own libraries are in the command there; a system without Swift has C's.
  @Test(
    "The image has every library of the system that the command needs",
    .enabled(
      if: (try? Command.shell("grep -q bookworm /etc/os-release && command -v readelf")) != "",
      "needs the image's own system, and readelf"))
  func libraries() throws {
    let file = try String(contentsOfFile: packageRoot + "/Dockerfile", encoding: .utf8)
    let image = try #require(file.range(of: "\nFROM debian:"))
    let installed = Set(file[image.upperBound...].split(whereSeparator: \.isWhitespace).map(String.init))
    let packages = try Command.shell(
      """
      for library in $(readelf -d '\(Command.path)' | sed -n 's/.*NEEDED.*\\[\\(.*\\)\\].*/\\1/p'); do
        path=$(ldd '\(Command.path)' | awk -v name="$library" '$1 == name { print $3 }')
        case $path in */swift/*|"") ;; *) dpkg -S "$(readlink -f "$path")" "$path" 2> /dev/null | head -1 ;; esac
      done
      """
    ).split(separator: "\n").map { String($0.prefix { $0 != ":" }) }
    #expect(packages.count > 4)
    // The image's command is built without MPI.
    #expect(!file.contains("--traits"))
    #expect(Set(packages).subtracting(installed).filter { !$0.hasPrefix("libopenmpi") } == ["libc6"])
  }
}
