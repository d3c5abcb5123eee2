import Foundation
import TestSupport
import Testing
import ofa

/// What the library calls its settings, and the command its flags.
@Suite struct FlagTests {
  @Test("A setting is said as its flag, and all else stays")
  func spoken() {
    #expect(Flags.spoken("`weightBytes` 1MB; go on by `resumes`") == "--max-storage 1MB; go on by --resume")
    #expect(Flags.spoken("`widthMultiplier`: too wide") == "--width-multiplier: too wide")
    #expect(Flags.spoken("\"a`b\" is no `x y` or `") == "\"a`b\" is no `x y` or `")
  }

  @Test("Every setting in a message of the library is a flag that there is, and no message of it speaks of flags")
  func messages() throws {
    let helps = packageRoot + "/Tests/ofaTests/Snapshots"
    let help = try FileManager.default.contentsOfDirectory(atPath: helps)
      .map { try String(contentsOfFile: helps + "/" + $0, encoding: .utf8) }.joined()
    var settings: Set<String> = []
    let sources = packageRoot + "/Sources"
    for path in try FileManager.default.subpathsOfDirectory(atPath: sources)
    where path.hasPrefix("OFA") && path.hasSuffix(".swift") {
      for line in try String(contentsOfFile: sources + "/" + path, encoding: .utf8).split(separator: "\n")
      where !line.drop(while: \.isWhitespace).hasPrefix("//") {
        for literal in line.matches(of: /"(?:[^"\\]|\\.)*"/).map(\.output) {
          settings.formUnion(literal.matches(of: /`[a-z][A-Za-z]*`/).map { String($0.output) })
          // A whole command may be advised.
          #expect(
            literal.contains("ofa ") || literal.firstMatch(of: /[^"]--[a-z]/) == nil, "\(path): \(literal)")
        }
      }
    }
    #expect(settings.count > 15)
    for setting in settings {
      #expect(help.firstMatch(of: try Regex(Flags.spoken(setting) + #"[\s,]"#)) != nil, "\(setting)")
    }
  }
}
