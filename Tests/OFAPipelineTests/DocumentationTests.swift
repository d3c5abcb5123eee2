import Foundation
import OFASpace
import OFATraining
import TestSupport
import Testing

/// What the examples in documentation comments name is looked up as they do.
@Suite("Documentation") struct DocumentationTests {
  /// The indented lines of all documentation comments, with their files.
  private static let examples: [(file: String, line: Substring)] = {
    let sources = packageRoot + "/Sources"
    let files = FileManager.default.enumerator(atPath: sources)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".swift") }.sorted().flatMap { file in
      let text = (try? String(contentsOfFile: sources + "/" + file, encoding: .utf8)) ?? ""
      return text.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("///     ") }
        .map { (file, $0.dropFirst(8)) }
    }
  }()

  /// Of each example that matches, what its first group is.
  private func named(_ pattern: Regex<(Substring, Substring)>) -> [(file: String, text: String)] {
    Self.examples.flatMap { file, line in line.matches(of: pattern).map { (file, String($0.output.1)) } }
  }

  @Test("Recipes and spaces that examples name are there")
  func names() throws {
    let recipes = named(/Recipe\.named\("(.+?)"\)/)
    for (file, name) in recipes {
      #expect(throws: Never.self, "\(file)") { try Recipe.named(name) }
    }
    let spaces = named(/SearchSpace\.named\("(.+?)"\)/)
    for (file, name) in spaces {
      #expect(throws: Never.self, "\(file)") { try SearchSpace.named(name) }
    }
    #expect(!recipes.isEmpty && !spaces.isEmpty)
  }

  @Test("Scripts of documents are bash's, and what they say of ofa are flags that there are")
  func scripts() throws {
    let folder = packageRoot + "/Documentation"
    var scripts = 0
    for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      for script in text.matches(of: /```bash\n((?:.|\n)*?)\n```/) {
        scripts += 1
        let bash = Process()
        bash.executableURL = URL(fileURLWithPath: "/bin/bash")
        bash.arguments = ["-n", "-c", String(script.output.1)]
        try bash.run()
        bash.waitUntilExit()
        #expect(bash.terminationStatus == 0, "\(file)")
      }
      let help = try FileManager.default.contentsOfDirectory(atPath: packageRoot + "/Tests/ofaTests/Snapshots")
        .map { try String(contentsOfFile: "\(packageRoot)/Tests/ofaTests/Snapshots/\($0)", encoding: .utf8) }.joined()
      for line in text.split(separator: "\n") {
        guard let command = line.firstMatch(of: /(?:^|\s|`)ofa [a-z][^`'"]*/)?.output else { continue }
        for flag in command.matches(of: /\s(--[a-z-]+)/).map(\.output.1) {
          #expect(help.contains(flag), "\(file): \(flag)")
        }
      }
    }
    #expect(scripts > 0)
  }

  @Test("Subnets that examples write out whole are the small space's")
  func subnets() throws {
    let space = try SearchSpace.named("mbv3-32")
    let texts = named(/^("r\d+-[^…]*")$/) + named(/^(\{"resolution":[^…]*\})$/)
    for (file, text) in texts {
      #expect(throws: Never.self, "\(file)") { try space.subnet(parsing: text) }
    }
    #expect(texts.count >= 2)
  }
}
